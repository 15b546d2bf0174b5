"""The order of wires at a port that takes many, by dragging rows and by keys; what counts is the document."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from editor.inspector.form import Form
from editor.inspector.wires import ROW, Wires
from runtime.graph.edit import Edit
from tests.editor.inspector.conftest import Desk

LEFT, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier
JOINED: list[Edit] = [
    ("add", "joined", "torch.cat", {"dim": 1}),
    *(("connect", f"{id}.output", "joined.tensors") for id in ("model_a", "model_b", "flat")),
]


def order(desk: Desk) -> list[str]:
    """The nodes from which the wires come."""
    return [edge.source.node for edge in desk.document.graph.edges if edge.target.node == "joined"]


def wires(desk: Desk) -> Wires:
    """The rows of the port."""
    assert isinstance(desk.inspector.page, Form)
    return desk.inspector.page.ports.wires["tensors"]


def middle(at: int) -> QPoint:
    """Where a row is taken."""
    return QPoint(60, at * ROW + ROW // 2)


def test_that_wires_are_ordered_by_dragging_their_rows_and_by_keys(desk: Desk) -> None:
    desk.document.do(JOINED, "Join")
    desk.session.check_now()
    desk.show("joined")
    rows = wires(desk)
    assert [source for source, _ in rows.wires] == ["model_a", "model_b", "flat"]
    assert rows.wires[0][1] == "float32[B, 5]"
    QTest.mousePress(rows, LEFT, Qt.KeyboardModifier.NoModifier, middle(0))
    QTest.mouseMove(rows, middle(1))
    QTest.mouseMove(rows, middle(2))
    assert order(desk) == ["model_a", "model_b", "flat"]  # not before it is let go
    QTest.mouseRelease(rows, LEFT, Qt.KeyboardModifier.NoModifier, middle(2))
    assert order(desk) == ["model_b", "flat", "model_a"]
    desk.settle(lambda: [source for source, _ in wires(desk).wires] == order(desk))
    assert desk.document.history.undoText() == "Order the wires of joined.tensors"
    rows = wires(desk)
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Up, ALT)
    assert order(desk) == ["model_b", "model_a", "flat"]
    desk.settle(lambda: [source for source, _ in wires(desk).wires] == order(desk))
    QTest.keyClick(wires(desk), Qt.Key.Key_Up)
    QTest.keyClick(wires(desk), Qt.Key.Key_Up, ALT)  # the first stays the first
    assert "Wire 1 of 3 of joined.tensors: model_b" in wires(desk).accessibleName()
    desk.document.history.undo()
    desk.document.history.undo()
    assert order(desk) == ["model_a", "model_b", "flat"]


def test_that_a_drag_that_is_given_up_changes_nothing(desk: Desk) -> None:
    desk.document.do(JOINED, "Join")
    desk.show("joined")
    rows = wires(desk)
    QTest.mousePress(rows, LEFT, Qt.KeyboardModifier.NoModifier, middle(0))
    QTest.mouseMove(rows, middle(2))
    QTest.keyClick(rows, Qt.Key.Key_Escape)
    QTest.mouseRelease(rows, LEFT, Qt.KeyboardModifier.NoModifier, middle(2))
    QTest.mouseClick(rows, LEFT, Qt.KeyboardModifier.NoModifier, middle(1))
    assert order(desk) == ["model_a", "model_b", "flat"]
    desk.document.do(
        [("disconnect", "flat.output", "joined.tensors"), ("disconnect", "model_b.output", "joined.tensors")], "x"
    )
    assert isinstance(desk.inspector.page, Form)
    desk.settle(lambda: not desk.inspector.page.ports.wires)  # type: ignore[union-attr]  # a form is shown
