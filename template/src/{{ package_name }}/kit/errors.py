"""Errors that services raise, independent of HTTP. `kit.problems` maps each to a status."""


class DomainError(Exception):
    """A valid request that cannot be fulfilled. The message is shown to the client."""


class NotFound(DomainError):
    """The object does not exist, or belongs to another user."""


class Unauthorized(DomainError):
    """Authentication is required. `challenge` is the scheme for `WWW-Authenticate`."""

    def __init__(self, message: str, *, challenge: str = "Bearer") -> None:
        super().__init__(message)
        self.challenge = challenge


class Forbidden(DomainError):
    """The user is authenticated but lacks a permission."""


class Conflict(DomainError):
    """The current state of an object does not allow this."""


class Invalid(DomainError):
    """A value is well-formed but not acceptable. `parameter` names it, if it is a parameter."""

    def __init__(self, message: str, *, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


class TooManyRequests(DomainError):
    """A rate limit is exceeded. The next request is allowed in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many requests.")
        self.retry_after = retry_after


class Unavailable(DomainError):
    """A dependency does not respond, or the service is not ready."""

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
