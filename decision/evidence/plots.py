"""Draws figures as SVG, once for light pages and once for dark ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from decision.evidence.claims import settled
from decision.evidence.results import Figure, Results, single

FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans','Liberation Sans',sans-serif"
# Told apart by most eyes: https://jfly.uni-koeln.de/color/
LINES = {
    "fastapi_async": ("#0072b2", "#56b4e9"),
    "fastapi_sync": ("#009e73", "#2fd6a5"),
    "flask_sync": ("#8a6d00", "#f0e442"),
    "flask_threads": ("#d55e00", "#ff8a3d"),
    "flask_gevent": ("#a8437f", "#e08fc0"),
    "quart": ("#555555", "#b8b8b8"),
    "hybrid": ("#5b3fbf", "#a793ff"),
}
DASHED = {"flask_gevent": "6 3", "quart": "2 3", "hybrid": "8 3 2 3"}  # not by colour alone
COLUMNS, PANEL, GAP, TOP = 3, (250, 170), (62, 58), 96
INK = {"light": ("#1f2328", "#d0d7de", "#ffffff"), "dark": ("#e6edf3", "#3d444d", "#0d1117")}


@dataclass(frozen=True)
class Scale:
    """From a value to a place; both axes are logarithmic."""

    low: float
    high: float
    start: float
    length: float

    def at(self, value: float) -> float:
        share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return round(self.start + self.length * min(share, 1), 1)

    def ticks(self) -> Iterator[int]:
        yield from (10**n for n in range(round(math.log10(self.low)), 9) if 10**n <= self.high)


def draw(results: Results, measure: str, title: str, theme: str) -> str:
    """One panel for each kind of work: `measure` over open connections, a line for each subject."""
    ink, grid, paper = INK[theme]
    workloads: dict[str, str] = results["plan"]["workloads"]
    rows = math.ceil(len(workloads) / COLUMNS)
    width = GAP[0] / 2 + COLUMNS * (PANEL[0] + GAP[0])
    height = TOP + rows * (PANEL[1] + GAP[1])
    body = [
        line
        for place, name in enumerate(workloads)
        for line in _panel(results, measure, name, place, theme)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height}" role="img"',
            f'     viewBox="0 0 {width:g} {height}">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width:g}" height="{height}" fill="{paper}"/>',
            f'<g font-family="{FONT}" font-size="12" fill="{ink}">',
            f'<text x="16" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
            *_legend(results, theme),
            f'<g stroke="{grid}" stroke-width="1" fill="{ink}">',
            *[line for line in body if line.startswith(("<line", '<rect class="frame"'))],
            "</g>",
            *[line for line in body if not line.startswith(("<line", '<rect class="frame"'))],
            "</g>",
            "</svg>",
            "",
        ]
    )


def _legend(results: Results, theme: str) -> Iterator[str]:
    labels = results["plan"]["subjects"]
    for place, name in enumerate(LINES):
        x, y = 16 + (place % 4) * 230, 46 + (place // 4) * 20
        yield f'<path d="M{x} {y - 4}h26" {_stroke(name, theme)}/>'
        yield f'<text x="{x + 32}" y="{y}">{escape(labels[name])}</text>'


def _panel(results: Results, measure: str, workload: str, place: int, theme: str) -> Iterator[str]:
    left = GAP[0] + (place % COLUMNS) * (PANEL[0] + GAP[0]) - 8
    top = TOP + 14 + (place // COLUMNS) * (PANEL[1] + GAP[1])
    levels = [int(level) for level in results["plan"]["seconds"]]
    figures: Mapping[str, Figure] = results["figures"]
    seen = [
        figures[name]
        for level in levels
        for subject in LINES
        if (name := single(workload, level, measure, subject)) in figures and settled(name, figures)
    ]
    across = Scale(min(levels), max(levels), left, PANEL[0])
    values = [each["median"] for each in seen if each["median"] > 0]
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))
    upwards = Scale(low, max(high, 10 * low), top + PANEL[1], -PANEL[1])
    label = results["plan"]["workloads"][workload]
    yield f'<text x="{left}" y="{top - 6}" font-weight="bold">{escape(label)}</text>'
    for tick in upwards.ticks():
        y = upwards.at(tick)
        yield f'<line x1="{left}" y1="{y}" x2="{left + PANEL[0]}" y2="{y}"/>'
        yield f'<text x="{left - 5}" y="{y + 4}" text-anchor="end">{_count(tick)}</text>'
    for level in levels:
        x = across.at(level)
        yield f'<line x1="{x}" y1="{top + PANEL[1]}" x2="{x}" y2="{top + PANEL[1] + 4}"/>'
        if level != 50:  # too close to its neighbours for a number
            yield f'<text x="{x}" y="{top + PANEL[1] + 18}" text-anchor="middle">{_count(level)}</text>'
    for subject in LINES:
        yield from _line(figures, measure, workload, subject, levels, across, upwards, theme)


def _line(
    figures: Mapping[str, Figure], measure: str, workload: str, subject: str,
    levels: list[int], across: Scale, upwards: Scale, theme: str,
) -> Iterator[str]:  # fmt: skip
    points = []
    for level in levels:
        name = single(workload, level, measure, subject)
        if (found := figures.get(name)) and settled(name, figures):
            x = across.at(level)
            points.append(f"{x} {upwards.at(found['median'])}")
            spread = f"M{x} {upwards.at(found['low'])}V{upwards.at(found['high'])}"
            yield f'<path d="{spread}" {_stroke(subject, theme, thin=True)}/>'
    if points:
        yield f'<path d="M{"L".join(points)}" {_stroke(subject, theme)}/>'


def _stroke(subject: str, theme: str, *, thin: bool = False) -> str:
    colour = LINES[subject][theme == "dark"]
    dashes = f' stroke-dasharray="{DASHED[subject]}"' if subject in DASHED and not thin else ""
    shape = 'stroke-width="1" opacity="0.6"' if thin else 'stroke-width="2"'
    return f'fill="none" stroke="{colour}" {shape}{dashes}'


def _count(number: int) -> str:
    return f"{number // 1000}k" if number >= 1000 else str(number)
