"""Turns a function into a task."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from ..observability import outgoing_headers
from . import queue
from .job import TASKS, Job


@dataclass(frozen=True, eq=False)
class Task:
    """A function whose calls a worker runs later."""

    function: Callable[..., object]
    name: str
    retry: int
    timeout: float
    backoff: float
    cron: str
    arguments: type[BaseModel]

    def defer(self, session: Any, *args: Any, delay: float = 0, **kwargs: Any) -> str:
        """Add a job that runs once `session` is committed and `delay` seconds have passed.

        Returns: the ID of the job. Raises: TypeError, ValidationError: the arguments do not fit.
        """
        bound = inspect.signature(self.function).bind(session, *args, **kwargs).arguments
        _, *names = bound
        model = self.arguments(**{name: bound[name] for name in names})
        arguments = model.model_dump(mode="json")
        return queue.defer(session, Job("", self.name, arguments, outgoing_headers()), delay)

    def load(self, arguments: dict[str, Any]) -> dict[str, Any]:
        model = self.arguments.model_validate(arguments)
        return {name: getattr(model, name) for name in self.arguments.model_fields}


def task(
    *, retry: int = 5, timeout: float = 60, backoff: float = 10, cron: str = ""
) -> Callable[[Callable[..., object]], Task]:
    """Declare a task. Its first parameter is a session, in a transaction of its own.

    The other parameters need types that pydantic can write as JSON. A failed job is tried `retry`
    times more: after `backoff` seconds, then twice as long, up to an hour. It is dead after the
    last attempt: `jobs list` shows it. An attempt takes at most `timeout` seconds.
    """

    def declare(function: Callable[..., object]) -> Task:
        _, *parameters = inspect.signature(function).parameters.values()
        hints = get_type_hints(function)
        fields: dict[str, Any] = {
            each.name: (hints[each.name], ... if each.default is each.empty else each.default)
            for each in parameters
        }
        name = f"{function.__module__.split('.')[-2]}.{function.__name__}"
        model = create_model(name, __config__=ConfigDict(extra="forbid"), **fields)
        TASKS[name] = Task(function, name, retry, timeout, backoff, cron, model)
        return TASKS[name]

    return declare
