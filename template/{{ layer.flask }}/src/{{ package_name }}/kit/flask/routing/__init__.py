"""Endpoints for Flask, declared as in FastAPI.

The signature of a view declares its parameters and its response, so an endpoint moves to FastAPI by
changing its imports and adding `async`. Declarations are compiled and checked at import.
"""
