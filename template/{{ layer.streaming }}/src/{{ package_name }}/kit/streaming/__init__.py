"""Server-sent events, and the tokens of a hosted language model.

    @router.post("", response_class=EventStream, responses=EVENTS)
    async def answer(question: Question, llm: LLM, streams: Streams, user: CurrentUser) -> EventStream:
        return await streams.start(llm.tokens(service.messages(question)), by=user.id)

In Flask there is no `response_class`, `async` and `await`. `start` takes a generator of `Event`. The first event is awaited, so an error before it is a problem
with its own status. Every stream ends with one of these events; without one, it has broken off:

    done       the generator has ended
    problem    it has raised an error; the data is a problem (RFC 9457)
    restart    this process shuts down; connect again after `retry` milliseconds

A generator must not hold a database session. It is closed when its client disconnects.
"""

from .events import Event
from .llm import BadGateway, GatewayTimeout, Message
from .settings import StreamingSettings

__all__ = ["BadGateway", "Event", "GatewayTimeout", "Message", "StreamingSettings"]
