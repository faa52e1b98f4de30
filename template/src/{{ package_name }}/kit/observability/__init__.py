"""Logs, metrics and traces.

logs.configure(settings)           JSON lines on stdout, with secrets redacted
logs.security("login failed")      an event for security reviews
outgoing_headers()                 headers that carry trace and request ID to other services
"""

from .traces import outgoing_headers

__all__ = ["outgoing_headers"]
