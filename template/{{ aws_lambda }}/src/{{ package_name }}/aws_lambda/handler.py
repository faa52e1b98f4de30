"""What the runtime of AWS Lambda imports, once for each instance: the application is made here."""

from ..settings import load
from .adapter import Adapted
from .function import Function

handler = Function(Adapted, load())
