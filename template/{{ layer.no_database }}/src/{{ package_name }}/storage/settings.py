"""What the environment decides about where things are kept."""

from ..process import ProcessSettings


class StorageSettings(ProcessSettings):
    """Nothing: memory needs no setting."""
