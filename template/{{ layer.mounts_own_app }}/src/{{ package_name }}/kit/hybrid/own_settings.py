"""Settings of a mounted application that is part of this project."""

from ..flask.settings import FlaskSettings
from .settings import HybridSettings


class OwnAppSettings(HybridSettings, FlaskSettings):
    """Those of Flask, and the share of clients for FastAPI."""

    @property
    def default_pool_size(self) -> int:
        """Connections of one pool: FastAPI uses all of them, Flask those of its threads."""
        return self.threads
