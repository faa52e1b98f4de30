"""Dependencies of endpoints."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from ..db import async_database


async def get_database(connection: HTTPConnection) -> async_database.Database:
    database: async_database.Database = connection.app.state.database
    return database


Database = Annotated[async_database.Database, Depends(get_database)]
