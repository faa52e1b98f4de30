"""Logging: one JSON object per line, on standard output."""

import logging
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ..settings import KitSettings
from . import redaction

# Names of fields that are redacted: ASVS 16.2.5.
_SECRET = re.compile(
    r"passw|secret|token|authori[sz]ation|cookie|api_?-?key|credential|private_?key", re.IGNORECASE
)
# Secrets in a text: the user of a URL, and a bearer token. Clients choose the text, so both patterns
# take linear time.
_IN_TEXT = re.compile(r"(?<=://)[^\s/@]*(?=@)|(?<=\bbearer )[\w.~+/=-]+", re.IGNORECASE)
_HIDDEN = "[hidden]"
_is_secret = lru_cache(1000)(_SECRET.search)
# Characters of one value. A traceback is longer than a path that a client can send.
_MAX_VALUE, _MAX_TRACEBACK = 2_000, 20_000

# Characters that move the cursor of a terminal, or end a line.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(settings: KitSettings) -> None:
    """Configure all logging of this process, that of libraries included."""
    handler = logging.StreamHandler(sys.stdout)
    handler.name = __name__
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(redaction.format_exception),
                _redact,
                *_renderers(settings.log_format),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler, *(each for each in root.handlers if each.name != handler.name)]
    root.setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def security(event: str, *, expected: bool = False, **fields: object) -> None:
    """Log a security event: a failed login, a denied permission.

    logs.security("login failed", account=account_id, reason="wrong password")
    The level is warning, or info if the event is `expected`, such as a successful login.
    """
    level = logging.INFO if expected else logging.WARNING
    structlog.stdlib.get_logger(__name__).log(level, event, category="security", **fields)


def _renderers(log_format: str) -> list[Processor]:
    if log_format == "console" or (log_format == "auto" and sys.stdout.isatty()):
        console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        return [_escape_control_characters, console]
    return [structlog.processors.JSONRenderer()]


def _redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event.pop("color_message", None)  # uvicorn repeats its message for terminals.
    return {name: _redact_value(name, value) for name, value in event.items()}


def _redact_value(name: str, value: Any) -> Any:
    if not isinstance(value, str | int | float):
        if isinstance(value, Mapping):
            return {key: _redact_value(str(key), each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [_redact_value(name, each) for each in value]
    if _is_secret(name):  # guard: log-redaction
        return _HIDDEN
    return _redact_text(name, value) if isinstance(value, str) else value


def _redact_text(name: str, text: str) -> str:
    limit = _MAX_TRACEBACK if name == "exception" else _MAX_VALUE
    if len(text) > limit:
        text = f"{text[:limit]}... ({len(text)} characters)"
    # Most values have neither, and need no search.
    return _IN_TEXT.sub(_HIDDEN, text) if "://" in text or " " in text else text


def _escape_control_characters(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keep a message on its line in a terminal; JSON escapes by itself."""
    text = str(event.get("event", ""))
    event["event"] = _CONTROL.sub(lambda match: ascii(match[0])[1:-1], text)
    return event
