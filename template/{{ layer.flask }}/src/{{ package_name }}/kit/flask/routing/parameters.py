"""The parameters of a view: their sources and their validation, compiled at import."""

import inspect
import warnings
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Literal,
    Union,
    get_args,
    get_origin,
)

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic.warnings import UnsupportedFieldAttributeWarning

if TYPE_CHECKING:
    from .calls import Incoming

Source = Literal["path", "query", "header", "body"]
# An error of pydantic; its `loc` starts with the source.
Error = dict[str, Any]
ABSENT: Final = object()


class DeclarationError(TypeError):
    """The declaration of a view is not supported."""


class Marker:
    """The source of a parameter, in `Annotated`; the constraints are those of pydantic's `Field`."""

    source: ClassVar[Source]

    def __init__(self, **constraints: Any) -> None:
        self.field: FieldInfo = Field(**constraints)


class Path(Marker):
    source = "path"


class Query(Marker):
    source = "query"


class Header(Marker):
    source = "header"


class Form(Marker):
    source = "body"


class Parameter:
    """A value from the path, the query string or a header."""

    def __init__(self, name: str, source: Source, field: FieldInfo) -> None:
        self.name = name
        self.source: Source = source
        self.field = field
        self.alias = field.alias or (name.replace("_", "-") if source == "header" else name)
        self.many = is_sequence(field.annotation)
        self.adapter = adapter(field)

    def read(self, received: "Incoming") -> tuple[Any, list[Error]]:
        """Return the value and its validation errors."""
        values = received.values(self.source, self.alias)
        value = (values if self.many else values[-1]) if values else ABSENT
        return self._validate(value, self.source, self.alias)

    def _validate(self, value: Any, *loc: str) -> tuple[Any, list[Error]]:
        if value is ABSENT:
            if (default := self.adapter.get_default_value()) is not None:
                return default.value, []
            return None, [{"type": "missing", "loc": loc, "msg": "Field required", "input": None}]
        try:
            return self.adapter.validate_python(value, from_attributes=True), []
        except ValidationError as invalid:
            errors = invalid.errors(include_url=False)
            return None, [{**error, "loc": (*loc, *error["loc"])} for error in errors]


class Body(Parameter):
    """The JSON body as a whole."""

    def read(self, received: "Incoming") -> tuple[Any, list[Error]]:
        return self._validate(received.body, "body")


class Spread(Parameter):
    """A model whose fields are the parameters of a query string or a form."""

    def __init__(self, name: str, source: Source, field: FieldInfo) -> None:
        super().__init__(name, source, field)
        model: type[BaseModel] = unwrapped(field.annotation)[0]
        fields = model.model_fields.items()
        self.fields = {str(info.validation_alias or name): info for name, info in fields}
        self._many = {key: is_sequence(info.annotation) for key, info in self.fields.items()}

    def read(self, received: "Incoming") -> tuple[Any, list[Error]]:
        sent = received.query if self.source == "query" else received.body
        return self._validate(dict(self._collect(sent)), self.source)

    def _collect(self, sent: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, Any]]:
        for key, many in self._many.items():
            values = sent.get(key, ())
            if many and values:
                yield key, values
            # An empty value of a form is a missing one.
            elif values and (values[-1] != "" or self.source == "query"):
                yield key, values[-1]
        for key, values in sent.items():
            if key not in self._many:  # The model accepts or refuses it.
                yield key, values if len(values) > 1 else values[0]


def declare(parameter: inspect.Parameter, path_names: set[str]) -> Parameter:
    """Compile a parameter, or raise `DeclarationError`."""
    base, *metadata = unwrapped(parameter.annotation)
    marker = next((item for item in reversed(metadata) if isinstance(item, Marker)), None)
    in_path = parameter.name in path_names
    kind, source = place(parameter.name, base, marker, in_path=in_path)
    options = [item.field if isinstance(item, Marker) else item for item in metadata]
    annotation: Any = Annotated[(base, *options)] if options else base
    if parameter.default is parameter.empty:
        return kind(parameter.name, source, FieldInfo.from_annotation(annotation))
    field = FieldInfo.from_annotated_attribute(annotation, parameter.default)
    return kind(parameter.name, source, field)


def place(
    name: str, base: Any, marker: Marker | None, *, in_path: bool
) -> tuple[type[Parameter], Source]:
    """Return how to read a parameter, by the rules of FastAPI."""
    if not marker and not in_path:
        return (Parameter, "query") if is_simple(base) else (Body, "body")
    source = marker.source if marker else "path"
    if source in ("query", "body") and inspect.isclass(base) and issubclass(base, BaseModel):
        return Spread, source
    if source == "body" or not (is_simple(base) or (is_sequence(base) and source != "path")):
        raise DeclarationError(f"`{name}` has a type that the {source} cannot contain.")
    return Parameter, source


def adapter(field: FieldInfo) -> TypeAdapter[Any]:
    """Return the validator and schema of `field`."""
    with warnings.catch_warnings():
        # pydantic warns that an alias has no effect outside of a model. Here it names the parameter.
        warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
        annotation: Any = Annotated[field.annotation, field]
        return TypeAdapter(annotation)


def unwrapped(annotation: Any) -> tuple[Any, ...]:
    """Return the type in `Annotated`, and its metadata."""
    return get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)


def classes(annotation: Any) -> Iterator[type]:
    """Yield the classes of a union."""
    base = unwrapped(annotation)[0]
    origin = get_origin(base)
    if origin in (Union, UnionType):
        for arm in get_args(base):
            yield from classes(arm)
    elif inspect.isclass(origin or base):
        yield origin or base


def is_sequence(annotation: Any) -> bool:
    return any(
        issubclass(kind, (Sequence, set, frozenset, deque)) and not issubclass(kind, (str, bytes))
        for kind in classes(annotation)
    )


def is_simple(annotation: Any) -> bool:
    """Whether one string can contain a value."""
    return not is_sequence(annotation) and not any(
        issubclass(kind, (BaseModel, Mapping)) or is_dataclass(kind) for kind in classes(annotation)
    )
