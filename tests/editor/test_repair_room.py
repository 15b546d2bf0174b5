"""A repair that inserts a node, done by hand, and a number that grows: the picture keeps its shape."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from editor.inspector.form import Form
from editor.window.problem_row import RepairButton
from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from tests.editor.canvas.hand import CONTROL, LEFT, Hand

if TYPE_CHECKING:
    from editor.window.window import Window

EXAMPLE = Path(__file__).parents[2] / "resources/examples/two_models.json"

NEAR: list[Edit] = [  # the loader close to the dataset, two layers above and below what they follow
    ("add", "digits", "data.Digits", {}, (0, 0)),
    ("add", "batches", "Collate", {"fields": ["image"]}, (170, 0)),
    ("add", "flatten", "nn.Flatten", {}, (430, 20)),
    ("add", "upper", "nn.Linear", {}, (620, -100)),
    ("add", "lower", "nn.Linear", {}, (620, 140)),
    ("connect", "digits.image", "batches.image"),
    ("connect", "batches.image", "flatten.input"),
    ("connect", "flatten.output", "upper.input"),
    ("connect", "flatten.output", "lower.input"),
]


def ways_of_a_repair(window: "Window", qtbot: QtBot) -> dict[str, tuple[float, float]]:
    """How far each node goes when the button that inserts a scale is clicked."""
    before = window.document.graph.layout
    window.session.check_now()
    qtbot.waitUntil(lambda: bool(window.problems.findChildren(RepairButton)))
    buttons = window.problems.findChildren(RepairButton)
    QTest.mouseClick(next(each for each in buttons if each.words == "Insert transform.Scale"), LEFT)
    after = window.document.graph.layout
    return {id: (after[id][0] - x, after[id][1] - y) for id, (x, y) in before.items()}


def test_that_all_that_stands_right_of_an_inserted_node_goes_as_far(window: "Window", qtbot: QtBot) -> None:
    window.open_bottom("problems")
    window.document.open(load(EXAMPLE.read_bytes()), None)
    window.session.check_now()
    hand = Hand(window.canvas)
    hand.click(hand.title("scaled"))
    QTest.keyClick(window.canvas.view, Qt.Key.Key_Delete, CONTROL)
    assert "scaled" not in window.document.graph.nodes
    ways = ways_of_a_repair(window, qtbot)
    assert ways.pop("digits") == (0, 0)
    assert len(set(ways.values())) == 1 and ways["batches"][0] > 0


def test_that_all_goes_as_far_also_where_what_follows_stands_near_to_its_source(window: "Window", qtbot: QtBot) -> None:
    window.open_bottom("problems")
    window.document.open(applied(Graph(), NEAR), None)
    ways = ways_of_a_repair(window, qtbot)
    assert ways.pop("digits") == (0, 0)
    assert len(set(ways.values())) == 1 and ways["batches"][0] > 0


def test_that_a_number_that_grows_covers_no_neighbour_and_goes_back_in_one_step(window: "Window") -> None:
    close: list[Edit] = [
        ("add", "wine", "data.Wine", {}, (0, 0)),
        ("add", "batches", "Collate", {"fields": ["features"]}, (170, 0)),
        ("add", "one", "nn.Linear", {"out_features": 5}, (400, 0)),
        ("add", "two", "nn.Linear", {"out_features": 7}, (550, 0)),
        ("add", "three", "nn.Linear", {"out_features": 3}, (700, 0)),
        ("connect", "wine.features", "batches.features"),
        ("connect", "batches.features", "one.input"),
        ("connect", "one.output", "two.input"),
        ("connect", "two.output", "three.input"),
    ]
    window.document.open(applied(Graph(), close), None)
    window.session.check_now()
    before, boxes = window.document.graph, window.canvas.mirror.boxes
    narrow = boxes["one"].rect.width(), boxes["two"].rect.width()
    window.show_node("one")
    form = window.inspector.page
    assert isinstance(form, Form)
    line = form.rows["out_features"].entry.focusProxy()
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "123456789")
    QTest.keyClick(line, Qt.Key.Key_Return)
    window.session.check_now()
    window.canvas.glide.end()
    assert window.document.graph.nodes["one"].parameters["out_features"] == 123456789
    assert boxes["one"].rect.width() > narrow[0] and boxes["two"].rect.width() > narrow[1]
    for left, right in (("one", "two"), ("two", "three")):
        assert boxes[left].rect.right() < boxes[right].rect.left()
    window.document.history.undo()
    assert window.document.graph == before
