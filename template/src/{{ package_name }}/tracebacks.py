"""Tracebacks for the log: which errors there were, and where, without values that they quote."""

import textwrap
import traceback
from collections.abc import Iterator

from structlog.typing import ExcInfo

from .storage.faults import told

_HIDDEN = "[hidden]"
_CAUSED = "\nThe above exception was the direct cause of the following exception:\n"
_MEANWHILE = "\nDuring handling of the above exception, another exception occurred:\n"


def text(exc_info: ExcInfo) -> str:
    """Return what Python itself would print, but for the words of errors that are not to be told."""
    return "\n".join(_lines(exc_info[1], set()))


def _lines(error: BaseException, seen: set[int], *, hidden: bool = False) -> Iterator[str]:
    """Yield one error after those that led to it; what caused a hidden one may say the same."""
    seen.add(id(error))
    words = told(error)
    hidden = hidden or words is not None
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before and id(before) not in seen:
        caused = before is error.__cause__
        yield from _lines(before, seen, hidden=hidden and caused)
        yield _CAUSED if caused else _MEANWHILE
    if error.__traceback__:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield f"{_name(error)}: {words or _HIDDEN}" if hidden else _as_python_says_it(error)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield textwrap.indent("\n".join(_lines(each, seen, hidden=hidden)), "  | ")


def _as_python_says_it(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).rstrip("\n")


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
