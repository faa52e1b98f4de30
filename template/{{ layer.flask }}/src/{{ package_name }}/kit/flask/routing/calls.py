"""Resolves the arguments and dependencies of a function."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Response, request

from .bodies import parse_query
from .parameters import DeclarationError, Error, Parameter, Source, declare, unwrapped

ORDER = ("path", "query", "header", "body")


@dataclass(frozen=True)
class Depends:
    """The argument is the result of `dependency`, which is called once per request."""

    dependency: Callable[..., Any]


@dataclass(frozen=True, eq=False)
class SecurityScheme:
    """A dependency that returns a header with credentials, if it is present.

    `model` is a Security Scheme Object of OpenAPI.
    """

    scheme_name: str
    model: Mapping[str, Any]
    header: str = "Authorization"

    def __call__(self) -> str | None:
        return request.headers.get(self.header)


class Incoming:
    """The current request, parsed as far as its view needs."""

    def __init__(self, path: Mapping[str, str], body: Any, response: Response) -> None:
        self.path = path
        self.body = body
        self.response = response
        self.results: dict[Callable[..., Any], Any] = {}

    @cached_property
    def query(self) -> dict[str, list[str]]:
        return parse_query(request.query_string)

    def values(self, source: Source, name: str) -> list[str]:
        if source == "path":
            return [self.path[name]]
        return self.query.get(name, []) if source == "query" else request.headers.getlist(name)


@dataclass
class Call:
    """A function, and how to get each of its arguments."""

    function: Callable[..., Any]
    dependencies: dict[str, "Call"] = field(default_factory=dict)
    parameters: list[Parameter] = field(default_factory=list)
    response: str | None = None

    def resolve(self, incoming: Incoming) -> tuple[dict[str, Any], list[Error]]:
        """Return the arguments and all validation errors. Dependencies are called first."""
        arguments: dict[str, Any] = {}
        errors: list[Error] = []
        for name, dependency in self.dependencies.items():
            arguments[name], invalid = dependency.once(incoming)
            errors += invalid
        for parameter in self.parameters:
            arguments[parameter.name], invalid = parameter.read(incoming)
            errors += invalid
        if self.response:
            arguments[self.response] = incoming.response
        return arguments, errors

    def once(self, incoming: Incoming) -> tuple[Any, list[Error]]:
        """Call the function, unless this request has its result already."""
        arguments, errors = self.resolve(incoming)
        if errors:
            return None, errors
        if self.function not in incoming.results:
            incoming.results[self.function] = self.function(**arguments)
        return incoming.results[self.function], []

    def unfold(self) -> Iterable["Call"]:
        """Return this call and all of its dependencies, each function once."""
        return {call.function: call for call in self._walk()}.values()

    def _walk(self) -> Iterator["Call"]:
        yield self
        for dependency in self.dependencies.values():
            yield from dependency._walk()


def compile_call(function: Callable[..., Any], path_names: set[str]) -> Call:
    """Read the signature of `function`, or raise `DeclarationError`."""
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise DeclarationError(f"{function.__qualname__} must be a plain function.")
    call = Call(function)
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        base, *metadata = unwrapped(parameter.annotation)
        if depends := next((item for item in metadata if isinstance(item, Depends)), None):
            call.dependencies[parameter.name] = compile_call(depends.dependency, path_names)
        elif inspect.isclass(base) and issubclass(base, Response):
            call.response = parameter.name
        else:
            call.parameters.append(declare(parameter, path_names))
    call.parameters.sort(key=lambda parameter: ORDER.index(parameter.source))
    return call
