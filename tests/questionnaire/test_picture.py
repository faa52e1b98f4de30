"""The picture in the README says what the engine says today."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from decision.engine import decide, load_matrix, say
from tests.questionnaire.picture import ANSWERS, NBSP, PICTURE, draw, photograph
from tests.questionnaire.terminal import require_tmux

TEXT = "{http://www.w3.org/2000/svg}text"


def test_the_picture_says_what_the_engine_says() -> None:
    texts = [element.text or "" for element in ElementTree.parse(PICTURE).iter(TEXT)]
    drawn = [text.replace(NBSP, " ") for text in texts]
    found = decide(ANSWERS)
    choices = [say("score_line", found, name) for name in load_matrix()["frameworks"]]
    said = ["🎤 " + say("rationale", found), say("question"), "(Use arrow keys)", *choices]
    expected = [line.strip() for text in said for line in text.splitlines() if line.strip()]
    assert [line for line in drawn if line != "»"] == expected


@pytest.mark.slow
def test_the_picture_is_what_a_terminal_shows(template: Path, tmp_path: Path) -> None:
    require_tmux()
    assert draw(photograph(template, tmp_path)) == PICTURE.read_text(encoding="utf-8")
