"""Models that compute in this process, behind a bounded queue.

Derive a class from `Model`, or from `OnnxModel` of `kit.inference.onnx`: `load` reads it once,
`predict` answers a batch. Add it to `MODELS` in the application file, and call it in an endpoint:

    async def predict(data: Measurements, models: Models) -> Prediction[Guess]:
        return await models.predict(service.Species, data)      # Flask: without async and await

`Models` is in `kit.fastapi.inference` and `kit.flask.inference`. Other requests are served
meanwhile if the model releases the GIL, as ONNX Runtime and NumPy do.
"""

from .model import Model, Prediction
from .settings import InferenceSettings

__all__ = ["InferenceSettings", "Model", "Prediction"]
