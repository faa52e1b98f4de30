"""Models in ONNX files, which contain no code: https://onnxruntime.ai/docs/api/python/."""

from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Any, ClassVar

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

from .model import In, Model, Out


class OnnxModel(Model[In, Out]):
    """A model in `file`, such as `files(__package__) / "species.onnx"`."""

    file: ClassVar[Traversable]

    def load(self) -> None:
        content = self.file.read_bytes()
        options = onnxruntime.SessionOptions()
        # The default is a thread per core of the host, whatever the container may use.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # Errors.
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(content, options, providers=providers)
        self.version = sha256(content).hexdigest()[:12]

    def run(self, **inputs: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
        """Return the outputs of the model; other threads run meanwhile."""
        outputs: list[np.ndarray[Any, Any]] = self._session.run(None, inputs)
        return outputs
