"""What follows from results.json: the tables, the verdicts, the plots, what README and record cite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from decision.engine import ROOT, load_matrix
from decision.evidence import claims, plots, results
from decision.evidence.results import Figure, Results, single

HERE = Path(__file__).parent
README = ROOT / "README.md"
FOLDER = "decision/evidence/"  # from the README
BLOCK = re.compile(r"(?<=<!-- evidence -->\n).*?(?=<!-- /evidence -->)", re.DOTALL)
PLOTS = {
    "throughput": "Answers a second over open connections, one process each",
    "p95": "95th percentile of latency in ms over open connections, one process each",
}
AGAIN = "Written by `python -m decision.evidence --report` from results.json."


def keep(measured: Results) -> None:
    """Put what was measured into results.json, with its figures."""
    results.write(with_figures(measured))


def with_figures(measured: Results) -> Results:
    known = {name: measured[name] for name in measured if name != "figures"}
    return {**known, "figures": results.figures(measured["samples"], claims.cited())}


def write() -> list[Path]:
    """Write everything again that follows from results.json; return the files."""
    measured = with_figures(results.read())
    results.write(measured)
    if missing := sorted(set(claims.cited()) - set(measured["figures"])):
        raise results.Unknown(
            f"These figures are cited and were not measured: {', '.join(missing)}"
        )
    written = files(measured)
    for file, text in written.items():
        file.write_text(text, encoding="utf-8", newline="\n")
    return [results.FILE, *written]


def files(measured: Results) -> dict[Path, str]:
    drawn = {
        HERE / f"{measure}-{theme}.svg": plots.draw(measured, measure, title, theme)
        for measure, title in PLOTS.items()
        for theme in plots.INK
    }
    readme = README.read_text(encoding="utf-8")
    return {
        **drawn,
        HERE / "results.md": page(measured),
        HERE / "cited.yml": cited(measured),
        README: BLOCK.sub(lambda _: summary(measured), readme),
    }


# ---- in words ----------------------------------------------------------------------------------


def number(value: float) -> str:
    """Three digits, and none after the point where they say nothing."""
    if value >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{float(f'{value:.2g}' if value < 10 else f'{value:.3g}'):g}"


def spread(figure: Figure) -> str:
    if figure["low"] == figure["high"]:
        return number(figure["median"])
    return f"{number(figure['median'])} ({number(figure['low'])} to {number(figure['high'])})"


def machine(measured: Results) -> str:
    at, versions = measured["machine"], measured["versions"]
    return (
        f"{at['processor']}, {at['cores']} cores, {at['memory_gib']} GiB, {at['system']}, "
        f"{at['python']}, FastAPI {versions['fastapi']}, Flask {versions['flask']}, "
        f"uvicorn {versions['uvicorn']}, gunicorn {versions['gunicorn']}, "
        f"{measured['about']['begun'][:10]}"
    )


def noise(measured: Results) -> str:
    """How busy others kept the machine: what the figures are worth."""
    shares = [each["others"] for each in measured["conditions"]]
    loads = [each["load_average"] for each in measured["conditions"]]
    rounds = measured["plan"]["rounds"]
    text = (
        f"{rounds} {'round' if rounds == 1 else 'rounds'}. While nothing of ours ran, others kept {min(shares):.0%} to {max(shares):.0%} of it busy "
        f"(load average {min(loads):g} to {max(loads):g})"
    )
    busy = max(shares) > 0.15
    return (
        f"{text}: this run was noisy, so trust its ratios and little else." if busy else f"{text}."
    )


def counted(claim: claims.Claim, figures: dict[str, Figure]) -> str:
    """The verdict on a claim, and in how many of its cases it holds."""
    verdict, cases = claims.verdict(claim, figures), claims.cases(claim, figures, passed=True)
    if verdict == "holds only when":
        return f"holds in {len(cases)} of {len(claim['cases'])} cases"
    return verdict


# ---- the pages ---------------------------------------------------------------------------------


def summary(measured: Results) -> str:
    """The part of the README between its two marks."""
    figures = measured["figures"]
    rows = [f"| {claim['claim']} | {counted(claim, figures)} |" for claim in claims.load()]
    return "\n".join(
        [
            picture("throughput", FOLDER),
            "",
            f"Measured on {machine(measured)}. {noise(measured)}",
            "",
            f"| What the articles claim | [Here]({FOLDER}results.md#claims) |",
            "| --- | --- |",
            *rows,
            "",
        ]
    )


def picture(measure: str, folder: str) -> str:
    return (
        "<picture>\n"
        f'  <source media="(prefers-color-scheme: dark)" srcset="{folder}{measure}-dark.svg">\n'
        f'  <img alt="{PLOTS[measure]}" src="{folder}{measure}-light.svg">\n'
        "</picture>"
    )


def page(measured: Results) -> str:
    """results.md: everything, to be read."""
    how = (
        "Every other round goes backwards; a figure is the median of all rounds, and in brackets "
        "are the lowest and the highest. One process answers; wrk and, where "
        "it is used, PostgreSQL run on the same machine. `a_vs_b` in results.json is a divided by "
        "b, round by round. `>` before a latency: connections were answered less than twice, so "
        "it knows only who came first. Not settled: the time was up while connections were still "
        "being opened; the plots leave these out."
    )
    lines = [
        "# What was measured", "", AGAIN, "", f"Machine: {machine(measured)}. {noise(measured)}", "", how, "",
        *[line for measure in PLOTS for line in (picture(measure, ""), "")],
        "## Claims", "", *_verdicts(measured), table(measured),
    ]  # fmt: skip
    return "\n".join(lines)


def _verdicts(measured: Results) -> Iterator[str]:
    figures = measured["figures"]
    sources = load_matrix()["sources"]
    for claim in claims.load():
        titles = "; ".join(sources[name]["title"] for name in claim["articles"])
        yield from (
            f"### {claim['claim']}",
            "",
            f"{titles}. **{claims.verdict(claim, figures).capitalize()}.**",
            "",
        )
        yield from ("| When | Figure | Needed | Found | |", "| --- | --- | --- | --- | --- |")
        for case in claim["cases"]:
            figure = figures[case["figure"]]
            needed = f"≥ {case['at_least']}" if "at_least" in case else f"≤ {case['at_most']}"
            passed = "yes" if claims.passes(case, figure) else "no"
            passed = passed if claims.settled(case["figure"], figures) else "not settled"
            yield f"| {case['when']} | `{case['figure']}` | {needed} | {spread(figure)} | {passed} |"
        yield from ("", claim["against"], "")


def table(measured: Results) -> str:
    """Throughput and p95 of everything, then what it takes to be there."""
    return "\n".join([*_loads(measured), *_costs(measured)])


def _loads(measured: Results) -> Iterator[str]:
    figures, plan = measured["figures"], measured["plan"]
    for workload, label in plan["workloads"].items():
        yield from (f"## {label[0].upper()}{label[1:]}: answers a second, and p95 in ms", "")
        levels = [int(level) for level in plan["seconds"]]
        yield "| | " + " | ".join(f"{level:,} connections" for level in levels) + " |"
        yield "| --- |" + " ---: |" * len(levels)
        for subject, name in plan["subjects"].items():
            cells = [_cell(figures, workload, level, subject) for level in levels]
            if any(cells):
                yield f"| {name} | " + " | ".join(cells) + " |"
        yield ""


def _cell(figures: dict[str, Figure], workload: str, level: int, subject: str) -> str:
    throughput = figures.get(single(workload, level, "throughput", subject))
    if not throughput:
        return ""
    if not claims.settled(single(workload, level, "throughput", subject), figures):
        return "not settled"
    p95 = figures[single(workload, level, "p95", subject)]["median"]
    first = ">" if figures[single(workload, level, "answered", subject)]["median"] < 2 else ""
    failed = figures[single(workload, level, "failed", subject)]["median"]
    lost = f", {failed:.1%} failed" if failed >= 0.001 else ""
    return f"{spread(throughput)}; {first}{number(p95)} ms{lost}"


COSTS = {
    "start": "Seconds from the start of the server to its first answer",
    "cold_start.cached": "Seconds to load the smallest application and answer once, with bytecode",
    "cold_start.uncached": "The same without bytecode",
    "memory.loaded": "MiB of the smallest application",
    "memory.process": "MiB of the process that answers",
    "memory.tree": "MiB of all processes that serving takes, shared pages counted once",
    "memory.connection": "KiB for each idle connection",
    "memory.waiting": "KiB for each of the requests that wait or queue",
    "memory.crowded": "MiB of all processes meanwhile",
    "held": "Requests held at once; 0 where none was answered within 2.4 times its wait",
    "refused": "Share of malformed bodies that are refused as such",
    "broke": "Share of malformed bodies that break the handler (500)",
    "lines": "Lines of code for the same six endpoints",
}


def _costs(measured: Results) -> Iterator[str]:
    figures, labels = measured["figures"], measured["plan"]["subjects"]
    for start, title in COSTS.items():
        pattern = re.compile(rf"{re.escape(start)}\.(?:\d+\.)?(\w+)")
        rows = {
            match[1]: figure
            for name, figure in figures.items()
            if "_vs_" not in name and (match := pattern.fullmatch(name))
        }
        if rows:
            yield from (f"## {title}", "", "| | |", "| --- | ---: |")
            yield from (
                f"| {labels.get(name, name)} | {spread(figure)} |" for name, figure in rows.items()
            )
            yield ""


def cited(measured: Results) -> str:
    """Return cited.yml: the figures in decision records. Copier includes it as a template."""
    names = sorted({cell["figure"] for cell in claims.cells() if "figure" in cell})
    content = {"figures": {name: spread(measured["figures"][name]) for name in names}}
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)
    return f"# {AGAIN}\n{body}"
