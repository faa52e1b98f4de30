"""What the runtime of AWS Lambda imports, once for each instance: the application is made here."""

import gc
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .function import Function


def made() -> "Function":
    """Import and make everything. It all stays: to look for garbage would take an eighth of it."""
    gc.disable()
    from ..settings import load
    from .adapter import Adapted
    from .function import Function

    found = Function(Adapted, load())
    gc.freeze()
    gc.enable()
    return found


# The runtime has put one there, which would write every line again, secrets included.
logging.getLogger().handlers.clear()

handler = made()
