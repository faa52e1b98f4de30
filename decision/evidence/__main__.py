"""Measure FastAPI, Flask, Quart and a hybrid on this machine, and judge what is claimed of them.

Boots each one behind its real server on 127.0.0.1, puts it under load with wrk in several rounds,
and writes decision/evidence/results.json with everything that follows from it: the table, the
verdicts, the plots and what the README and the decision record cite. A full run takes about half
an hour, and wants a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import replace
from typing import Any

from decision.engine import ROOT
from decision.evidence.machine import Unfit, check
from decision.evidence.processes import Broken
from decision.evidence.results import Unknown

FOLDER = ROOT / ".evidence"  # what a run has found so far; git ignores it
UNFINISHED = "unfinished.json"


def main(argv: list[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, _stop)  # as Ctrl-C: every block that started a process ends it
    try:
        return _run(options)
    except ModuleNotFoundError as error:
        print(f"error: {error.name} is not installed: uv sync --group evidence.", file=sys.stderr)
    except (Unfit, Broken, Unknown) as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped; all servers have ended. --resume goes on from here.", file=sys.stderr)
        return 130
    return 2


def _run(options: argparse.Namespace) -> int:
    from decision.evidence import report  # what is measured need not be installed to read of it

    if not options.report:
        results = _measured(options)
        if options.quick:
            print(report.table(report.with_figures(results)))
            return 0
        report.keep(results)
        (FOLDER / UNFINISHED).unlink(missing_ok=True)
    for file in report.write():
        print(f"Written: {file.relative_to(ROOT)}")
    return 0


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    from decision.evidence import plan as plans
    from decision.evidence.postgres import database, find
    from decision.evidence.rounds import Measurement
    from decision.evidence.served import check as check_subject
    from decision.evidence.subjects.database import URL

    plan = plans.QUICK if options.quick else plans.FULL
    if options.rounds:
        plan = replace(plan, rounds=options.rounds)
    if options.connections:
        fewer = {n: s for n, s in plan.seconds.items() if n <= options.connections}
        plan = replace(plan, seconds=fewer, crowd=min(plan.crowd, options.connections))
    check(max([*plan.seconds, plan.crowd]))
    find()
    with database() as url:
        for name in plans.SUBJECTS:
            check_subject(name, {URL: url})
        file = FOLDER / ("quick.json" if options.quick else UNFINISHED)
        measurement = Measurement(plan, url, file, _say)
        if options.resume:
            measurement.resume()
        return measurement.run()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m decision.evidence",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--quick", action="store_true", help="see in a minute that everything works; keep nothing"
    )
    parser.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    parser.add_argument("--rounds", type=int, metavar="N", help="so many; 3 if not said")
    parser.add_argument(
        "--connections", type=int, metavar="N", help="at most so many, on a machine with limits"
    )
    parser.add_argument(
        "--report", action="store_true", help="measure nothing: write again what follows"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
