"""results.json: samples as they were measured, and the figures that follow from them.

A sample is named `<what>.<measure...>.<subject>`; its list has one value for each round. A figure is
the median of a sample with its lowest and highest value. Two subjects joined by `_vs_` are the ratio
of both, taken within each round, since what disturbs a round disturbs both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

FILE = Path(__file__).with_name("results.json")

Figure = dict[str, float]
Results = dict[str, Any]


class Unknown(LookupError):
    """No such figure was measured; the text names it."""


def single(workload: str, connections: int, measure: str, subject: str) -> str:
    """Throughput is what is meant when nothing else is said."""
    middle = "" if measure == "throughput" else f"{measure}."
    return f"{workload}.{connections}.{middle}{subject}"


def figure(samples: Mapping[str, list[float | None]], name: str) -> Figure:
    values = [value for value in _values(samples, name) if value is not None]
    if not values:
        raise Unknown(f"No figure is called {name}.")
    return {
        "median": _short(median(values)),
        "low": _short(min(values)),
        "high": _short(max(values)),
    }


def _values(samples: Mapping[str, list[float | None]], name: str) -> list[float | None]:
    if name in samples:
        return samples[name]
    start, _, pair = name.rpartition(".")
    one, versus, other = pair.partition("_vs_")
    names = [f"{start}.{each}" for each in (one, other)]
    if not versus or any(each not in samples for each in names):
        raise Unknown(f"No figure is called {name}.")
    rounds = zip(*(samples[each] for each in names), strict=True)
    return [a / b if a is not None and b else None for a, b in rounds]


def _short(value: float) -> float:
    """Four digits are more than a measurement is good for."""
    return float(f"{value:.4g}")


def figures(samples: Mapping[str, list[float | None]], cited: Iterable[str]) -> dict[str, Figure]:
    """Every sample, FastAPI's `async def` against each other subject, and what is cited."""
    pairs = {
        f"{start}.fastapi_async_vs_{subject}"
        for start, _, subject in (name.rpartition(".") for name in samples)
        if subject != "fastapi_async"
        and f"{start}.fastapi_async" in samples
        and re.fullmatch(r"\w+\.\d+(\.p95)?", start)
    }
    figures_by_name = {}
    for name in [*samples, *sorted(pairs), *sorted(set(cited) - set(samples) - pairs)]:
        with suppress(Unknown):  # a subject that failed is no reason to lose the others
            figures_by_name[name] = figure(samples, name)
    return figures_by_name


def read(file: Path = FILE) -> Results:
    content: Results = json.loads(file.read_text(encoding="utf-8"))
    return content


def write(results: Results, file: Path = FILE) -> None:
    """Write a line for each sample and figure, so that a difference can be read."""
    parts = []
    for name, value in results.items():
        if name in ("samples", "figures"):
            rows = [f"    {json.dumps(key)}: {json.dumps(row)}" for key, row in value.items()]
            text = "{\n" + ",\n".join(rows) + "\n  }"
        else:
            text = json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\n  ")
        parts.append(f"  {json.dumps(name)}: {text}")
    half_written = file.with_suffix(".part")
    file.parent.mkdir(parents=True, exist_ok=True)
    half_written.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8", newline="\n")
    half_written.replace(file)
