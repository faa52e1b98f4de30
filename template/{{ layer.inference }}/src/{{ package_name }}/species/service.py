"""The model. `train.py` writes its file."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Literal

import numpy as np

from ..kit.inference.onnx import OnnxModel
from .schemas import Guess, Measurements

# In the order of the model's labels.
SPECIES: tuple[Literal["setosa", "versicolor", "virginica"], ...] = (
    "setosa",
    "versicolor",
    "virginica",
)


class Species(OnnxModel[Measurements, Guess]):
    name = "species"
    file = files(__package__) / "species.onnx"

    def predict(self, batch: Sequence[Measurements]) -> Sequence[Guess]:
        rows = np.array(
            [(f.sepal_length, f.sepal_width, f.petal_length, f.petal_width) for f in batch],
            dtype=np.float32,
        )
        labels, probabilities = self.run(measurements=rows)
        return [
            Guess(species=SPECIES[label], probability=min(1.0, float(row[label])))
            for label, row in zip(labels, probabilities, strict=True)
        ]
