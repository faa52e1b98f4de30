"""What all schemas have in common."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

# At least one visible character. NUL is refused: PostgreSQL cannot store it.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Text = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Timestamp = Annotated[AwareDatetime, AfterValidator(_utc)]


class Request(BaseModel):
    """Sent by a client: a key that is not known is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)  # guard: unknown-fields


class Answer(BaseModel):
    """Sent to a client: exactly the fields listed, whatever the source object has."""

    model_config = ConfigDict(from_attributes=True, frozen=True, hide_input_in_errors=True)
