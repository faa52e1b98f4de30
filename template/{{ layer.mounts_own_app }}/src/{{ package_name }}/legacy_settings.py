"""What the environment decides about an application of somebody else: there is none here."""

from .share_settings import ShareSettings


class LegacySettings(ShareSettings):
    """Has nothing of its own."""
