from typing import Any


def table(r: Any) -> str:
    return ""


def keep(r: Any) -> None:
    from decision.evidence import results

    results.write(r)


def write() -> list[Any]:
    return []
