"""What the runtime of AWS Lambda imports, once for each instance: the application is made here."""

import logging

from ..settings import load
from .adapter import Adapted
from .function import Function

# The runtime has put one there, which would write every line again, secrets included.
logging.getLogger().handlers.clear()

handler = Function(Adapted, load())
