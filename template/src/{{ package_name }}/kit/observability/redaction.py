"""Tracebacks for the log, without error messages that may quote secret values."""

import textwrap
import traceback
from collections.abc import Callable, Iterator

from structlog.typing import ExcInfo

# Each returns a safe description of an error whose message may quote values, "" if there is none, and
# None for all other errors. `kit.db` adds one for the errors of its driver.
DESCRIBERS: list[Callable[[BaseException], str | None]] = []

_HIDDEN = "[hidden]"
_CAUSED = "\nThe above exception was the direct cause of the following exception:\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n"


def format_exception(exc_info: ExcInfo) -> str:
    """Format an exception as Python does, but describe errors that may quote values."""
    return "\n".join(_lines(exc_info[1], set()))


def describe_error(error: BaseException) -> str | None:
    """Return the first description of `DESCRIBERS`; None if the error's own message is safe."""
    descriptions = (describe(error) for describe in DESCRIBERS)
    return next((text for text in descriptions if text is not None), None)


def _lines(error: BaseException, seen: set[int], *, hidden: bool = False) -> Iterator[str]:
    """Yield the lines of an error after those of its causes. The cause of a hidden one is hidden."""
    seen.add(id(error))
    description = describe_error(error)
    hidden = hidden or description is not None
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before and id(before) not in seen:
        caused = before is error.__cause__
        yield from _lines(before, seen, hidden=hidden and caused)
        yield _CAUSED if caused else _CONTEXT
    if error.__traceback__:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield f"{_name(error)}: {description or _HIDDEN}" if hidden else _format_message(error)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield textwrap.indent("\n".join(_lines(each, seen, hidden=hidden)), "  | ")


def _format_message(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).rstrip("\n")


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
