"""A response of the documentation pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StaticResponse:
    """A complete response. Its headers override the defaults of the application."""

    status: int
    headers: dict[str, str]
    body: bytes


def respond(
    body: bytes, headers: dict[str, str], *, digest: str, if_none_match: str
) -> StaticResponse:
    """Return 304 if the browser has the body already."""
    etag = f'"{digest}"'
    headers = headers | {"ETag": etag}
    # A proxy that compresses weakens the tag; for a GET it still matches.
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if tags & {etag, "*"}:
        return StaticResponse(304, headers, b"")
    return StaticResponse(200, headers, body)
