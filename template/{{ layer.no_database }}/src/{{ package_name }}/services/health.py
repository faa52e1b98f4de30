"""Whether requests can be served."""

from ..storage.memory import Store


def check(_: Store) -> None:
    """Raise `Unavailable` where something that is needed does not answer: nothing is, so far."""
