"""What the environment decides about who may call: nothing, everybody may."""

from .process import ProcessSettings


class AuthSettings(ProcessSettings):
    """Has nothing of its own."""
