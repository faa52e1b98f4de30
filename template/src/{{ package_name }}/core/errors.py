"""What can go wrong, in the words of the business."""


class Refusal(Exception):
    """A request that is understood and not granted. The message is for the caller."""


class NotFound(Refusal):
    """There is no such thing, or it is not the caller's to know of."""


class Unauthorized(Refusal):
    """Nobody knows who is calling, and only somebody who is known may."""

    def __init__(self, message: str, *, challenge: str = "Bearer") -> None:
        super().__init__(message)
        self.challenge = challenge


class Forbidden(Refusal):
    """It is known who is calling, and that is not enough."""


class Conflict(Refusal):
    """The thing is not in a state that allows this."""


class Invalid(Refusal):
    """A value is well-formed and still makes no sense."""

    def __init__(self, message: str, *, parameter: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class Unavailable(Refusal):
    """Something that is needed does not answer, or is not ready yet."""

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
