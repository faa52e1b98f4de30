"""The worker class of gunicorn."""

from .gevent_worker import Worker

__all__ = ["Worker"]
