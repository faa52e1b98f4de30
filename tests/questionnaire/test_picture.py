"""The picture in the README matches the engine."""

from xml.etree import ElementTree

from decision.engine import decide, load_matrix, render_macro
from tests.questionnaire.picture import ANSWERS, NBSP, PICTURE

TEXT = "{http://www.w3.org/2000/svg}text"


def test_picture_is_current() -> None:
    texts = [element.text or "" for element in ElementTree.parse(PICTURE).iter(TEXT)]
    drawn = [text.replace(NBSP, " ") for text in texts]
    decision = decide(ANSWERS)
    choices = [render_macro("score_line", decision, name) for name in load_matrix()["frameworks"]]
    shown = [f"🎤 {render_macro('rationale', decision)}", render_macro("question")]
    shown += ["(Use arrow keys)", *choices]
    expected = [line.strip() for text in shown for line in text.splitlines() if line.strip()]
    assert [line for line in drawn if line != "»"] == expected, (
        "Draw it again: uv run python -m tests.questionnaire.picture"
    )
