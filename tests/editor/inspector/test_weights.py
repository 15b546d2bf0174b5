"""Freezing a layer and sharing weights by clicks: the document follows, and one undo takes each back."""

from PySide6.QtCore import Qt

from editor.inspector.form import Form
from editor.inspector.weights import Weights
from tests.editor.inspector.conftest import Desk


def weights(desk: Desk) -> Weights:
    """The part of the form that is about weights."""
    assert isinstance(desk.inspector.page, Form) and desk.inspector.page.weights
    return desk.inspector.page.weights


def test_that_a_tick_freezes_a_layer_and_undo_unfreezes_it(desk: Desk) -> None:
    desk.show("model_a")
    desk.click(weights(desk).frozen)
    assert desk.document.graph.nodes["model_a"].extra == {"frozen": True}
    desk.settle(lambda: weights(desk).names["frozen"].token == "text")
    assert weights(desk).names["shared with"].token == "muted", "as among the parameters what was given stands out"
    desk.document.history.undo()
    assert not desk.document.graph.nodes["model_a"].extra
    desk.settle(lambda: not weights(desk).frozen.isChecked())


def test_that_a_layer_takes_the_weights_of_one_of_its_type_by_keys(desk: Desk) -> None:
    desk.show("model_b")
    combo = weights(desk).whose
    assert [combo.itemText(at) for at in range(combo.count())] == ["its own", "model_a"]
    combo.setFocus()
    desk.key(combo, Qt.Key.Key_Down)
    assert desk.document.graph.nodes["model_b"].extra == {"shares": "model_a"}
    desk.show("model_a")
    assert not weights(desk).whose.isEnabled(), "others have its weights already"


def test_that_what_has_no_weights_has_no_such_part(desk: Desk) -> None:
    desk.show("flat")
    assert isinstance(desk.inspector.page, Form) and desk.inspector.page.weights is None
