"""Draws decision/recommendation.svg: a screenshot of the framework question.

uv run python -m tests.questionnaire.picture
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from wcwidth import wcswidth

from tests.conftest import ROOT, snapshot
from tests.questionnaire.terminal import COLUMNS, Terminal

PICTURE = ROOT / "decision/recommendation.svg"
ANSWERS = {
    "concurrency": "thousands",
    "ai_ml": "remote",
    "legacy": "none",
    "serverless": "containers",
    "team": "flask",
    "interface": "api",
}
IDENTITY = {
    "project_name": "Orders API",
    "project_slug": "orders-api",
    "package_name": "orders_api",
    "description": "Takes orders.",
    "tune_weights": "false",
}
NBSP = "\N{NO-BREAK SPACE}"
CELL, LINE, EDGE = 8.4, 19, 18  # pixels: one column, one row, the window's padding
FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"


def take_screenshot(template: Path, folder: Path) -> list[str]:
    """Return the rows of the screen, from the question to its last choice."""
    data = [f"--data={name}={value}" for name, value in {**IDENTITY, **ANSWERS}.items()]
    command = [sys.executable, "-m", "copier", "copy", *data, str(template), "orders-api"]
    with Terminal(command, folder) as terminal:
        screen = terminal.wait_for("🎤", "(Use arrow keys)", "Hybrid ")
    return screen[screen.index("🎤") :].rstrip().splitlines()


def draw(rows: list[str]) -> str:
    """Return an SVG of the rows; its own background suits light and dark pages."""
    width, height = round(COLUMNS * CELL + 2 * EDGE), len(rows) * LINE + 2 * EDGE
    lines = "\n".join(_lines(rows))
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img"
     viewBox="0 0 {width} {height}">
<title>The framework question, with its recommendation and the reasons</title>
<rect x="1" y="1" width="{width - 2}" height="{height - 2}" rx="8" fill="#1d2430" stroke="#8b949e"/>
<g font-family="{FONT}" font-size="14" fill="#e6edf3">
{lines}
</g>
</svg>
"""


def _lines(rows: list[str]) -> Iterator[str]:
    question = next(number for number, row in enumerate(rows) if "(Use arrow keys)" in row)
    for number, row in enumerate(rows):
        top = EDGE + number * LINE
        chosen = row.startswith(" » ")
        if chosen:
            yield (
                f'<rect x="{EDGE + 3 * CELL:g}" y="{top}" height="{LINE}"'
                f' width="{(wcswidth(row) - 3) * CELL:g}" fill="#e6edf3"/>'
            )
            yield _text(" »", EDGE, top)
            yield _text(row[3:], EDGE + 3 * CELL, top, 'fill="#1d2430"')
        elif row.strip():
            yield _text(row, EDGE, top, 'font-weight="bold"' if number < question else "")


def _text(text: str, left: float, top: float, style: str = "") -> str:
    # A fixed length aligns the columns in any font; consecutive plain spaces would collapse.
    start = len(text) - len(text.lstrip())
    left += start * CELL
    length = wcswidth(text[start:]) * CELL
    return (
        f'<text x="{left:g}" y="{top + 14:g}" textLength="{length:g}"'
        f' lengthAdjust="spacingAndGlyphs" {style}>'
        f"{escape(text[start:].replace('  ', NBSP * 2))}</text>"
    ).replace(" >", ">")


def main() -> None:
    with TemporaryDirectory() as folder:
        rows = take_screenshot(snapshot(Path(folder) / "template"), Path(folder))
    PICTURE.write_text(draw(rows), encoding="utf-8", newline="\n")
    print(f"Drawn: {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
