"""Reads and parses request bodies."""

import json
import re
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from ...problems import malformed_body
from .parameters import ABSENT

JSON_TYPE = re.compile(r"application/([^/]*\+)?json")
FORM_TYPE = re.compile(r"application/x-www-form-urlencoded|multipart/form-data")
# The limits of Starlette.
MAX_FIELDS = 1000
MAX_FIELD_SIZE = 1024 * 1024


def read_body() -> bytes:
    # `request.get_data()` of Werkzeug 3.1 truncates a chunked body at MAX_CONTENT_LENGTH without an
    # error.
    return b"".join(iter(lambda: request.stream.read(64 * 1024), b""))


def read_json() -> Any:
    """Return the parsed body. A body of another type is returned as it is, and fails validation."""
    raw = read_body()
    if not raw or not JSON_TYPE.fullmatch(request.mimetype):
        return raw or ABSENT
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadRequest(malformed_body().detail) from error


def read_form() -> dict[str, list[Any]]:
    """Return the values by name; none if the body has another type."""
    raw = read_body()
    try:
        if request.mimetype == "application/x-www-form-urlencoded":
            return parse_query(raw, max_num_fields=MAX_FIELDS)
        # `request.form` treats a malformed body as an empty one.
        parser = FormDataParser(
            silent=False,
            stream_factory=lambda *_, **__: BytesIO(),
            max_form_memory_size=MAX_FIELD_SIZE,
            max_form_parts=MAX_FIELDS,
        )
        options = request.mimetype_params
        _, form, files = parser.parse(BytesIO(raw), request.mimetype, len(raw), options)
    except (ValueError, RequestEntityTooLarge) as error:
        raise BadRequest(malformed_body().detail) from error
    return {**form.to_dict(flat=False), **files.to_dict(flat=False)}


def parse_query(urlencoded: bytes, max_num_fields: int | None = None) -> dict[str, list[str]]:
    # Werkzeug keeps escapes of invalid UTF-8, Starlette replaces them.
    text = urlencoded.decode("latin-1")
    return parse_qs(text, keep_blank_values=True, max_num_fields=max_num_fields)
