"""Settings of the store: none."""

from ..settings import KitSettings


class DatabaseSettings(KitSettings):
    """No settings of its own."""
