"""A queue for the tests of this folder, empty at the start of each."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .queues import Queue
from .queues import queue as open_queue
from .workers import Workers


@pytest.fixture(scope="module")
def _queue() -> Iterator[Queue]:
    with open_queue() as found:
        yield found


@pytest.fixture
def queue(_queue: Queue) -> Queue:
    _queue.forget()
    return _queue


@pytest.fixture
def workers(queue: Queue, tmp_path: Path) -> Iterator[Workers]:
    with ExitStack() as stack:
        yield Workers(queue.settings, tmp_path, stack)
