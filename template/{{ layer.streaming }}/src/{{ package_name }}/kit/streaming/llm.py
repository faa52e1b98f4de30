"""Chat completions as a stream: https://platform.openai.com/docs/api-reference/chat-streaming.

This is the protocol, without input and output.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, Literal, TypedDict

import httpx2
import structlog

from ..errors import DomainError, Unavailable
from ..observability.traces import outgoing_headers
from ..problems import STATUS
from .events import Event
from .settings import LLMSettings

log = structlog.stdlib.get_logger(__name__)

# Seconds, if an overloaded server does not send `Retry-After`.
RETRY_AFTER: Final = 5


class BadGateway(DomainError):
    """Another service has refused a request, or its response is not valid."""


class GatewayTimeout(DomainError):
    """Another service has not responded in time."""


STATUS.update({BadGateway: 502, GatewayTimeout: 504})


class Message(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


def client_options(settings: LLMSettings) -> dict[str, Any]:
    """Return the arguments of `httpx2.Client` and `httpx2.AsyncClient`."""
    timeout = httpx2.Timeout(settings.timeout, connect=settings.connect_timeout)
    # The number of streams is limited, which limits the connections.
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=20)
    return {"timeout": timeout, "limits": limits}


def request(settings: LLMSettings, messages: Sequence[Message]) -> dict[str, Any]:
    """Return the arguments of `client.sse`."""
    headers = outgoing_headers() | {"accept-encoding": "identity"}
    if token := settings.token.get_secret_value():
        headers["authorization"] = f"Bearer {token}"
    content: dict[str, Any] = {"model": settings.model, "messages": messages, "stream": True}
    if settings.max_tokens:
        content["max_tokens"] = settings.max_tokens
    url = f"{settings.url.rstrip('/')}/chat/completions"
    return {"url": url, "method": "POST", "headers": headers, "json": content}


def check_status(response: httpx2.Response) -> None:
    """Raise the error for a response that is not a stream. Clients do not see its text."""
    if response.status_code == 200:
        return
    log.warning("language model refused a request", status=response.status_code)
    if response.status_code in (429, 503):
        seconds = response.headers.get("retry-after", "")
        retry_after = int(seconds) if re.fullmatch("[0-9]{1,5}", seconds) else RETRY_AFTER
        raise Unavailable("The language model is overloaded.", retry_after=retry_after)
    raise BadGateway("The language model has refused the request.")


def translate(error: httpx2.TransportError) -> DomainError:
    """Return the error that clients see."""
    log.warning("language model failed", reason=type(error).__name__)
    if isinstance(error, httpx2.TimeoutException):
        return GatewayTimeout("The language model did not respond in time.")
    return BadGateway("The language model failed.")


class Reader:
    """Reads the events of one response."""

    def __init__(self) -> None:
        self._done = False

    def read(self, data: str) -> Event | None:
        """Return the token in `data`, None if there is none; raise `BadGateway`."""
        if data == "[DONE]":
            self._done = True
            return None
        try:
            # The last one may contain only the usage.
            choices = json.loads(data)["choices"]
            text = choices[0]["delta"].get("content") if choices else None
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            log.warning("language model failed", reason=type(error).__name__)
            raise BadGateway("The language model failed.") from None
        return Event("token", {"text": text}) if text else None

    def end(self) -> None:
        """Raise `BadGateway` unless the response is complete."""
        if not self._done:
            log.warning("language model failed", reason="incomplete response")
            raise BadGateway("The language model failed.")
