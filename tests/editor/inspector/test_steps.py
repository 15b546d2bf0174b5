"""What becomes one undo step in the inspector, how names are refused, and what stays in sight in a low panel."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from editor.inspector.form import Form
from editor.looks.pieces import TextButton
from tests.editor.inspector.conftest import Desk


def form(desk: Desk) -> Form:
    """The form that is shown."""
    assert isinstance(desk.inspector.page, Form)
    return desk.inspector.page


def test_that_arrow_keys_step_and_become_one_undo_step(desk: Desk) -> None:
    desk.show("model_a")
    part = desk.field("out_features")
    part.setFocus()
    for _ in range(4):
        desk.key(part, Qt.Key.Key_Up)
    assert desk.parameters("model_a") == {"out_features": 9}
    assert desk.document.history.count() == 1
    desk.document.history.undo()
    assert desk.parameters("model_a") == {"out_features": 5}


def test_that_each_committed_text_is_an_undo_step_of_its_own(desk: Desk) -> None:
    desk.show("model_a")
    part = desk.field("out_features")
    for text in ("40", "50", "60"):
        desk.write(part, text)
        desk.key(part, Qt.Key.Key_Return)
    for _ in range(3):
        desk.key(part, Qt.Key.Key_Up)
    assert desk.parameters("model_a") == {"out_features": 63}
    for value in (60, 50, 40, 5):
        desk.document.history.undo()
        assert desk.parameters("model_a") == {"out_features": value}


def test_that_each_note_and_name_is_an_undo_step_of_its_own(desk: Desk) -> None:
    desk.show("model_a")
    for text in ("one", "two"):
        note = form(desk).note
        desk.click(note)
        desk.key(note, Qt.Key.Key_A, control=True)
        QTest.keyClicks(note, text)
        desk.key(note, Qt.Key.Key_Return, control=True)
    for name in ("first", "second"):
        title = form(desk).title
        assert title
        desk.write(title.name, name)
        desk.key(title.name, Qt.Key.Key_Return)
    assert desk.document.history.count() == 4


def test_that_a_second_visit_to_a_field_is_a_second_undo_step(desk: Desk) -> None:
    desk.show("model_a")
    desk.type("out_features", "6")
    desk.field("in_features").setFocus()
    desk.type("out_features", "8")
    assert desk.document.history.count() == 2


@pytest.mark.parametrize("height", [430, 300])
def test_that_a_repair_is_in_sight_where_the_panel_is_low(desk: Desk, height: int) -> None:
    desk.show("model_a")
    desk.type("in_features", "60")
    desk.settle(lambda: bool(desk.row("in_features").shown))
    desk.inspector.area.verticalScrollBar().setValue(0)
    desk.inspector.resize(270, height)
    seen = desk.inspector.area.viewport()

    def in_sight() -> bool:
        buttons = desk.row("in_features").findChildren(TextButton)
        corners = [
            each.mapTo(seen, corner)
            for each in buttons
            for corner in (each.rect().topLeft(), each.rect().bottomRight())
        ]
        return bool(buttons) and all(seen.rect().contains(corner) for corner in corners)

    desk.settle(in_sight)
    assert not desk.inspector.help.isVisible()
    desk.inspector.resize(270, 700)
    assert desk.inspector.help.isVisible()
    desk.field("in_features").clearFocus()  # nobody types
    desk.settle(lambda: not desk.inspector.help.isVisible())


@pytest.mark.parametrize("name", ["train", "model_b", "image", "2nd"])
def test_that_a_name_that_cannot_be_is_refused_and_a_free_one_offered(desk: Desk, name: str) -> None:
    desk.show("model_a")
    title = form(desk).title
    assert title is not None
    desk.write(title.name, name)
    desk.key(title.name, Qt.Key.Key_Return)
    assert "model_a" in desk.document.graph.nodes
    assert title.refusal.isVisible() and name in title.refusal.text()
    desk.click(title.free)
    assert "model_a" not in desk.document.graph.nodes
    assert not title.refusal.isVisible()


def test_that_a_refusal_names_what_was_typed_and_offers_a_name(desk: Desk) -> None:
    desk.show("model_a")
    title = form(desk).title
    assert title
    desk.write(title.name, "my layer-1!")
    desk.key(title.name, Qt.Key.Key_Return)
    assert title.refusal.text().startswith("my layer-1! is not a name: ")
    desk.click(title.free)
    assert "my_layer_1" in desk.document.graph.nodes
