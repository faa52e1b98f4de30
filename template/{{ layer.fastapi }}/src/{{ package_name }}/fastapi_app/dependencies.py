"""What an endpoint can ask for, by naming it in its signature."""

from typing import Annotated

from fastapi import Depends, Request

from ..storage import aio


async def database(request: Request) -> aio.Database:
    found: aio.Database = request.app.state.database
    return found


Database = Annotated[aio.Database, Depends(database)]
