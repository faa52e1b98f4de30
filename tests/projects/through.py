"""A plugin for pytest: what an application's own tests ask of it goes through the project's front.

It is put into a rendered project beside the tests of the Flask tutorial, which make applications
by `flaskr.create_app()` and speak to them by Flask's test client.
"""
# ruff: noqa
# mypy: ignore-errors

from collections import Counter

import flaskr
from fastapi.testclient import TestClient
from orders_api import hybrid_app
from orders_api.hybrid_app import legacy
from orders_api.settings import Settings
from werkzeug.wrappers import Request, Response

KEPT = "werkzeug.debug.preserve_context"  # By it a test gets at the session of a request.
made = flaskr.create_app
passed = Counter()


def create_app(test_config=None):
    app = made(test_config)
    own, keep = app.wsgi_app, {}

    def behind(environ, start_response):
        assert "asgi.scope" in environ
        passed["behind"] += 1
        return own(environ | keep, start_response)

    legacy.application = lambda path: behind
    front = TestClient(hybrid_app.create_app(Settings(_env_file=None)), base_url="http://localhost")

    def before(environ, start_response):
        keep.clear()
        keep.update({KEPT: environ[KEPT]} if KEPT in environ else {})
        request = Request(environ)
        front.cookies.clear()
        answer = front.request(
            request.method,
            request.full_path,
            headers=[*request.headers],
            content=request.get_data(),
            follow_redirects=False,
        )
        passed["before"] += 1
        headers = [pair for pair in answer.headers.multi_items() if pair[0] != "content-length"]
        return Response(answer.content, answer.status_code, headers)(environ, start_response)

    app.wsgi_app = before
    return app


flaskr.create_app = create_app


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"{passed['behind']} of {passed['before']} requests went through")
