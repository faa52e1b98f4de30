"""What became of each variant at each step, how long it took, and how to see it again."""

import shlex
from dataclasses import dataclass, field

WORST = ("passed", "skipped", "failed")


@dataclass
class Cell:
    """One variant at one step."""

    seconds: float = 0.0
    outcome: str = "passed"

    def add(self, seconds: float, outcome: str) -> None:
        self.seconds += seconds
        self.outcome = max(self.outcome, outcome, key=WORST.index)

    def __str__(self) -> str:
        said = "" if self.outcome == "passed" else f" {self.outcome.upper()}"
        return f"{self.seconds:.1f}{said}"


@dataclass
class Table:
    """A row for each variant, a column for each step, seconds in the cells."""

    _cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    _failed: dict[str, str] = field(default_factory=dict)

    def add(self, variant: str, step: str, test: str, seconds: float, outcome: str) -> None:
        self._cells.setdefault(variant, {}).setdefault(step, Cell()).add(seconds, outcome)
        if outcome == "failed":
            self._failed[test] = variant

    def lines(self) -> list[str]:
        """Return the table, and for each test that failed the command that runs it again."""
        if not self._cells:
            return []
        steps = list(dict.fromkeys(step for row in self._cells.values() for step in row))
        rows = [["variant", *steps, "all"]]
        rows += [self._row(variant, steps) for variant in sorted(self._cells)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [_line(row, widths) for row in rows]
        return [*lines, *(_again(test, variant) for test, variant in self._failed.items())]

    def _row(self, variant: str, steps: list[str]) -> list[str]:
        row = self._cells[variant]
        total = sum(cell.seconds for cell in row.values())
        return [variant, *(str(row.get(step, "-")) for step in steps), f"{total:.1f}"]


def _line(row: list[str], widths: list[int]) -> str:
    name, *cells = row
    numbers = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
    return "  ".join([name.ljust(widths[0]), *numbers])


def _again(test: str, variant: str) -> str:
    return f"again: uv run pytest {shlex.join(['--variant', variant, test])}"
