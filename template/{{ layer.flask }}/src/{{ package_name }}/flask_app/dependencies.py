"""What an endpoint can ask for, by naming it in its signature."""

from typing import Annotated

from flask import current_app

from ..storage import blocking
from .routing import Depends


def database() -> blocking.Database:
    found: blocking.Database = current_app.extensions["database"]
    return found


Database = Annotated[blocking.Database, Depends(database)]
