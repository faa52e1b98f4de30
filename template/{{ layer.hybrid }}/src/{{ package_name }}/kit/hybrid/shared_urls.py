"""The URLs that both frameworks serve."""

import re
from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect, Rule

from ..fastapi.head_and_allow import AllowedMethods
from ..settings import SettingsError

# FastAPI always serves these: they are about the whole process.
_FRONT_ONLY = frozenset({"livez", "readyz", "metrics", "openapi.json", "docs", "redoc"})

# Examples for the variables of a rule, most of which are numbers and IDs.
_EXAMPLES = ("0", "00000000-0000-0000-0000-000000000000")


def shared_rules(mounted: object, app: FastAPI, prefix: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the rules of `mounted` that `app` matches too, with the methods of both.

    A wider rule, such as `/<path:page>`, is not one of them: FastAPI's URLs below it are new.
    """
    front = AllowedMethods(app)
    for rule in _rules(mounted):
        methods = {*(rule.methods or ())} - {"HEAD"}
        shared = {method for path in _example_scopes(prefix + rule.rule) for method in front(path)}
        if shared & methods:
            yield rule.rule, shared & methods


def _rules(mounted: object) -> Iterable[Rule]:
    rules: Iterable[Rule] = getattr(getattr(mounted, "url_map", None), "iter_rules", tuple)()
    return rules


def _example_scopes(rule: str) -> Iterator[dict[str, str]]:
    for value in _EXAMPLES:
        path = re.sub("<[^<>]*>", value, rule)
        yield {"path": path}
        yield {"path": path.rstrip("/")}  # Flask redirects it.


class SharedUrls:
    """Whether a request is for a URL of both frameworks, by a method of `mounted`.

    Raises:
        SettingsError: The URLs of `mounted` are unknown, or depend on host names.
    """

    def __init__(self, mounted: object, app: FastAPI, prefix: str) -> None:
        url_map = getattr(mounted, "url_map", None)
        if not isinstance(url_map, Map):
            raise SettingsError("FASTAPI_SHARE: must be 1 unless a Flask application is mounted")
        if url_map.host_matching or getattr(mounted, "subdomain_matching", False):
            raise SettingsError("FASTAPI_SHARE: must be 1 with routing by host names")
        self._match = url_map.bind("").match
        self._shared = {
            rule
            for rule, _ in shared_rules(mounted, app, prefix)
            if (prefix + rule).split("/")[1] not in _FRONT_ONLY
        }

    def __call__(self, path: str, method: str) -> bool:
        for candidate in (path, f"{path}/"):
            try:
                rule, _ = self._match(candidate, method, return_rule=True)
            except RequestRedirect:  # To the same path with a slash.
                continue
            except HTTPException:
                return False
            return rule.rule in self._shared
        return False
