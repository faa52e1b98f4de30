"""Endpoints for FastAPI."""

from fastapi import APIRouter

from ..auth.fastapi import CurrentUser
from ..kit.fastapi.inference import Models
from ..kit.inference import Prediction
from ..kit.problems import problems
from . import service
from .schemas import Guess, Measurements

router = APIRouter(prefix="/api/v1/species", tags=["species"])


@router.post("/predict", responses=problems(400, 415, 422, 503))
async def predict(data: Measurements, models: Models, user: CurrentUser) -> Prediction[Guess]:
    """Return the species of a flower."""
    return await models.predict(service.Species, data)
