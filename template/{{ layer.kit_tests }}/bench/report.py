"""Says what was measured, and whether it is good enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from .load import BenchError


@dataclass(frozen=True)
class Figure:
    """Something that is measured on both sides."""

    name: str
    title: str
    digits: int = 0
    more_is_better: bool = False


FIGURES = (
    Figure("livez", "`/livez`, requests a second", more_is_better=True),
    Figure("livez_p95", "`/livez`, 95 of 100 within, ms", 1),
    Figure("listing", "listing, requests a second", more_is_better=True),
    Figure("listing_p95", "listing, 95 of 100 within, ms", 1),
    Figure("memory", "memory under load, MiB", 1),
    Figure("start", "start to ready, s", 2),
    Figure("import", "import of the application, s", 2),
)


@dataclass(frozen=True)
class Compared:
    """A figure of all rounds. The ratio is of what was measured side by side, not of medians."""

    figure: Figure
    project: float
    bare: float
    ratio: float


# What each round has measured of one side, by the names of the figures.
Round = Mapping[str, float]


def compared(rounds: list[tuple[Round, Round]]) -> list[Compared]:
    """Return the medians of `rounds`, each with the project's side and the bare one's."""
    return [
        Compared(
            figure,
            project=median(project[figure.name] for project, _ in rounds),
            bare=median(bare[figure.name] for _, bare in rounds),
            ratio=median(project[figure.name] / bare[figure.name] for project, bare in rounds),
        )
        for figure in FIGURES
        if figure.name in rounds[0][0]
    ]


def table(found: list[Compared]) -> str:
    head = ["| | project | bare | ratio |", "| --- | ---: | ---: | ---: |"]
    rows = [
        f"| {each.figure.title} | {each.project:,.{each.figure.digits}f}"
        f" | {each.bare:,.{each.figure.digits}f} | {each.ratio:.2f} |"
        for each in found
    ]
    return "\n".join([*head, *rows])


def allowed(settings: Mapping[str, Any]) -> dict[str, float]:
    """Return the ratios of `[tool.bench]`, by figure; raise `BenchError` for what is none."""
    known = {figure.name for figure in FIGURES}
    for name, ratio in settings.items():
        if name not in known:
            raise BenchError(
                f"[tool.bench] knows no figure {name!r}, but {', '.join(sorted(known))}."
            )
        if isinstance(ratio, bool) or not isinstance(ratio, int | float) or ratio <= 0:
            raise BenchError(f"[tool.bench] needs a ratio for {name}, such as 0.5, not {ratio!r}.")
    return dict(settings)


def regressions(found: list[Compared], limits: Mapping[str, float]) -> list[str]:
    """Return a sentence for each figure that is worse than it may be."""
    return [
        f"{each.figure.name} is {each.ratio:.2f} of the bare framework's,"
        f" {'at least' if each.figure.more_is_better else 'at most'}"
        f" {limits[each.figure.name]:.2f} is allowed."
        for each in found
        if each.figure.name in limits and _is_worse(each, limits[each.figure.name])
    ]


def _is_worse(found: Compared, limit: float) -> bool:
    return found.ratio < limit if found.figure.more_is_better else found.ratio > limit
