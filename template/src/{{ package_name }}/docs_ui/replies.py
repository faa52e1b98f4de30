"""What an adapter sends, decided down to the last header."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished answer; its headers win over any that the application adds by default."""

    status: int
    headers: dict[str, str]
    body: bytes


def reply(body: bytes, headers: dict[str, str], *, digest: str, if_none_match: str) -> Reply:
    """Send the body, unless the browser says that it has it."""
    etag = f'"{digest}"'
    headers = headers | {"ETag": etag}
    # A proxy that compresses on its own weakens the tag; for a GET that is still a match.
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if known & {etag, "*"}:
        return Reply(304, headers, b"")
    return Reply(200, headers, body)
