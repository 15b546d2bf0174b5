"""Nodes that are dragged snap to their neighbours, which a line shows; in a line, apart and by steps on command."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QGraphicsLineItem

from editor.canvas.aligned import aligned, distributed
from editor.canvas.canvas import Canvas
from editor.document.document import Document
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from tests.editor.canvas.hand import CONTROL, Hand, assert_mirrors

RECTS = {"a": (0.0, 0.0, 100.0, 40.0), "b": (130.0, 10.0, 190.0, 100.0), "c": (50.0, 205.0, 130.0, 235.0)}


@pytest.mark.parametrize(
    ("side", "places"),
    [
        ("left", {"a": (0, 0), "b": (0, 10), "c": (0, 205)}),
        ("right", {"a": (90, 0), "b": (130, 10), "c": (110, 205)}),
        ("column", {"a": (45, 0), "b": (65, 10), "c": (55, 205)}),
        ("top", {"a": (0, 0), "b": (130, 0), "c": (50, 0)}),
        ("bottom", {"a": (0, 195), "b": (130, 145), "c": (50, 205)}),
        ("row", {"a": (0, 97.5), "b": (130, 72.5), "c": (50, 102.5)}),
    ],
)
def test_that_a_side_of_nodes_comes_into_a_line(side: str, places: dict[str, tuple[float, float]]) -> None:
    assert aligned(RECTS, side) == places


def test_that_nodes_are_distributed_with_equal_room_between_them() -> None:
    assert distributed(RECTS, 1) == {"a": (0, 0), "b": (130, 77.5), "c": (50, 205)}
    rects = {"a": (0.0, 0.0, 10.0, 1.0), "c": (12.0, 0.0, 32.0, 1.0), "b": (100.0, 0.0, 130.0, 1.0)}
    assert distributed(rects, 0) == {"a": (0, 0), "c": (45, 0), "b": (100, 0)}


@pytest.fixture
def pair(canvas: Canvas) -> Hand:
    """Three nodes, not on the grid, at full size."""
    nodes = [
        ("add", "one", "nn.Linear", {"out_features": 5}, (3, 7)),
        ("add", "two", "nn.ReLU", {}, (304, 206)),
        ("add", "far", "nn.ReLU", {}, (603, 351)),
    ]
    canvas.document.open(applied(Graph(), nodes), None)
    hand = Hand(canvas)
    hand.check()
    canvas.view.fit(canvas.content().adjusted(-300, -150, 300, 150))
    canvas.view.zoom(1 / canvas.view.scale_now)
    return hand


def lines(hand: Hand) -> list[QGraphicsLineItem]:
    """The guide lines."""
    return [item for item in hand.view.scene().items() if isinstance(item, QGraphicsLineItem)]


def lefts(document: Document, *ids: str) -> list[float]:
    """How far left nodes stand."""
    return [document.graph.layout[id][0] for id in ids]


def test_that_a_dragged_node_snaps_to_the_edge_of_a_neighbour_and_a_line_shows_it(pair: Hand) -> None:
    start = pair.title("two")
    pair.hold(start, start + QPoint(-302, 37))
    (line,) = lines(pair)
    assert (line.line().x1(), line.line().x2()) == (3, 3)
    box, other = (pair.canvas.mirror.boxes[id].rect for id in ("two", "one"))
    assert line.line().y1() < other.top()
    assert line.line().y2() > box.bottom()
    pair.release(start + QPoint(-302, 37))
    assert lines(pair) == []
    assert lefts(pair.document, "one", "two") == [3, 3]
    assert pair.document.history.undoText() == "move two"
    assert_mirrors(pair.canvas)
    pair.document.history.undo()
    assert lefts(pair.document, "two") == [304]
    assert_mirrors(pair.canvas)


def test_that_a_dragged_node_snaps_to_the_middle_of_a_wider_one(pair: Hand) -> None:
    boxes = pair.canvas.mirror.boxes
    away = boxes["one"].rect.center().x() - boxes["far"].rect.center().x()
    start = pair.title("far")
    pair.pull(start, start + QPoint(round(away) + 1, 30))
    assert boxes["far"].rect.width() < boxes["one"].rect.width()
    assert boxes["far"].rect.center().x() == boxes["one"].rect.center().x()
    assert_mirrors(pair.canvas)


def test_that_a_node_stands_where_its_wires_go_straight(pair: Hand) -> None:
    boxes = pair.canvas.mirror.boxes
    one, far = boxes["one"], boxes["far"]
    away = one.rect.top() + one.shape_.axis - far.rect.top() - far.shape_.axis
    start = pair.title("far")
    pair.pull(start, start + QPoint(0, round(away) + 1))
    assert far.rect.top() + far.shape_.axis == one.rect.top() + one.shape_.axis


def test_that_with_control_nothing_leads_the_hand(pair: Hand) -> None:
    start = pair.title("two")
    pair.hold(start, start + QPoint(-302, 37), CONTROL)
    assert lines(pair) == []
    pair.release(start + QPoint(-302, 37), CONTROL)
    assert pair.document.graph.layout["two"] == (2, 243)


def test_that_away_from_neighbours_a_node_stands_on_the_grid_and_several_keep_their_places(pair: Hand) -> None:
    pair.canvas.select(["one", "two"])
    start = pair.title("two")
    pair.pull(start, start + QPoint(31, 322))
    (x, y), (u, v) = (pair.document.graph.layout[id] for id in ("one", "two"))
    assert (u - x, v - y) == (301, 199)
    assert (u % 10, v % 10) == (0, 0)
    assert_mirrors(pair.canvas)


def test_that_a_drag_that_is_taken_back_leaves_no_line(pair: Hand) -> None:
    before = pair.document.graph
    start = pair.title("two")
    pair.hold(start, start + QPoint(-302, 37))
    pair.key(Qt.Key.Key_Escape)
    pair.release(start + QPoint(-302, 37))
    assert lines(pair) == []
    assert pair.document.graph is before
    assert_mirrors(pair.canvas)
