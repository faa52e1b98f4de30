"""Finds the application that an import path names, or says in one sentence why there is none."""

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

import structlog

from ..settings import SettingsError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = structlog.stdlib.get_logger(__name__)


def application(path: str) -> "WSGIApplication":
    """Return the application, made by its factory where `path` ends with `()`.

    Raises:
        SettingsError: It cannot be found, or made, or is no application.
    """
    module, _, name = path.partition(":")
    try:
        found: Any = getattr(import_module(module), name.removesuffix("()"))
        if name.endswith("()"):
            found = found()
    except Exception as error:  # Whatever its modules do when they are imported.
        log.debug("not mounted", exc_info=error)
        why = f"{type(error).__name__}: {error} (LOG_LEVEL=debug shows where)"
        raise _fault(path, why) from error
    if not _answers(found):
        factory = "" if inspect.isclass(found) or not callable(found) else f"; or is it {path}()?"
        raise _fault(path, f"{type(found).__name__} is no WSGI application{factory}")
    application: WSGIApplication = found
    return application


def _answers(found: Any) -> bool:
    """Whether it takes what WSGI hands over, and no class is it that would only be made of it."""
    if not callable(found) or inspect.isclass(found):
        return False
    try:
        inspect.signature(found).bind({}, print)
    except TypeError:
        return False
    except ValueError:  # Written in C, and does not say.
        return True
    return True


def _fault(path: str, why: str) -> SettingsError:
    return SettingsError(f"The application {path} cannot be mounted: {why}")
