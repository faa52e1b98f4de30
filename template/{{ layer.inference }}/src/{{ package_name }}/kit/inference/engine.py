"""The queue in front of a model, and the threads that answer it."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from importlib import import_module
from math import ceil
from threading import Condition, Thread, get_ident
from time import monotonic
from typing import Any, Generic, NoReturn

import structlog

from ..errors import Unavailable
from .model import In, Model, Out, Prediction
from .settings import InferenceSettings

# Calls a function of a model, and returns its result.
Call = Callable[[Callable[[], Any]], Any]


@dataclass(eq=False, slots=True)
class _Job(Generic[In, Out]):
    item: In
    future: "Future[Prediction[Out]]" = field(default_factory=Future)
    submitted: float = field(default_factory=monotonic)


class Engine(Generic[In, Out]):
    """A model with its queue. Its methods can be called from any thread."""

    def __init__(self, model: Model[In, Out], settings: InferenceSettings, call: Call) -> None:
        self._model = model
        self._settings = settings
        self._call = call
        self._metrics: Any = import_module(".metrics", __package__) if settings.metrics else None
        self._jobs: deque[_Job[In, Out]] = deque()
        self._changed = Condition()
        self._running = self._loaded = self._failed = False
        self._busy: dict[int, float] = {}  # When each working thread has started its batch.
        self._pace = 0.0  # Seconds per item, as a moving average.

    def start(self) -> None:
        """Load the model in a thread, unless that has begun."""
        with self._changed:
            if not self._running:
                self._running = True
                self._start_thread(self._load)

    def close(self) -> None:
        """Let the threads answer what waits, and end."""
        with self._changed:
            self._running = self._loaded = False
            self._changed.notify_all()

    def check(self) -> None:
        """Raise `Unavailable` unless the model is loaded and responds."""
        self.start()
        if self._failed:
            raise self._unavailable("cannot be loaded")
        if not self._loaded:
            raise self._unavailable("is not loaded yet", 1)
        idle = self._settings.inference_workers - len(self._busy)
        started = max(self._busy.values(), default=0.0)
        if not idle and monotonic() - started > self._settings.inference_timeout:
            raise self.late()

    def submit(self, item: In) -> "Future[Prediction[Out]]":
        """Return the result to come. Raises `Unavailable` if none is to be expected in time."""
        self.check()
        job: _Job[In, Out] = _Job(item)
        with self._changed:
            if len(self._jobs) >= self._settings.inference_queue_size:
                raise self.overloaded()
            self._jobs.append(job)
            self._changed.notify()
            self._observe_queue()
        job.future.add_done_callback(lambda _: self._remove_cancelled(job))
        return job.future

    def overloaded(self) -> Unavailable:
        seconds = (len(self._jobs) + 1) * self._pace / self._settings.inference_workers
        return self._unavailable("has too many requests", seconds)

    def late(self) -> Unavailable:
        return self._unavailable("does not respond in time", self._settings.inference_timeout)

    def _unavailable(self, problem: str, seconds: float | None = None) -> Unavailable:
        retry_after = None if seconds is None else min(60, max(1, ceil(seconds)))
        return Unavailable(f"The model {self._model.name} {problem}.", retry_after=retry_after)

    def _start_thread(self, function: Callable[[], None]) -> None:
        # A daemon: a model that hangs must not prevent the exit.
        Thread(target=function, daemon=True).start()

    def _load(self) -> None:
        log = structlog.stdlib.get_logger(__name__).bind(model=self._model.name)
        started = monotonic()
        try:
            self._call(self._model.load)
        except Exception:
            self._failed = True
            log.exception("model not loaded")
            return
        seconds = round(monotonic() - started, 3)
        log.info("model loaded", version=self._model.version, seconds=seconds)
        self._loaded = self._running
        for _ in range(1, self._settings.inference_workers):
            self._start_thread(self._work)
        self._work()

    def _work(self) -> None:
        while jobs := self._take():
            self._predict(jobs)

    def _take(self) -> list[_Job[In, Out]]:
        """Wait for jobs and return a batch; an empty one is the end."""
        taken: list[_Job[In, Out]] = []
        with self._changed:
            while not taken and (self._running or self._jobs):
                self._changed.wait_for(lambda: self._jobs or not self._running)
                while self._jobs and len(taken) < self._settings.inference_batch_size:
                    job = self._jobs.popleft()
                    if job.future.set_running_or_notify_cancel():
                        taken.append(job)
            self._observe_queue()
        return taken

    def _predict(self, jobs: list[_Job[In, Out]]) -> None:
        items = [job.item for job in jobs]
        self._busy[get_ident()] = started = monotonic()
        try:
            results = self._call(lambda: self._model.predict(items))
            answers = [*zip(jobs, results, strict=True)]
        except Exception as error:  # noqa: BLE001 (the caller raises it)
            if len(jobs) == 1:
                jobs[0].future.set_exception(error)
            else:
                for job in jobs:
                    self._predict([job])
            return
        finally:
            self._busy.pop(get_ident(), None)
        ended = monotonic()
        self._observe_batch(len(jobs), ended - started)
        name, version = self._model.name, self._model.version
        for job, result in answers:
            time = round(1000 * (ended - job.submitted), 2)
            job.future.set_result(
                Prediction(result=result, model=name, version=version, milliseconds=time)
            )

    def _remove_cancelled(self, job: _Job[In, Out]) -> None:
        with self._changed:
            if job.future.cancelled() and job in self._jobs:
                self._jobs.remove(job)
                self._observe_queue()

    def _observe_queue(self) -> None:
        if self._metrics:
            self._metrics.QUEUE_LENGTH.labels(self._model.name).set(len(self._jobs))

    def _observe_batch(self, size: int, seconds: float) -> None:
        pace = seconds / size
        self._pace = 0.8 * (self._pace or pace) + 0.2 * pace
        if self._metrics:
            self._metrics.BATCH_SIZE.labels(self._model.name).observe(size)
            self._metrics.SECONDS.labels(self._model.name).observe(seconds)


class Engines(dict[type[Model[Any, Any]], Engine[Any, Any]]):
    """The engines of an application, by the class of the model."""

    def __missing__(self, model: type[Model[Any, Any]]) -> NoReturn:
        raise LookupError(f"{model.__name__} is not in MODELS of the application file.")

    def check(self) -> None:
        """Raise `Unavailable` unless all models are loaded and respond."""
        for engine in self.values():
            engine.check()
