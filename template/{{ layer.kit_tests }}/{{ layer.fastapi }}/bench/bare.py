"""The bare framework: what its documentation begins with, and nothing around it."""

from fastapi import FastAPI

from . import items

app = FastAPI()
app.include_router(items.router)


@app.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}
