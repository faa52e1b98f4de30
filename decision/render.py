"""From answers to a project: Copier on this very template, never with --trust."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copier import run_copy

from decision.engine import ROOT, InvalidAnswer


def render(folder: Path, data: Mapping[str, Any]) -> None:
    """Render into `folder`, taking the template's default for what `data` leaves open."""
    # HEAD, not the latest tag: the matrix that decided and the template that follows agree.
    reference = "HEAD" if (ROOT / ".git").exists() else None
    try:
        run_copy(str(ROOT), folder, data=dict(data), defaults=True, vcs_ref=reference)
    except ValueError as error:  # a refused answer; Copier has removed what it had created
        sentence = str(error).partition("': ")[2] or str(error)
        raise InvalidAnswer(sentence) from error
