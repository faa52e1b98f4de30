"""Endpoints for Flask, declared as in FastAPI.

The signature of a view declares its parameters and its response, so an endpoint moves to FastAPI by
changing its imports and adding `async`. Declarations are compiled and checked at import.
"""

from flask import Response

from .bodies import MalformedBody, UnsupportedMediaType
from .calls import Depends, SecurityScheme
from .parameters import DeclarationError, Form, Header, Path, Query
from .router import APIRouter, RequestInvalid, Route

__all__ = [
    "APIRouter",
    "DeclarationError",
    "Depends",
    "Form",
    "Header",
    "MalformedBody",
    "Path",
    "Query",
    "RequestInvalid",
    "Response",
    "Route",
    "SecurityScheme",
    "UnsupportedMediaType",
]
