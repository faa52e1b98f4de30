"""Renders a project from answers with Copier, without --trust."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copier import run_copy

from decision.engine import ROOT, InvalidAnswer


def render(folder: Path, data: Mapping[str, Any]) -> None:
    """Render a project into `folder`; questions without an answer take their default."""
    # HEAD, not the latest tag: the template must match the matrix of the decision.
    reference = "HEAD" if (ROOT / ".git").exists() else None
    try:
        run_copy(str(ROOT), folder, data=dict(data), defaults=True, vcs_ref=reference)
    except ValueError as error:  # a refused answer; Copier has removed the folder
        raise InvalidAnswer(re.sub(r"^.*? '(\w+)': ", r"\1: ", str(error))) from error
