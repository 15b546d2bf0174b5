"""A repair that inserts a node, done by hand: the picture keeps its shape."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.problem_row import RepairButton
from runtime.graph.file import load
from tests.editor.canvas.hand import CONTROL, LEFT, Hand

if TYPE_CHECKING:
    from editor.window import Window

EXAMPLE = Path(__file__).parents[2] / "resources/examples/two_models.json"


def test_that_all_that_stands_right_of_an_inserted_node_goes_as_far(window: "Window", qtbot: QtBot) -> None:
    window.open_bottom("problems")
    window.document.open(load(EXAMPLE.read_bytes()), None)
    window.session.check_now()
    hand = Hand(window.canvas)
    hand.click(hand.title("scaled"))
    QTest.keyClick(window.canvas.view, Qt.Key.Key_Delete, CONTROL)
    before = window.document.graph.layout
    assert "scaled" not in before
    window.session.check_now()
    qtbot.waitUntil(lambda: bool(window.problems.findChildren(RepairButton)))
    buttons = window.problems.findChildren(RepairButton)
    QTest.mouseClick(next(each for each in buttons if each.words == "Insert transform.Scale"), LEFT)
    after = window.document.graph.layout
    ways = {id: (after[id][0] - x, after[id][1] - y) for id, (x, y) in before.items()}
    assert ways.pop("digits") == (0, 0)
    assert len(set(ways.values())) == 1 and ways["batches"][0] > 0
