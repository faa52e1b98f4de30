"""Models under gevent: they compute in threads of the system, and all greenlets go on."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gevent  # type: ignore[import-untyped]

from . import inference


def call_in_thread(function: Callable[[], Any]) -> Any:
    # gevent prints a traceback of whatever is raised in its threads.
    def call() -> tuple[Any, Exception | None]:
        try:
            return function(), None
        except Exception as error:  # noqa: BLE001 (raised below)
            return None, error

    result, error = gevent.get_hub().threadpool.apply(call)
    if error:
        raise error
    return result


register = partial(inference.register, call=call_in_thread)
