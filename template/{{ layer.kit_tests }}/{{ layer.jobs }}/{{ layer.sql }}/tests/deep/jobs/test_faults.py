"""Workers are killed, stopped and frozen; the server behind the queue restarts. No job is lost."""

import signal

import pytest
from httpx2 import Client
from sqlalchemy.orm import Session

from ...ports import free_port
from ..waiting import until
from . import sample
from .queues import SCHEDULE, Queue
from .workers import Workers, kill


def test_jobs_of_a_killed_worker_run_again(queue: Queue, workers: Workers) -> None:
    added = queue.add(sample.work, 1.5, times=4)
    killed = workers.start()
    until(lambda: workers.seen()["begin"] == 4)
    kill(killed)
    workers.start()
    until(lambda: workers.ended().keys() == {*added})
    assert [*workers.ended().values()] == [1] * 4


def test_job_that_kills_its_worker_ends_dead(queue: Queue, workers: Workers) -> None:
    [job_id] = queue.add(sample.kill)
    [other] = queue.add(sample.work, delay=3)
    process = workers.start(JOBS_CONCURRENCY="1")

    def is_dead() -> bool:
        nonlocal process
        if process.poll() is not None:
            process = workers.start(JOBS_CONCURRENCY="1")
        return workers.count("job is dead") == 1

    until(is_dead)
    assert workers.seen()["kill"] == 3
    assert job_id in workers.run("jobs", "list")
    until(lambda: workers.ended() == {other: 1})


@pytest.mark.parametrize(("stop_seconds", "begun"), [("20", 1), ("0", 2)])
def test_sigterm_lets_a_job_end_or_hands_it_back(
    queue: Queue, workers: Workers, stop_seconds: str, begun: int
) -> None:
    [job_id] = queue.add(sample.work, 1.5)
    process = workers.start(JOBS_STOP_SECONDS=stop_seconds)
    until(lambda: workers.seen()["begin"] == 1)
    process.terminate()
    assert process.wait(60) == 0
    if begun == 2:
        assert workers.seen()["end"] == 0
        workers.start()
    until(lambda: workers.ended() == {job_id: 1})
    assert workers.seen()["begin"] == begun


def test_frozen_worker_does_not_hold_its_job(queue: Queue, workers: Workers) -> None:
    [job_id] = queue.add(sample.work, 1)
    frozen = workers.start()
    until(lambda: workers.seen()["begin"] == 1)
    kill(frozen, signal.SIGSTOP)
    workers.start()
    until(lambda: workers.ended() == {job_id: 1})
    kill(frozen, signal.SIGCONT)
    frozen.terminate()
    frozen.wait(60)
    # It may have ended the job a second time: at least once, not exactly once.
    assert workers.ended()[job_id] in (1, 2)


def test_server_restart_loses_no_job(queue: Queue, workers: Workers) -> None:
    added = queue.add(sample.work, 0.05, times=60)
    process = workers.start()
    until(lambda: workers.seen()["end"] > 10)
    queue.restart()
    added += queue.add(sample.work, times=20)

    def all_ended() -> bool:
        nonlocal process
        if process.poll() is not None:
            assert process.returncode == 1
            process = workers.start()
        return workers.ended().keys() == {*added}

    until(all_ended)


def test_job_that_takes_too_long_ends_dead(queue: Queue, workers: Workers) -> None:
    [job_id] = queue.add(sample.hang)
    process = workers.start()
    until(lambda: job_id in workers.run("jobs", "list"))
    process.terminate()
    process.wait(60)
    assert workers.seen()["hang"] == 1


def test_jobs_of_an_older_release_are_dead_by_name(queue: Queue, workers: Workers) -> None:
    [unknown] = queue.add(sample.work)
    [changed] = queue.add(sample.renamed, "text")
    [fails] = queue.add(sample.fail, 9)
    [refused] = queue.add(sample.refuse)
    workers.start(RELEASE="new")
    until(lambda: workers.count("job is dead") == 4)
    until(lambda: len(workers.run("jobs", "list").splitlines()) == 4)
    dead = {line.split()[0]: line.split()[1] for line in workers.run("jobs", "list").splitlines()}
    names = ["jobs.work", "jobs.renamed", "jobs.fail", "jobs.refuse"]
    assert dead == dict(zip((unknown, changed, fails, refused), names, strict=True))
    assert workers.seen() == {"fail": 3, "refuse": 1}
    workers.run("jobs", "cancel", unknown)
    workers.run("jobs", "retry", fails)
    until(lambda: workers.seen()["fail"] == 6)
    until(lambda: len(workers.run("jobs", "list").splitlines()) == 3)


def test_failed_job_is_tried_again(queue: Queue, workers: Workers) -> None:
    queue.add(sample.fail, 2)
    workers.start()
    until(lambda: workers.count("job done") == 1)
    assert [line["attempt"] for line in workers.lines("job failed")] == [1, 2]


def test_schedule_runs_once_for_two_workers(queue: Queue, workers: Workers) -> None:
    for _ in range(2):
        workers.start(SCHEDULE=SCHEDULE)
    until(lambda: workers.seen()["tick"] >= 2, seconds=150)
    times = [line["timestamp"][:19] for line in workers.lines("job done")]
    assert len({*times}) == len(times)


def test_probe_and_metrics(queue: Queue, workers: Workers) -> None:
    queue.add(sample.refuse)
    queue.add(sample.work, 3)
    queue.add(sample.work, times=3)
    port = free_port()
    process = workers.start(JOBS_PORT=str(port), JOBS_CONCURRENCY="1", JOBS_STOP_SECONDS="0")
    with Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        assert client.get("/livez").status_code == client.get("/readyz").status_code == 200
        expected = {"waiting": 3, "running": 1, "dead": 1}
        lines = [f"jobs_{name} {count}.0" for name, count in expected.items()]
        until(lambda: {*lines} <= {*client.get("/metrics").text.splitlines()})
        process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_job_of_a_rolled_back_transaction_never_runs(queue: Queue, workers: Workers) -> None:
    def add(session: Session) -> None:
        sample.work.defer(session)
        raise RuntimeError

    def add_in_savepoint(session: Session) -> str:
        with session.begin_nested() as savepoint:
            sample.work.defer(session)
            savepoint.rollback()
        with session.begin_nested():
            return sample.work.defer(session)

    with pytest.raises(RuntimeError):
        queue.run(add)
    kept = queue.run(add_in_savepoint)
    workers.run("worker", "--once")
    assert workers.ended() == {kept: 1}
