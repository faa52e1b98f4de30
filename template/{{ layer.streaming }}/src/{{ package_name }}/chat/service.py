"""What the language model is asked."""

from ..kit.streaming import Message
from .schemas import Question

_INSTRUCTIONS = "Answer in one short paragraph."


def messages(question: Question) -> list[Message]:
    return [
        {"role": "system", "content": _INSTRUCTIONS},
        {"role": "user", "content": question.text},
    ]
