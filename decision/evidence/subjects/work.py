"""What every subject does for a request, so that only the framework differs."""

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel, ConfigDict, Field

# Seconds that a request waits for something slow; the measurement of held requests waits longer.
WAIT = float(os.environ.get("EVIDENCE_WAIT", "0.05"))
CHUNKS, PAUSE = 5, 0.02  # a stream: as many parts, each after as many seconds
ROWS = 1000
QUERY = "SELECT id, title, done FROM todos WHERE id = %s"


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sku: str = Field(min_length=1, max_length=40)
    quantity: int = Field(ge=1, le=1000)


class Order(BaseModel):
    """A body with one level of nesting."""

    model_config = ConfigDict(extra="forbid")
    customer: str = Field(min_length=1, max_length=80)
    lines: list[Line] = Field(min_length=1)


_lock = threading.Lock()
_waiting = 0


@contextmanager
def waiting() -> Iterator[dict[str, int]]:
    """Give what a request answers that waits inside the block: how many do, itself included."""
    global _waiting
    with _lock:
        _waiting += 1
        beside = _waiting
    try:
        yield {"beside": beside}
    finally:
        with _lock:
            _waiting -= 1


def compute() -> int:
    """Keep the processor busy, about a millisecond."""
    return fibonacci(20)


def fibonacci(number: int) -> int:
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


def tokens() -> Iterator[str]:
    """Stream as a model does, holding a thread all the while."""
    for number in range(CHUNKS):
        time.sleep(PAUSE)
        yield chunk(number)


def chunk(number: int) -> str:
    return f"data: token {number}\n\n"


def some_row() -> tuple[int]:
    return (random.randint(1, ROWS),)
