"""FastAPI in front of a WSGI application, which serves every URL that FastAPI does not.

The application is mounted last, so an endpoint moves to FastAPI by being added there, and keeps its
URL. `FASTAPI_SHARE` lets FastAPI serve a share of the clients where both have a URL.
"""
