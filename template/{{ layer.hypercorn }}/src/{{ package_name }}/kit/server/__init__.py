"""The server, hypercorn.

    serve(app, settings)    serve the application of an import path until SIGTERM

On SIGTERM, `/readyz` responds with 503 for DRAIN_SECONDS. Then the server stops listening and
finishes the requests in progress.
"""

from .hypercorn_server import serve

__all__ = ["serve"]
