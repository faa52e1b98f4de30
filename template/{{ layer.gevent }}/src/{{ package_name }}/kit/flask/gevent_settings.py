"""Settings of an application whose requests are served by greenlets."""

from .settings import FlaskSettings


class GeventSettings(FlaskSettings):
    @property
    def max_waiting(self) -> int:
        """Requests that may wait for a dependency at once. A waiting greenlet costs little."""
        return 64 * self.threads
