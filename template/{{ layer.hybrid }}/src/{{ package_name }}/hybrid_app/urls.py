"""The URLs that both halves know."""

import re
from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect, Rule

from ..fastapi_app.methods import Allowed
from ..settings import SettingsError

# What the front says of the whole process, whatever the other half says of itself there.
_OF_THE_FRONT = frozenset({"livez", "readyz", "metrics", "openapi.json", "docs", "redoc"})

# Put in the place of a variable: numbers and ids are what most of them are.
_VALUES = ("0", "00000000-0000-0000-0000-000000000000")


def both(mounted: object, app: FastAPI, prefix: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the rules of `mounted`, where it tells them, that `app` knows; and the shared methods.

    A rule that is wider than what FastAPI names, as `/<path:page>` is, is none of them: what
    FastAPI has inside of it is new.
    """
    front = Allowed(app)
    for rule in _rules(mounted):
        methods = {*(rule.methods or ())} - {"HEAD"}
        shared = {method for path in _examples(prefix + rule.rule) for method in front(path)}
        if shared & methods:
            yield rule.rule, shared & methods


def _rules(mounted: object) -> Iterable[Rule]:
    found: Iterable[Rule] = getattr(getattr(mounted, "url_map", None), "iter_rules", tuple)()
    return found


def _examples(rule: str) -> Iterator[dict[str, str]]:
    for value in _VALUES:
        path = re.sub("<[^<>]*>", value, rule)
        yield {"path": path}
        yield {"path": path.rstrip("/")}  # Which Flask answers by a redirect.


class Known:
    """Whether a request is for a URL that both know, by a method that `mounted` has for it.

    Raises:
        SettingsError: `mounted` does not tell its URLs, or hosts decide about them as well.
    """

    def __init__(self, mounted: object, app: FastAPI, prefix: str) -> None:
        rules = getattr(mounted, "url_map", None)
        if not isinstance(rules, Map):
            raise SettingsError("FASTAPI_SHARE: has to be 1 for what is no application of Flask")
        if rules.host_matching or getattr(mounted, "subdomain_matching", False):
            raise SettingsError("FASTAPI_SHARE: has to be 1 where hosts decide who answers")
        self._match = rules.bind("").match
        self._shared = {
            rule
            for rule, _ in both(mounted, app, prefix)
            if (prefix + rule).split("/")[1] not in _OF_THE_FRONT
        }

    def __call__(self, path: str, method: str) -> bool:
        for tried in (path, f"{path}/"):
            try:
                rule, _ = self._match(tried, method, return_rule=True)
            except RequestRedirect:  # To the same with a slash.
                continue
            except HTTPException:
                return False
            return rule.rule in self._shared
        return False
