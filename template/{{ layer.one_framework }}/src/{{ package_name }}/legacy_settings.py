"""What the environment decides about an application that is mounted: there is none here."""

from .edge_settings import EdgeSettings


class LegacySettings(EdgeSettings):
    """Has nothing of its own."""
