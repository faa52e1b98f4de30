"""Generates the OpenAPI document that FastAPI generates for the same endpoints."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.client import responses as phrases
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import BytesSchema

from .routing.parameters import Body, Parameter, Source, Spread, adapter
from .routing.router import BODILESS, APIRouter, Route

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, eq=False)
class Schema:
    """A placeholder for a schema: names are known once all schemas are."""

    adapter: TypeAdapter[Any]
    title: str
    mode: Literal["validation", "serialization"] = "validation"


def generate_document(
    routers: Iterable[APIRouter], *, title: str, version: str, description: str = ""
) -> dict[str, Any]:
    """Return the document of `routers`."""
    routes = [route for router in routers for route in router.routes if route.include_in_schema]
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route)
    made, definitions = generate(list(placeholders(paths)))
    schemes = {scheme.scheme_name: scheme.model for route in routes for scheme in security(route)}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version} | present(description=description),
        "paths": finished(paths, made),
        **present(
            components=present(
                schemas=finished(definitions, made), securitySchemes=finished(schemes, made)
            )
        ),
    }


def operation(route: Route) -> dict[str, Any]:
    return {
        "summary": route.summary or route.name.replace("_", " ").title(),
        "operationId": route.operation_id,
        "responses": responses(route),
        **present(
            tags=list(route.tags),
            description=route.description.split("\f")[0].strip(),
            deprecated=route.deprecated,
            security=[{scheme.scheme_name: []} for scheme in security(route)],
            parameters=parameters(route),
            requestBody=request_body(route.body) if route.body else None,
        ),
    }


def parameters(route: Route) -> list[dict[str, Any]]:
    declared = [parameter for call in route.call.unfold() for parameter in call.parameters]
    sources: tuple[Source, ...] = ("path", "query", "header")
    described = [
        entry(source, name, field, schema)
        for source in sources
        for parameter in declared
        if parameter.source == source
        for name, field, schema in flat(parameter)
    ]
    # Two functions may have the same parameter; a required one takes precedence.
    unique = {(each["in"], each["name"]): each for each in described}
    unique |= {(each["in"], each["name"]): each for each in described if each["required"]}
    return list(unique.values())


def flat(parameter: Parameter) -> Iterator[tuple[str, FieldInfo, TypeAdapter[Any]]]:
    if isinstance(parameter, Spread):
        for name, field in parameter.fields.items():
            yield name, field, adapter(field)
    else:
        yield parameter.alias, parameter.field, parameter.adapter


def entry(
    source: Source, name: str, field: FieldInfo, validator: TypeAdapter[Any]
) -> dict[str, Any]:
    return {
        "name": name,
        "in": source,
        "required": field.is_required(),
        "schema": Schema(validator, titled(name, field)),
        **present(description=field.description, deprecated=bool(field.deprecated)),
    }


def request_body(parameter: Parameter) -> dict[str, Any]:
    schema = Schema(parameter.adapter, titled(parameter.alias, parameter.field))
    media_type = JSON if isinstance(parameter, Body) else FORM
    return {
        **present(required=parameter.field.is_required()),
        "content": {media_type: {"schema": schema}},
    }


def responses(route: Route) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Successful Response"}
    if route.status_code not in BODILESS:
        name = f"Response_{route.operation_id}"
        success["content"] = (
            content(route.returns, name) if route.returns else {JSON: {"schema": {}}}
        )
    result = {str(route.status_code): success}
    for status, declared in route.responses.items():
        known = result.get(str(status), {"description": phrases.get(int(status), "")})
        result[str(status)] = merged(known, declared_response(status, declared, route))
    return result


def declared_response(status: int | str, declared: dict[str, Any], route: Route) -> dict[str, Any]:
    response = {name: part for name, part in declared.items() if name != "model"}
    if "model" not in declared:
        return response
    name = f"Response_{status}_{route.operation_id}"
    return merged(response, {"content": content(TypeAdapter(declared["model"]), name)})


def content(returned: TypeAdapter[Any], name: str) -> dict[str, Any]:
    return {JSON: {"schema": Schema(returned, titled(name), "serialization")}}


def security(route: Route) -> Iterator[Any]:
    """Yield the dependencies that are security schemes."""
    for call in route.call.unfold():
        if hasattr(call.function, "scheme_name") and hasattr(call.function, "model"):
            yield call.function


class Generator(GenerateJsonSchema):
    def bytes_schema(self, schema: BytesSchema) -> dict[str, Any]:
        """Describe bytes as FastAPI does, by JSON Schema 2020-12."""
        described = super().bytes_schema(schema)
        encoded = described.pop("format") == "base64url"
        described["contentMediaType"] = "application/octet-stream"
        return described | ({"contentEncoding": "base64"} if encoded else {})


def generate(schemas: list[Schema]) -> tuple[dict[Schema, Any], dict[Any, Any]]:
    """Return each schema, and the definitions that they refer to."""
    made, definitions = TypeAdapter.json_schemas(
        [(schema, schema.mode, schema.adapter) for schema in schemas],
        ref_template="#/components/schemas/{model}",
        schema_generator=Generator,
    )
    inline: dict[Schema, Any] = {schema: made[schema, schema.mode] for schema in schemas}
    for schema, described in inline.items():
        if "$ref" not in described:
            inline[schema] = {**described, "title": schema.title}
    return inline, dict(sorted(definitions.get("$defs", {}).items()))


def placeholders(node: Any) -> Iterator[Schema]:
    if isinstance(node, Schema):
        yield node
    elif isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from placeholders(part)


def finished(node: Any, made: dict[Schema, Any]) -> Any:
    """Return `node` with its placeholders replaced, and without nulls, as FastAPI does."""
    if isinstance(node, Schema):
        return finished(made[node], made)
    if isinstance(node, list):
        return [finished(part, made) for part in node]
    if isinstance(node, dict):
        return {name: finished(part, made) for name, part in node.items() if part is not None}
    return node


def titled(name: str, field: FieldInfo | None = None) -> str:
    return (field and field.title) or name.replace("_", " ").title()


def present(**parts: Any) -> dict[str, Any]:
    """Return the parts that are not empty."""
    return {name: part for name, part in parts.items() if part}


def merged(known: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    both = {
        name: merged(known[name], part)
        for name, part in more.items()
        if isinstance(part, dict) and isinstance(known.get(name), dict)
    }
    return {**known, **more, **both}
