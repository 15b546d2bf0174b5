"""Aligned, distributed and moved by keys, each one undo step."""

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.window.window import Window
from runtime.graph.model import Graph
from tests.editor.canvas.hand import Hand, assert_mirrors, two_models

ALT, SHIFT, PLAIN = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
THREE = ("model_a", "joined", "loss")


@pytest.fixture
def hand(shared_window: Window) -> Hand:
    """A hand on the canvas of a whole window, that shows two models."""
    shared_window.document.open(two_models(), None)
    shared_window.frame.show_canvas()
    shared_window.session.check_now()
    shared_window.activateWindow()
    shared_window.canvas.setFocus()
    shared_window.say("")
    QApplication.processEvents()
    return Hand(shared_window.canvas)


def press(hand: Hand, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> Graph:
    """A key on the canvas; the graph then."""
    QTest.keyClick(hand.view, key, held)
    return hand.document.graph


@pytest.mark.parametrize(
    ("key", "held", "edge"),
    [
        (Qt.Key.Key_Left, ALT | SHIFT, lambda rect: rect.left()),
        (Qt.Key.Key_Right, ALT | SHIFT, lambda rect: rect.right()),
        (Qt.Key.Key_Up, ALT | SHIFT, lambda rect: rect.top()),
        (Qt.Key.Key_Down, ALT | SHIFT, lambda rect: rect.bottom()),
        (Qt.Key.Key_C, ALT, lambda rect: rect.center().x()),
        (Qt.Key.Key_R, ALT, lambda rect: rect.center().y()),
    ],
)
def test_that_keys_align_the_selection_in_one_undo_step(
    hand: Hand, key: Qt.Key, held: Qt.KeyboardModifier, edge: object
) -> None:
    assert callable(edge)
    before = hand.document.graph
    hand.canvas.select(THREE)
    after = press(hand, key, held)
    assert len({edge(hand.canvas.mirror.boxes[id].rect) for id in THREE}) == 1
    assert all(after.layout[id] == at for id, at in before.layout.items() if id not in THREE)
    assert hand.document.history.undoText().startswith("align 3 nodes")
    assert_mirrors(hand.canvas)
    assert press(hand, Qt.Key.Key_Z, CONTROL) == before
    assert_mirrors(hand.canvas)


@pytest.mark.parametrize("key", [Qt.Key.Key_H, Qt.Key.Key_V])
def test_that_keys_distribute_the_selection_in_one_undo_step(hand: Hand, key: Qt.Key) -> None:
    before = hand.document.graph
    hand.canvas.select(["flat", "model_a", "joined", "final"])
    press(hand, key, ALT)
    rects = [hand.canvas.mirror.boxes[id].rect.getCoords() for id in ("flat", "model_a", "joined", "final")]
    axis = 0 if key == Qt.Key.Key_H else 1
    order = sorted(rects, key=lambda rect: rect[axis] + rect[axis + 2])
    gaps = [right[axis] - left[axis + 2] for left, right in pairwise(order)]
    assert max(gaps) - min(gaps) < 0.03
    assert_mirrors(hand.canvas)
    assert press(hand, Qt.Key.Key_Z, CONTROL) == before


def test_that_too_few_nodes_are_told(hand: Hand, shared_window: Window) -> None:
    before = hand.document.graph
    hand.canvas.select(["flat"])
    press(hand, Qt.Key.Key_Left, ALT | SHIFT)
    assert shared_window.strip.sentence.whole == "Select two nodes or more to align them."
    press(hand, Qt.Key.Key_H, ALT)
    assert shared_window.strip.sentence.whole == "Select three nodes or more to distribute them."
    assert hand.document.graph is before


def test_that_arrows_move_the_selection_by_steps_that_are_undone_as_one(hand: Hand) -> None:
    before = hand.document.graph
    hand.canvas.select(["flat", "joined"])
    for _ in range(3):
        press(hand, Qt.Key.Key_Right)
    press(hand, Qt.Key.Key_Up)
    after = press(hand, Qt.Key.Key_Down, SHIFT)
    assert after.layout == {**before.layout, "flat": (490, 40), "joined": (870, 40)}
    assert hand.document.history.undoText() == "move 2 nodes"
    assert_mirrors(hand.canvas)
    assert press(hand, Qt.Key.Key_Z, CONTROL) == before
    assert_mirrors(hand.canvas)


def test_that_another_selection_is_another_step(hand: Hand) -> None:
    hand.canvas.select(["flat"])
    press(hand, Qt.Key.Key_Left)
    hand.canvas.select(["joined"])
    press(hand, Qt.Key.Key_Left)
    graph = press(hand, Qt.Key.Key_Z, CONTROL)
    assert (graph.layout["flat"], graph.layout["joined"]) == ((450, 0), (840, 0))


def test_that_arrows_in_the_palette_and_in_a_name_move_no_node(hand: Hand, shared_window: Window) -> None:
    before = hand.document.graph
    hand.canvas.select(["flat"])
    hand.double(hand.title("flat"))
    line = QApplication.focusWidget()
    assert line is not None
    QTest.keyClick(line, Qt.Key.Key_Left)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    shared_window.palette_panel.tree.setFocus()
    QTest.keyClick(shared_window.palette_panel.tree, Qt.Key.Key_Down)
    assert hand.document.graph is before
