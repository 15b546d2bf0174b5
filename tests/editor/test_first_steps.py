"""What a new user runs into: where the keyboard is after a click, what is joined, what is said while one waits."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.canvas.arriving import READABLE
from editor.inspector.form import Form
from editor.inspector.functions import SourceEntry
from editor.looks.pieces import Elided
from editor.window.window import Window
from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from tests.editor.canvas.hand import two_models


@pytest.fixture
def window(shared_window: Window) -> Window:
    """A window on two models that are joined, checked."""
    shared_window.document.open(two_models(), None)
    shared_window.frame.show_canvas()
    shared_window.session.check_now()
    shared_window.activateWindow()
    shared_window.canvas.setFocus()
    shared_window.say("")
    QApplication.processEvents()
    return shared_window


def form(window: Window) -> Form:
    """The form of the selected node."""
    assert isinstance(window.inspector.page, Form)
    return window.inspector.page


def added(window: Window, name: str, key: Qt.Key = Qt.Key.Key_Tab) -> Graph:
    """Search for a node type by keys on the canvas, and take the first; the graph then."""
    QTest.keyClick(window.canvas.view, key)
    field = window.searching.popup.field
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()
    return window.document.graph


def wires(graph: Graph) -> set[tuple[str, str]]:
    """The wires of a graph as texts."""
    return {(str(edge.source), str(edge.target)) for edge in graph.edges}


def test_that_a_function_that_is_begun_has_the_keyboard(window: Window, qtbot: QtBot) -> None:
    window.canvas.select(["batches"])
    QApplication.processEvents()
    entry = form(window).rows["collate_fn"].entry
    assert isinstance(entry, SourceEntry)
    window.inspector.area.ensureWidgetVisible(entry.write)
    QTest.mouseClick(entry.write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(entry.box.code.hasFocus)
    QTest.keyClicks(entry.box.code, "# mine ")
    assert (entry.box.code.horizontalScrollBar().value(), entry.box.code.verticalScrollBar().value()) == (0, 0)
    entry.commit()
    written = window.document.graph.nodes["batches"].parameters["collate_fn"]["function"]
    assert written[0] == "# mine import torch", "it is seen from its beginning"


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Space])
def test_that_the_search_joins_a_new_node_to_the_free_output_of_the_selected_one(window: Window, key: Qt.Key) -> None:
    window.document.do([("add", "loose", "nn.Linear", {}), ("connect", "flat.output", "loose.input")], "more")
    window.session.check_now()
    window.canvas.select(["loose"])
    before = set(window.document.graph.nodes)
    graph = added(window, "relu", key)
    (new,) = set(graph.nodes) - before
    assert ("loose.output", f"{new}.input") in wires(graph)
    window.document.history.undo()
    assert set(window.document.graph.nodes) == before  # one step


def test_that_the_search_says_why_a_new_node_is_joined_to_nothing(window: Window) -> None:
    before = wires(window.document.graph)
    window.canvas.select(["model_a"])
    assert wires(added(window, "relu")) == before
    assert "model_a has no output that feeds nothing yet" in window.strip.sentence.whole
    more: list[Edit] = [("add", "loss_2", "nn.CrossEntropyLoss", {})]
    more += [
        ("connect", str(edge.source), f"loss_2.{edge.target.port}")
        for edge in window.document.graph.edges
        if edge.target.node == "loss"
    ]
    window.document.do(more, "more")
    window.session.check_now()
    before = wires(window.document.graph)
    window.canvas.select(["loss_2"])
    assert wires(added(window, "conv2d")) == before
    assert "which it does not take there" in window.strip.sentence.whole
    window.say("")
    window.canvas.select([])
    assert wires(added(window, "relu")) == before
    assert window.strip.sentence.whole == ""


def test_that_the_ports_of_a_bypassed_node_have_the_type_of_what_comes_through(window: Window) -> None:
    window.canvas.select(["model_a"])
    QTest.keyClick(window.canvas.view, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    window.session.check_now()
    QApplication.processEvents()
    assert "bypass" in window.document.graph.nodes["model_a"].extra
    said = [each.whole for each in form(window).ports.findChildren(Elided)]
    assert said and not any("not known" in each for each in said), said


def test_that_the_first_node_of_a_fresh_window_stays_selected_once_it_is_checked(
    open_window: Callable[[int, int], Window],
) -> None:
    window = open_window(1366, 768)
    window.frame.show_canvas()
    window.activateWindow()
    window.canvas.setFocus()
    QApplication.processEvents()
    (id,) = added(window, "Linear").nodes
    window.session.check_now()
    assert window.canvas.selected() == [id]


def test_that_nodes_found_one_after_the_other_stand_in_a_row_in_view(window: Window) -> None:
    window.document.open(Graph(), None)
    canvas, view = window.canvas, window.canvas.view
    view.zoom(1.3)
    before, resting = list[str](), view.cursor_place()
    for name in ("data.Digits", "Collate", "nn.Flatten", "nn.Linear", "nn.ReLU", "nn.Linear", "nn.ReLU"):
        added(window, name)  # faster than the types of the one before are shown
        (id,) = canvas.selected()
        canvas.glide.end()
        assert view.viewport().rect().contains(view.in_viewport(canvas.mirror.boxes[id].rect))
        before.append(id)
    window.session.check_now()
    boxes = [canvas.mirror.boxes[id] for id in before]
    gaps = [behind.rect.left() - each.rect.right() for each, behind in pairwise(boxes)]
    assert all(20 <= gap <= 80 for gap in gaps)
    heights = {box.rect.top() + box.shape_.axis for box in boxes[2:]}
    assert max(heights) - min(heights) <= 10  # wires go straight
    assert view.cursor_place() != resting  # the view went on


def test_that_a_node_that_nothing_feeds_stands_beside_the_selected_one_and_not_under_a_resting_cursor(
    window: Window,
) -> None:
    window.canvas.select(["digits"])
    added(window, "data.Wine")
    rects = window.canvas.mirror.rects()
    assert 20 <= rects["wine"].left() - rects["digits"].right() <= 80
    assert not any(rects["wine"].intersects(rect) for id, rect in rects.items() if id != "wine")


def test_that_what_is_searched_for_far_from_the_selected_node_stands_where_it_was_searched_for(window: Window) -> None:
    canvas, view = window.canvas, window.canvas.view
    canvas.select(["digits"])
    view.zoom(1.0 / view.scale_now)
    view.centerOn(canvas.mirror.boxes["final"].rect.center() + QPointF(0, 300))
    QTest.mouseMove(view.viewport(), view.viewport().rect().center() + QPoint(90, 120))
    at = view.cursor_place()
    added(window, "data.Wine")
    stands = canvas.mirror.boxes["wine"].rect
    assert stands.adjusted(-20, -20, 20, 20).contains(at)


def test_that_a_graph_in_view_shrinks_no_further_than_it_can_be_read(window: Window) -> None:
    window.document.open(Graph(), None)
    for name in ("data.Digits", "Collate", *["nn.Linear"] * 8):
        window.add_node(name)
    assert window.canvas.view.scale_now >= READABLE


@pytest.mark.parametrize(("wish", "ports"), [("cat", ("tensors", "tensors")), ("add", ("input", "other"))])
def test_that_the_search_joins_all_selected_nodes_from_top_to_bottom(
    window: Window, wish: str, ports: tuple[str, str]
) -> None:
    canvas, graph = window.canvas, window.document.graph
    more: list[Edit] = []
    for id, height in (("lower", 900.0), ("upper", 500.0)):  # the order of the graph is another one
        more += [
            ("add", id, "nn.Linear", {"out_features": 4}, (900.0, height)),
            ("connect", "flat.output", f"{id}.input"),
        ]
    window.document.do(more, "more")
    window.session.check_now()
    before = window.document.graph
    canvas.select(["lower", "upper"])
    graph = added(window, wish)
    (new,) = set(graph.nodes) - set(before.nodes)
    assert [(str(edge.source), str(edge.target)) for edge in graph.edges if edge.target.node == new] == [
        ("upper.output", f"{new}.{ports[0]}"),
        ("lower.output", f"{new}.{ports[1]}"),
    ]
    rects = canvas.mirror.rects()
    assert rects[new].left() > max(rects["upper"].right(), rects["lower"].right())
    assert rects["upper"].bottom() < rects[new].center().y() < rects["lower"].top()
    window.document.history.undo()
    assert window.document.graph == before  # one step


def test_that_the_search_says_why_several_selected_nodes_are_not_joined(window: Window) -> None:
    window.canvas.select(["model_a", "flat"])
    before = wires(window.document.graph)
    assert wires(added(window, "relu")) == before
    assert "it takes one wire, and 2 nodes are selected" in window.strip.sentence.whole
