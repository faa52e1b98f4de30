"""Matrix, claims and what was measured agree, and whatever is shown follows from it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from decision.engine import ROOT, load_matrix
from decision.evidence import claims, machine, postgres, report, results
from decision.evidence.load import seen
from decision.evidence.plan import FULL, SUBJECTS, WORKLOADS
from decision.evidence.results import Unknown, figure, figures, single
from decision.evidence.rounds import Measurement

FOUND = results.read()
CLAIMS = {claim["id"]: claim for claim in claims.load()}
CITED = [pytest.param(cell, id=cell["figure"]) for cell in claims.cells() if "figure" in cell]
NOISE = 0.3  # between two measurements


# ---- matrix, claims and figures -----------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(claims.cited())))
def test_what_is_cited_was_measured(name: str) -> None:
    assert FOUND["figures"][name]["low"] <= FOUND["figures"][name]["high"]


@pytest.mark.parametrize("cell", CITED)
def test_a_number_in_a_reason_is_that_of_its_figure(cell: dict[str, Any]) -> None:
    value = FOUND["figures"][cell["figure"]]["median"]
    for said in re.findall(r"\d[\d,.]*\d|\d", cell["because"]):
        assert float(said.replace(",", "")) == pytest.approx(value, rel=NOISE)


def test_a_reason_with_a_number_cites_a_figure() -> None:
    assert [
        cell["because"]
        for cell in claims.cells()
        if re.search(r"\d", cell["because"]) and "figure" not in cell
    ] == []


@pytest.mark.parametrize("claim", claims.load(), ids=list(CLAIMS))
def test_a_claim_names_its_article_its_cases_and_what_speaks_against_it(
    claim: dict[str, Any],
) -> None:
    sources, criteria = load_matrix()["sources"], load_matrix()["criteria"]
    assert set(claim["articles"]) <= {"A0", "A1", "A2", "A3", "A4"} & set(sources)
    assert claim["claim"].endswith(".") and claim["against"].endswith(".")
    assert claim.get("independent", "A0") in sources
    assert set(claim["about"]) <= set(criteria)
    for case in claim["cases"]:
        assert set(case) - {"when", "figure"} in ({"at_least"}, {"at_most"})
        assert not case["when"].endswith(".")


@pytest.mark.parametrize(
    ("values", "verdict"),
    [((2, 3), "holds"), ((2, 1), "holds only when"), ((1, 1), "does not hold")],
)
def test_the_verdict_follows_from_the_cases(values: tuple[float, ...], verdict: str) -> None:
    names = ["a", "b"]
    claim = {"cases": [{"when": name, "figure": name, "at_least": 2} for name in names]}
    measured = dict(zip(names, ({"median": v} for v in values), strict=True))
    assert claims.verdict(claim, measured) == verdict


@pytest.mark.parametrize(
    ("answered", "pace", "settled"), [(0.4, 90, False), (0.4, 110, True), (1.2, 90, True)]
)
def test_connections_that_were_still_being_opened_settle_nothing(
    answered: float, pace: float, settled: bool
) -> None:
    values = {"w.1000.a": 200, "w.10000.a": pace, "w.10000.answered.a": answered, "held.1000.a": 0}
    measured = {name: {"median": value} for name, value in values.items()}
    assert claims.settled("w.10000.a", measured) is settled
    assert claims.settled("held.1000.a", measured)


# ---- what follows from results.json ---------------------------------------------------------------


def test_the_figures_follow_from_the_samples() -> None:
    assert report.with_figures(FOUND) == FOUND


@pytest.mark.parametrize("file", report.files(FOUND), ids=lambda file: file.name)
def test_tables_plots_and_texts_follow_from_the_figures(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == report.files(FOUND)[file]


def required() -> Iterator[str]:
    for workload in WORKLOADS:
        for subject, spec in SUBJECTS.items():
            if workload in spec.workloads and subject != "unvalidated":
                for connections in FULL.seconds:
                    for measure in ("throughput", "p50", "p95", "p99"):
                        yield single(workload, connections, measure, subject)


def test_every_kind_of_work_was_measured_at_every_number_of_connections_in_every_round() -> None:
    assert {10, 50, 100, 1_000, 10_000} == set(FULL.seconds) and FULL.rounds >= 3
    samples = FOUND["samples"]
    assert [name for name in required() if None in samples.get(name, [None])] == []


# ---- how figures are made ---------------------------------------------------------------------


def test_a_ratio_is_taken_within_each_round() -> None:
    samples: dict[str, list[float | None]] = {"x.1.a": [10, 30, 20], "x.1.b": [5, 10, None]}
    assert figure(samples, "x.1.a_vs_b") == {"median": 2.5, "low": 2.0, "high": 3.0}


def test_what_was_not_measured_is_no_figure() -> None:
    with pytest.raises(Unknown, match=r"x\.1\.a_vs_b"):
        figure({"x.1.a": [1]}, "x.1.a_vs_b")
    assert set(figures({"x.1.a": [1]}, ["x.1.a_vs_b"])) == {"x.1.a"}


def test_what_wrk_saw_is_read_with_the_latency_that_all_connections_had() -> None:
    said = json.dumps(
        {"seconds": 2.0, "requests": 100, "mean": 1.0, "p50": 1.0, "p95": 2.0, "p99": 3.0,
         "refused": 0, "broken": 1, "status": 99, "timeout": 0}
    )  # fmt: skip
    load_summary = seen(f"Running 2s test\n{said}\n", connections=1000)
    assert (load_summary["throughput"], load_summary["mean"]) == (50, 20_000)
    assert (load_summary["answered"], load_summary["failed"]) == (0.1, 0.5)


def test_a_stopped_run_goes_on_where_it_was_and_not_with_another_plan(tmp_path: Path) -> None:
    left = Measurement(FULL, "", tmp_path / "left.json", print)
    left.state["done"] = [step.id for step in FULL.steps()]
    left.state["samples"] = {"x.a": [1, 2, 3]}
    left._save()
    same = Measurement(FULL, "", tmp_path / "left.json", print)
    same.resume()
    assert same.run()["samples"]["x.a"] == [1, 2, 3]
    (tmp_path / "left.json").write_text(json.dumps({**left.state, "plan": {}}))
    other = Measurement(FULL, "", tmp_path / "left.json", print)
    other.resume()
    assert other.state["done"] == []


# ---- the command --------------------------------------------------------------------------------


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "decision.evidence", *options]


def require_programs() -> None:
    missing = [] if shutil.which("wrk") else ["wrk"]
    try:
        postgres.find()
    except machine.Unfit:
        missing.append("postgresql")
    if missing and os.environ.get("CI"):
        pytest.fail(f"Missing: apt-get install {' '.join(missing)}")
    if missing:
        pytest.skip(f"Missing ({', '.join(missing)}): the measurement is NOT tested here.")


def servers() -> set[str]:
    """Return the processes of measurements that were started by this test."""
    mark = f"EVIDENCE_TEST={os.getpid()}".encode()
    return {
        process.name
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and mark in environment(process)
    }


def wait_until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.05)


def environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


@pytest.mark.slow
@pytest.mark.nightly
def test_a_quick_run_boots_everything_and_keeps_nothing() -> None:
    require_programs()
    before = results.FILE.read_bytes()
    done = subprocess.run(
        command("--quick"), cwd=ROOT, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "FAILED" not in done.stderr
    assert "## Plain JSON: answers a second" in done.stdout
    assert results.FILE.read_bytes() == before


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_command(stop: signal.Signals) -> None:
    require_programs()
    marked = {**os.environ, "EVIDENCE_TEST": str(os.getpid())}
    with subprocess.Popen(
        command("--quick"), cwd=ROOT, env=marked, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        for line in process.stderr:
            if "waiting for 50 ms" in line:
                break
        wait_until(lambda: len(servers()) >= 3)  # the command, the database and a server
        process.send_signal(stop)
        process.stderr.read()
    wait_until(lambda: not servers())
    postgres.tidy()


def test_too_few_open_files_are_told_before_the_first_server() -> None:
    require_programs()
    done = subprocess.run(
        ["bash", "-c", "ulimit -n 2000; exec \"$@\"", "-", *command()],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "10,000 connections need 10,500 open files and this machine allows 2,000" in done.stderr
    assert "--connections 1500" in done.stderr


def test_without_wrk_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        command(), cwd=ROOT, env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "apt-get install wrk" in done.stderr
