"""Errors of calls to other services. Messages name the service, not its address or its words."""

from ..errors import DomainError
from ..problems import STATUS


class UpstreamError(DomainError):
    """The service is unreachable, or its response is an error or invalid.

    `answered` is the status of its response, if there is one:

        except UpstreamError as error:
            if error.answered == 404:
                raise NotFound("There is no such currency.") from None
    """

    def __init__(
        self, message: str, *, answered: int | None = None, retry_after: float = 0
    ) -> None:
        super().__init__(message)
        self.answered = answered
        self.retry_after = retry_after


class UpstreamTimeout(UpstreamError):
    """The service did not respond in time."""


STATUS.update({UpstreamTimeout: 504, UpstreamError: 502})
