"""Endpoints for Flask."""

from ..auth.flask import CurrentUser
from ..kit.flask import APIRouter
from ..kit.flask.streaming import EVENTS, LLM, EventStream, Streams
from ..kit.problems import problems
from . import service
from .schemas import Question

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])


@router.post("", responses=EVENTS | problems(400, 415, 422, 429, 502, 503, 504))
def answer(question: Question, llm: LLM, streams: Streams, user: CurrentUser) -> EventStream:
    """Answer a question by events `token`; the last event is `done`, `problem` or `restart`."""
    return streams.start(llm.tokens(service.messages(question)), by=user.id)
