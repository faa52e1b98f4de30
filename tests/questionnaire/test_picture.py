"""The picture in the README shows what the engine says today."""

from xml.etree import ElementTree

from decision.engine import decide, load_matrix, render_macro
from tests.questionnaire.picture import ANSWERS, NBSP, PICTURE

TEXT = "{http://www.w3.org/2000/svg}text"


def test_picture_is_current() -> None:
    texts = [element.text or "" for element in ElementTree.parse(PICTURE).iter(TEXT)]
    drawn = [text.replace(NBSP, " ") for text in texts]
    found = decide(ANSWERS)
    choices = [render_macro("score_line", found, name) for name in load_matrix()["frameworks"]]
    said = ["🎤 " + render_macro("rationale", found), render_macro("question"), "(Use arrow keys)", *choices]
    expected = [line.strip() for text in said for line in text.splitlines() if line.strip()]
    assert [line for line in drawn if line != "»"] == expected, (
        "Draw it again: uv run python -m tests.questionnaire.picture"
    )
