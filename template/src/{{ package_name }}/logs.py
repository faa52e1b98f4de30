"""What the application says of itself: one JSON object a line, on standard output."""

import json
import logging
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from . import tracebacks
from .settings import Settings

# Never shown, whoever logs them: ASVS 16.2.5.
_SECRET = re.compile(
    r"passw|secret|token|authori[sz]ation|cookie|api_?-?key|credential|private_?key", re.IGNORECASE
)
# Nor where they stand in a text: the user of a URL, what follows "Bearer". Both are linear: a client
# chooses the text.
_IN_TEXT = re.compile(r"(?<=://)[^\s/@]*(?=@)|(?<=\bbearer )[\w.~+/=-]+", re.IGNORECASE)
_HIDDEN = "[hidden]"
# Characters of one value. A traceback has more of them than a client can send in a path.
_MAX_VALUE, _MAX_TRACEBACK = 2_000, 20_000

# What moves a terminal's cursor, or ends a line.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(settings: Settings) -> None:
    """Send all logging of this process, that of libraries included, to one place."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Formatter(_renderers(settings.log_format)))
    root = logging.getLogger()
    root.handlers = [handler, *(other for other in root.handlers if not _is_ours(other))]
    root.setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def security(event: str, *, expected: bool = False, **fields: object) -> None:
    """Log what a reviewer looks for later: a login that failed, a right that was refused.

    logs.security("login failed", account=account_id, reason="wrong password")
    What is `expected` is information, such as a login that succeeded; all else is a warning.
    """
    level = logging.INFO if expected else logging.WARNING
    structlog.stdlib.get_logger(__name__).log(level, event, category="security", **fields)


class _Line(logging.LogRecord):
    """A record that says all there is to say already; `msg` has it."""


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, renderers: list[Processor]) -> None:
        super().__init__(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(tracebacks.text),
                *renderers,
            ],
        )
        self._renderers = renderers

    def format(self, record: logging.LogRecord) -> str:
        if not isinstance(record, _Line):
            return super().format(record)
        said: Any = record.msg
        for render in self._renderers:
            said = render(None, record.levelname, said)
        return str(said)


def line(logger: logging.Logger, level: int, event: str, **fields: object) -> None:
    """Log what is logged for each request: what structlog would, in a third of the time.

    It looks for who has called, and passes what is said from one process to the next.
    """
    if not logger.isEnabledFor(level):
        return
    said = {
        **fields,
        **structlog.contextvars.get_contextvars(),
        "event": event,
        "logger": logger.name,
        "level": logging.getLevelName(level).lower(),
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    logger.handle(_Line(logger.name, level, __file__, 0, said, None, None))


def _is_ours(handler: logging.Handler) -> bool:
    return isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)


def _renderers(log_format: str) -> list[Processor]:
    if log_format == "console" or (log_format == "auto" and sys.stdout.isatty()):
        console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        return [_hide_secrets, _stay_on_one_line, console]
    return [_hide_secrets, structlog.processors.JSONRenderer(_written)]


def _written(event: EventDict, default: Callable[[Any], Any]) -> str:
    return _encoder(default).encode(event)


@cache
def _encoder(default: Callable[[Any], Any]) -> json.JSONEncoder:
    """Return what writes JSON, and is not made anew for every line."""
    return json.JSONEncoder(default=default)


def _hide_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: _hidden(name, value) for name, value in event.items()}


def _hidden(name: str, value: Any) -> Any:
    if not isinstance(value, str | int | float) and isinstance(value, Mapping):
        return {key: _hidden(str(key), each) for key, each in value.items()}
    if _is_secret(name):  # guard: log-redaction
        return _HIDDEN
    if isinstance(value, str):
        value = _clipped(value, _MAX_TRACEBACK if name == "exception" else _MAX_VALUE)
        return _IN_TEXT.sub(_HIDDEN, value) if "://" in value or " " in value else value
    if isinstance(value, list | tuple):
        return [_hidden(name, each) for each in value]
    return value


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


@lru_cache(1000)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def _stay_on_one_line(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Escape what would let a message pass for two; JSON does so by itself."""
    text = str(event.get("event", ""))
    event["event"] = _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)
    return event
