"""Endpoints for FastAPI."""

from fastapi import APIRouter

from ..auth.fastapi import CurrentUser
from ..kit.fastapi.streaming import EVENTS, LLM, EventStream, Streams
from ..kit.problems import problems
from . import service
from .schemas import Question

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])


@router.post(
    "",
    response_class=EventStream,
    responses=EVENTS | problems(400, 415, 422, 429, 502, 503, 504),
)
async def answer(question: Question, llm: LLM, streams: Streams, user: CurrentUser) -> EventStream:
    """Answer a question by events `token`; the last event is `done`, `problem` or `restart`."""
    return await streams.start(llm.tokens(service.messages(question)), by=user.id)
