"""What the environment decides about who may call: nothing, everybody may."""

from .process import ProcessSettings


class AuthSettings(ProcessSettings):
    def shared(self) -> dict[str, str]:
        """Return what processes started by this one must not make up for themselves."""
        return {}
