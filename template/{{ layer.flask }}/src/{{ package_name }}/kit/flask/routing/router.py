"""Routers and their endpoints."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import cleandoc, isclass, signature
from typing import Any, TypedDict, TypeVar, Unpack

from flask import Flask, Response, request
from pydantic import TypeAdapter
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from ...problems import unsupported_media_type
from .bodies import FORM_TYPE, JSON_TYPE, read_form, read_json
from .calls import Call, Incoming, compile_call
from .parameters import ABSENT, Body, DeclarationError, Error, Parameter

View = TypeVar("View", bound=Callable[..., Any])
Responses = dict[int | str, dict[str, Any]]

BODILESS = {204, 205, 304}


class RequestInvalid(Exception):
    """A request does not match the signature of its view."""

    def __init__(self, errors: list[Error]) -> None:
        super().__init__(errors)
        self.errors = errors


class Options(TypedDict, total=False):
    """Options of an endpoint."""

    status_code: int
    responses: Responses
    include_in_schema: bool
    summary: str
    description: str
    deprecated: bool


class _Response(Response):
    """A response without a default media type."""

    default_mimetype = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Route:
    """A compiled endpoint. Flask calls it as a view function."""

    method: str
    path: str
    rule: str
    name: str
    call: Call
    body: Parameter | None
    returns: TypeAdapter[Any] | None
    tags: Sequence[str]
    status_code: int = 200
    responses: Responses = field(default_factory=dict)
    include_in_schema: bool = True
    summary: str = ""
    description: str = ""
    deprecated: bool = False

    @property
    def operation_id(self) -> str:
        return "_".join([*self.tags[:1], self.name])

    def __call__(self, **path: str) -> AnyResponse:
        response = _Response(status=self.status_code)
        arguments, errors = self.call.resolve(Incoming(path, self._read_body(), response))
        if errors:
            raise self._error(errors)
        return self._render(self.call.function(**arguments), response)

    def _read_body(self) -> Any:
        if self.body is None:
            return ABSENT
        return read_json() if isinstance(self.body, Body) else read_form()

    def _error(self, errors: list[Error]) -> Exception:
        """Return the exception; a body of an unsupported type takes precedence."""
        supported = JSON_TYPE if isinstance(self.body, Body) else FORM_TYPE
        in_body = any(error["loc"][0] == "body" for error in errors)
        if in_body and not supported.fullmatch(request.mimetype):
            return UnsupportedMediaType(unsupported_media_type().detail)
        return RequestInvalid(errors)

    def _render(self, result: Any, response: Response) -> AnyResponse:
        if isinstance(result, AnyResponse):
            return result
        if response.status_code not in BODILESS:
            response.set_data(self._dump(result))
            response.headers["Content-Type"] = "application/json"
        return response

    def _dump(self, result: Any) -> bytes:
        if self.returns is None:
            return b"null"
        return self.returns.dump_json(self.returns.validate_python(result, from_attributes=True))


class APIRouter:
    """A group of endpoints with a common prefix, as in FastAPI."""

    def __init__(
        self,
        *,
        prefix: str = "",
        tags: Sequence[str] = (),
        responses: Responses | None = None,
        include_in_schema: bool = True,
    ) -> None:
        self.prefix = prefix
        self.tags = tags
        self.responses = responses or {}
        self.include_in_schema = include_in_schema
        self.routes: list[Route] = []

    def get(self, path: str, **options: Unpack[Options]) -> Callable[[View], View]:
        return self._declare("GET", path, options)

    def post(self, path: str, **options: Unpack[Options]) -> Callable[[View], View]:
        return self._declare("POST", path, options)

    def put(self, path: str, **options: Unpack[Options]) -> Callable[[View], View]:
        return self._declare("PUT", path, options)

    def patch(self, path: str, **options: Unpack[Options]) -> Callable[[View], View]:
        return self._declare("PATCH", path, options)

    def delete(self, path: str, **options: Unpack[Options]) -> Callable[[View], View]:
        return self._declare("DELETE", path, options)

    def register(self, app: Flask) -> None:
        """Add the endpoints to `app`."""
        for route in self.routes:
            app.add_url_rule(
                route.rule,
                route.operation_id,
                route,
                methods=[route.method],
                provide_automatic_options=False,
                merge_slashes=False,
            )

    def _declare(self, method: str, path: str, options: Options) -> Callable[[View], View]:
        merged: Options = {
            **options,
            "responses": {**self.responses, **options.get("responses", {})},
            "include_in_schema": self.include_in_schema and options.get("include_in_schema", True),
        }

        def declare(view: View) -> View:
            self.routes.append(compile_route(method, self.prefix + path, view, self.tags, merged))
            return view

        return declare


def compile_route(
    method: str, path: str, view: Callable[..., Any], tags: Sequence[str], options: Options
) -> Route:
    """Compile an endpoint, or raise `DeclarationError`."""
    call = compile_call(view, set(re.findall(r"{(\w+)", path)))
    parameters = [parameter for each in call.unfold() for parameter in each.parameters]
    bodies = [parameter for parameter in parameters if parameter.source == "body"]
    if len(bodies) > 1:
        raise DeclarationError(f"{method} {path} has more than one body.")
    described: Options = {"description": cleandoc(view.__doc__ or ""), **options}
    return Route(
        method=method,
        path=path.replace(":path}", "}"),
        # Names match any string; pydantic validates them.
        rule=re.sub(r"{(\w+)}", r"<\1>", re.sub(r"{(\w+):path}", r"<path:\1>", path)),
        name=view.__name__,
        call=call,
        body=bodies[0] if bodies else None,
        returns=compile_return(view),
        tags=tags,
        **described,
    )


def compile_return(view: Callable[..., Any]) -> TypeAdapter[Any] | None:
    annotation = signature(view, eval_str=True).return_annotation
    if annotation is None or (isclass(annotation) and issubclass(annotation, AnyResponse)):
        return None
    return TypeAdapter(annotation)
