"""Dependencies of endpoints."""

from typing import Annotated

from flask import current_app

from ..db import database
from .routing.calls import Depends


def get_database() -> database.Database:
    found: database.Database = current_app.extensions["database"]
    return found


Database = Annotated[database.Database, Depends(get_database)]
