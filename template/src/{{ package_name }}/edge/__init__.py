"""What holds for every request, whoever answers it.

Decided once, in `policy`; `asgi` and `wsgi` only carry it out.
"""
