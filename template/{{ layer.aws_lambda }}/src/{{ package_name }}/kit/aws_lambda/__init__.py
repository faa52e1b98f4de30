"""AWS Lambda behind an HTTP API of API Gateway: https://docs.aws.amazon.com/lambda/latest/dg/.

handler = load_handler("orders_api.fastapi_app:create_app")
"""

import gc
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .function import Function


def load_handler(path: str) -> "Function":
    """Create the application of an import path, once per instance, and return its handler."""
    # The runtime's own handler would log every line again, without redaction.
    logging.getLogger().handlers.clear()
    # Everything imported here stays: a garbage collection would take an eighth of the time.
    gc.disable()
    from .adapter import Adapter
    from .function import Function

    handler = Function(Adapter(path))
    gc.freeze()
    gc.enable()
    return handler
