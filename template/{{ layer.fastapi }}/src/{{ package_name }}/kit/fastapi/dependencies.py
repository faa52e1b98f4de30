"""Dependencies of endpoints."""

from typing import Annotated

from fastapi import Depends, Request

from ..db import async_database


async def get_database(request: Request) -> async_database.Database:
    database: async_database.Database = request.app.state.database
    return database


Database = Annotated[async_database.Database, Depends(get_database)]
