"""Imports a WSGI application by its path."""

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

import structlog

from ..settings import SettingsError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = structlog.stdlib.get_logger(__name__)


def import_app(path: str) -> "WSGIApplication":
    """Return the application, created by its factory if `path` ends with `()`.

    Raises:
        SettingsError: It cannot be imported or created, or is not a WSGI application.
    """
    module, _, name = path.partition(":")
    try:
        app: Any = getattr(import_module(module), name.removesuffix("()"))
        if name.endswith("()"):
            app = app()
    except Exception as error:  # An import can raise anything.
        log.debug("not mounted", exc_info=error)
        reason = f"{type(error).__name__}: {error} (LOG_LEVEL=debug shows the traceback)"
        raise _error(path, reason) from error
    if not _is_wsgi(app):
        factory = "" if inspect.isclass(app) or not callable(app) else f"; is it {path}()?"
        raise _error(path, f"{type(app).__name__} is not a WSGI application{factory}")
    application: WSGIApplication = app
    return application


def _is_wsgi(app: Any) -> bool:
    """Whether `app` can be called with the arguments of WSGI; a class would only be instantiated."""
    if not callable(app) or inspect.isclass(app):
        return False
    try:
        inspect.signature(app).bind({}, print)
    except TypeError:
        return False
    except ValueError:  # Written in C, without a signature.
        return True
    return True


def _error(path: str, reason: str) -> SettingsError:
    return SettingsError(f"The application {path} cannot be mounted: {reason}")
