"""The worker class of gunicorn."""

from .gthread_worker import Worker

__all__ = ["Worker"]
