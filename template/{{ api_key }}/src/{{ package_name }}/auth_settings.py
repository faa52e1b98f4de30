"""What the environment decides about who may call: nothing, keys are in the database."""

from .process import ProcessSettings


class AuthSettings(ProcessSettings):
    def shared(self) -> dict[str, str]:
        """Return what processes started by this one must not make up for themselves."""
        return {}
