"""Trains the model and writes `species.onnx`: `uv run poe train`.

The data are Fisher's irises, which scikit-learn contains. The same packages write the same bytes.
"""

from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FILE = Path(__file__).with_name("species.onnx")


def train() -> tuple[bytes, float]:
    """Return the content of the file, and the accuracy for flowers that were not in the data."""
    measurements, species = load_iris(return_X_y=True)
    measurements = measurements.astype(np.float32)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    accuracy = cross_val_score(model, measurements, species, cv=5).mean()
    exported = to_onnx(
        model.fit(measurements, species),
        initial_types=[("measurements", FloatTensorType([None, 4]))],
        options={"zipmap": False},  # Probabilities as one array.
    )
    return exported.SerializeToString(deterministic=True), float(accuracy)


if __name__ == "__main__":
    content, accuracy = train()
    FILE.write_bytes(content)
    print(f"{FILE.name}: {len(content)} bytes, accuracy {accuracy:.1%}")
