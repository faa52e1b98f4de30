"""The queue of this project: Celery."""

from .celery import cancel, configure, counts, defer, list_dead, retry, work

__all__ = ["cancel", "configure", "counts", "defer", "list_dead", "retry", "work"]
