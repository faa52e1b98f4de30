"""Settings of streams and of the language model."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from ..settings import KitSettings


class LLMSettings(BaseModel):
    """A server with the API of OpenAI's chat completions. The variables begin with `LLM__`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # The default is what `uv run poe llm` starts.
    url: Annotated[str, Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")] = (
        "http://127.0.0.1:9001/v1"
    )
    token: SecretStr = SecretStr("")
    model: str = "default"
    # 0: the limit of the model.
    max_tokens: Annotated[int, Field(ge=0)] = 1024
    # Seconds to connect; for the first token, and between two tokens.
    connect_timeout: Annotated[float, Field(gt=0, le=10)] = 3
    timeout: Annotated[float, Field(gt=0, le=600)] = 25


class StreamingSettings(KitSettings):
    # Open streams of this process, and of one client.
    max_streams: Annotated[int, Field(ge=1)] = 1000
    max_streams_per_client: Annotated[int, Field(ge=1)] = 5
    # Seconds of silence after which a comment keeps the connection open.
    stream_heartbeat_seconds: Annotated[float, Field(gt=0, le=300)] = 15
    # Seconds to wait for the first event. Then the response begins without it.
    stream_first_event_seconds: Annotated[float, Field(gt=0, le=300)] = 30
    llm: LLMSettings = LLMSettings()
