"""What all schemas have in common."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

# Errors in one answer: a client can make as many as it has bytes to send.
MAX_ERRORS: Final = 20

# At least one visible character. NUL is refused: PostgreSQL cannot store it.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Text = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("The year is out of range in UTC.") from None


Timestamp = Annotated[AwareDatetime, AfterValidator(_utc)]


class Request(BaseModel):
    """Sent by a client: a key that is not known is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)  # guard: unknown-fields

    @model_validator(mode="before")
    @classmethod
    def _limit_unknown_fields(cls, data: Any) -> Any:
        """Stop early: pydantic would describe each of a million unknown fields."""
        if isinstance(data, dict) and len(data) > len(cls.model_fields) + MAX_ERRORS:
            raise PydanticCustomError("too_many_fields", "There are too many fields.")
        return data


class Answer(BaseModel):
    """Sent to a client: exactly the fields listed, whatever the source object has."""

    model_config = ConfigDict(from_attributes=True, frozen=True, hide_input_in_errors=True)
