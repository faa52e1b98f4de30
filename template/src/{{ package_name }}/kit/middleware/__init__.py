"""What happens to every request, for both frameworks.

`RequestFilter` decides whether a request is let in: proxy headers, trusted hosts, CORS, rate limit,
body limit. `RequestContext` follows it to its response: request ID, security headers, access log,
metrics, trace. The adapters are `kit.fastapi.RequestMiddleware` and `kit.flask.RequestMiddleware`.
"""
