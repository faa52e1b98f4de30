"""The queue of this project: Procrastinate."""

from .procrastinate import cancel, configure, counts, defer, list_dead, retry, work

__all__ = ["cancel", "configure", "counts", "defer", "list_dead", "retry", "work"]
