"""What the environment decides about who may call: nothing, keys are in the database."""

from .process import ProcessSettings


class AuthSettings(ProcessSettings):
    """Has nothing of its own."""
