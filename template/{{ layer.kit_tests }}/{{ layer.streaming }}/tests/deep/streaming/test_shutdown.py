"""Open streams at SIGTERM."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from time import monotonic

from httpx2 import EventSource

from .conftest import Model, Service, wait_until


def test_streams_end_before_the_server_stops_listening(
    serve: Callable[..., Service], model: Model
) -> None:
    service = serve(DRAIN_SECONDS="3")
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        sources = []
        for _ in range(4):
            response = stack.enter_context(service.ask("pause"))
            sources.append(iter(EventSource(response)))
            assert next(sources[-1]).event == "token"
        started = monotonic()
        service.server.process.terminate()
        wait_until(lambda: service.client.get("/readyz").status_code == 503)
        rests = [pool.submit(list, source) for source in sources]
        ends = [rest.result(20)[-1] for rest in rests]
        seconds = monotonic() - started
        # It still listens.
        assert service.client.get("/livez").status_code == 200
    assert {end.event for end in ends} == {"restart"}
    delays = {end.retry for end in ends}
    assert len(delays) > 1
    assert all(1000 <= (delay or 0) < 5000 for delay in delays)
    # Not at once: the clients would come back to this process.
    assert seconds > 1.5
    assert service.server.process.wait(20) in (0, -15)
    assert model.calls()["open"] == 0
    lines = [line for line in service.server.lines() if line.get("stream") == "restart"]
    assert len(lines) == 4
    assert not [line for line in service.server.lines() if line["level"] in ("error", "critical")]


def test_answer_that_is_almost_complete_is_completed(serve: Callable[..., Service]) -> None:
    service = serve(DRAIN_SECONDS="4")
    with service.ask("slow 0.4 4") as response:
        source = iter(EventSource(response))
        assert next(source).event == "token"
        service.server.process.terminate()
        assert [*source][-1].event == "done"
    assert service.server.process.wait(20) in (0, -15)


def test_stream_that_waits_for_its_first_event_ends(
    serve: Callable[..., Service], model: Model
) -> None:
    service = serve(DRAIN_SECONDS="0")
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(service.events, "silent")
        wait_until(lambda: model.calls()["open"] == 1)
        service.server.process.terminate()
        assert service.server.process.wait(10) in (0, -15)
        assert [name for name, _ in asked.result(5)] == ["restart"]
