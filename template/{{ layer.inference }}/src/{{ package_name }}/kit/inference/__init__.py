"""Models that compute in this process, behind a bounded queue.

A model is a class: `load` reads it once, `predict` answers a batch. Add it to `MODELS` in the
application file, and call it from an endpoint:

    async def predict(data: Measurements, models: Models) -> Prediction[Guess]:
        return await models.predict(service.Species, data)      # Flask: without async and await

`Models` is in `kit.fastapi.inference` and `kit.flask.inference`, the base class of models in ONNX
files in `kit.inference.onnx`. Worker threads take what waits as one batch. Other requests are
served meanwhile if the model releases the GIL, as ONNX Runtime and NumPy do.
"""

from .engines import Engines
from .model import Model, Prediction
from .settings import InferenceSettings

__all__ = ["Engines", "InferenceSettings", "Model", "Prediction"]
