"""Base classes and types for the schemas of requests and responses."""

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

# Errors in one response: a client can cause as many as it can send bytes.
MAX_ERRORS: Final = 20

# At least one visible character. PostgreSQL cannot store NUL.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Text = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("The year is out of range in UTC.") from None


Timestamp = Annotated[AwareDatetime, AfterValidator(_to_utc)]


class RequestModel(BaseModel):
    """Base class for request bodies. An unknown field is an error, not ignored."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)  # guard: unknown-fields

    @model_validator(mode="before")
    @classmethod
    def _limit_unknown_fields(cls, data: Any) -> Any:
        """Stop early: pydantic would report each of a million unknown fields."""
        if isinstance(data, dict) and len(data) > len(cls.model_fields) + MAX_ERRORS:
            raise PydanticCustomError("too_many_fields", "There are too many fields.")
        return data


class ResponseModel(BaseModel):
    """Base class for response bodies: exactly the listed fields of the source object."""

    model_config = ConfigDict(from_attributes=True, frozen=True, hide_input_in_errors=True)
