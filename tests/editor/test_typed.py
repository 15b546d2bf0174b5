"""Code that is typed or pasted into the search becomes nodes: with the keys of a user, in a whole window."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from editor.canvas.pin import Pin
from editor.palette.paste import on_one_line
from editor.window.window import Window
from runtime.check.check import check
from runtime.graph.edit import applied
from runtime.graph.model import End, Graph

SEQUENTIAL = """
nn.Sequential(
    nn.Linear(64, 32),  # wide
    nn.ReLU(inplace=True),
    nn.Linear(32, 10),
)
"""
START = [
    ("add", "digits", "data.Digits", {}, (0, 0)),
    ("add", "batches", "Collate", {"fields": ["image", "label"]}, (200, 0)),
    ("add", "flat", "nn.Flatten", {}, (460, 0)),
    ("connect", "digits.image", "batches.image"),
    ("connect", "digits.label", "batches.label"),
    ("connect", "batches.image", "flat.input"),
]


@pytest.fixture
def window(emptied_window: Window) -> Window:
    """One window for all."""
    return emptied_window


@pytest.fixture
def started(window: Window) -> Window:
    """A window with digits as rows."""
    window.document.open(applied(Graph(), START), None)
    window.frame.show_canvas()
    window.activateWindow()
    QApplication.processEvents()
    return window


def press(part: QLineEdit, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """A key in a line."""
    QTest.keyClick(part, key)
    QApplication.processEvents()


def paste(part: QLineEdit, text: str) -> None:
    """Copy somewhere else, paste here."""
    QApplication.clipboard().setText(text)
    QTest.keySequence(part, QKeySequence(QKeySequence.StandardKey.Paste))


def pulled(window: Window, node: str, port: str, output: bool) -> QLineEdit:
    """A wire pulled from a port and dropped on nothing."""
    window.searching.ask_at(QPointF(700, 0), Pin(node, port, output))
    return window.searching.popup.field


def wires(window: Window) -> list[str]:
    """The wires of the graph that were not there at the start."""
    old = applied(Graph(), START).edges
    return [f"{edge.source} {edge.target}" for edge in window.document.graph.edges if edge not in old]


def new(window: Window) -> dict[str, dict[str, object]]:
    """The nodes that were not there at the start, with their parameters."""
    old = applied(Graph(), START).nodes
    return {id: dict(node.parameters) for id, node in window.document.graph.nodes.items() if id not in old}


def test_that_a_call_typed_into_the_palette_adds_the_node_with_its_parameters(started: Window) -> None:
    search = started.palette_panel.search
    QTest.keyClicks(search, "Conv2d(8, 3, padding=1)")
    assert "out_channels 8" in started.palette_panel.said.text()
    press(search)
    assert new(started) == {"conv2d": {"out_channels": 8, "padding": 1}}
    assert search.text() == ""
    assert not started.palette_panel.said.isVisible()
    assert started.canvas.selected() == ["conv2d"]


def test_that_a_call_typed_at_the_cursor_adds_the_node_there(started: Window) -> None:
    started.searching.ask_at(QPointF(500, 300), None)
    field = started.searching.popup.field
    QTest.keyClicks(field, "head = nn.Linear(64, 5)")
    press(field)
    assert new(started) == {"head": {"out_features": 5}}
    assert started.document.graph.layout["head"] == (500.0, 290.0)
    assert started.searching.popup.isHidden()


def test_that_a_pasted_sequential_becomes_wired_nodes_in_one_step(started: Window) -> None:
    before = started.document.graph
    paste(started.palette_panel.search, SEQUENTIAL)
    assert "3 nodes, wired in a row." in started.palette_panel.said.text()
    assert "Left out: inplace." in started.palette_panel.said.text()
    press(started.palette_panel.search)
    assert new(started) == {"linear": {"out_features": 32}, "relu": {}, "linear_2": {"out_features": 10}}
    assert wires(started) == ["linear.output relu.input", "relu.output linear_2.input"]
    started.document.history.undo()
    assert started.document.graph == before
    assert not started.document.history.canUndo()


def test_that_pasted_nodes_go_on_from_the_wire_that_was_pulled(started: Window) -> None:
    field = pulled(started, "flat", "output", output=True)
    paste(field, SEQUENTIAL)
    press(field)
    assert wires(started) == ["linear.output relu.input", "relu.output linear_2.input", "flat.output linear.input"]
    assert str(check(started.document.graph).types[End("linear_2", "output")]) == "float32[B, 10]"


def test_that_pasted_nodes_are_wholly_in_view_once_their_types_make_them_wider(started: Window) -> None:
    view = started.canvas.view
    view.zoom(1.4 / view.scale_now)
    view.fitted = False
    edge = view.mapToScene(view.viewport().rect()).boundingRect().right()
    started.searching.ask_at(QPointF(edge, 0), Pin("batches", "image", True))
    paste(started.searching.popup.field, "nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU())")
    press(started.searching.popup.field)
    started.canvas.glide.end()
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    assert all(seen.contains(started.canvas.mirror.boxes[id].rect) for id in new(started))


def test_that_nodes_before_a_port_end_in_it(started: Window) -> None:
    started.document.do([("add", "loss", "nn.CrossEntropyLoss", {}, (900, 0))], "add loss")
    field = pulled(started, "loss", "input", output=False)
    paste(field, SEQUENTIAL)
    press(field)
    assert wires(started)[-1] == "linear_2.output loss.input"


def test_that_a_size_that_the_wire_does_not_bring_is_told(started: Window) -> None:
    field = pulled(started, "flat", "output", output=True)
    paste(field, "nn.Sequential(nn.Linear(784, 32), nn.Linear(32, 10))")
    press(field)
    assert started.strip.sentence.text() == "linear was typed with in_features 784, the wire brings 64."
    assert "in_features" not in new(started)["linear"]


def test_that_sizes_that_do_not_follow_each_other_are_told_without_a_wire(started: Window) -> None:
    paste(started.palette_panel.search, "nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(64, 10))")
    press(started.palette_panel.search)
    assert started.strip.sentence.text() == "linear_2 was typed with in_features 64, the wire brings 32."


def test_that_many_nodes_stand_apart_from_each_other_and_from_what_was_there(started: Window) -> None:
    row = ", ".join(["nn.Linear(64, 64)", "nn.ReLU()"] * 6)
    paste(started.palette_panel.search, f"nn.Sequential({row})")
    press(started.palette_panel.search)
    rects = [*started.canvas.mirror.rects().values()]
    assert len(rects) == 3 + 12
    assert {id: started.document.graph.layout[id] for id in ("digits", "batches", "flat")} == applied(
        Graph(), START
    ).layout
    assert not any(one.intersects(other) for at, one in enumerate(rects) for other in rects[:at])


def test_that_nodes_drawn_beside_what_is_seen_come_into_view(started: Window) -> None:
    row = ", ".join(["nn.Linear(64, 64)", "nn.ReLU()"] * 10)
    for _ in range(2):
        paste(started.palette_panel.search, f"nn.Sequential({row})")
        press(started.palette_panel.search)
        view = started.canvas.view
        started.canvas.glide.end()
        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        assert seen.contains(started.canvas.content(started.canvas.selected()))


@pytest.mark.parametrize("text", ["Conv2d(16, 3", "Lnear(3)", "nn.Linear(width, 4)"])
def test_that_code_that_makes_no_node_says_why_and_adds_nothing(started: Window, text: str) -> None:
    search = started.palette_panel.search
    QTest.keyClicks(search, text)
    press(search)
    assert started.palette_panel.said.text().endswith(".")
    started.searching.ask_at(QPointF(500, 300), None)
    field = started.searching.popup.field
    QTest.keyClicks(field, text)
    press(field)
    assert started.searching.popup.isVisible()
    assert started.searching.popup.doc.text() == started.palette_panel.said.text()
    assert new(started) == {}


def test_that_the_search_for_names_comes_back_when_the_brackets_go(started: Window) -> None:
    search = started.palette_panel.search
    QTest.keyClicks(search, "Linear(")
    assert started.palette_panel.tree.topLevelItemCount() == 0
    press(search, Qt.Key.Key_Backspace)
    assert started.palette_panel.tree.current_type() == "nn.Linear"
    assert not started.palette_panel.said.isVisible()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a(\n    b,  # c\n    d,\n)", "a( b, d, )"),
        ("a('# b')", "a('# b')"),
        ("not (closed # here", "not (closed # here"),
        ("two  words", "two  words"),
        ("a = f(\n    1,\n)  # c\n\n# d\n    b = a(x)", "a = f( 1, ); b = a(x)"),
        ("a();\nb(); # c", "a(); b()"),
        ("", ""),
    ],
)
def test_that_pasted_lines_become_one_without_comments(text: str, line: str) -> None:
    assert on_one_line(text) == line


def test_that_what_is_found_one_after_the_other_lands_beside_each_other(started: Window) -> None:
    search = started.palette_panel.search
    for text in ("flatten", "Conv2d(16, 3, padding=1)", "relu", "relu", "Conv2d(16, 3, padding=1)"):
        search.clear()
        QTest.keyClicks(search, text)
        press(search)
    started.searching.ask()
    for text in ("nn.Linear(4, 4)", "linear"):
        started.searching.ask_at(QPointF(460, 0), None)
        QTest.keyClicks(started.searching.popup.field, text)
        press(started.searching.popup.field)
    rects = [*started.canvas.mirror.rects().values()]
    assert len(rects) == 3 + 7
    assert not any(one.intersects(other) for at, one in enumerate(rects) for other in rects[:at])


def test_that_a_model_of_a_package_is_drawn_inert_until_it_is_trusted(started: Window) -> None:
    search = started.palette_panel.search
    QTest.keyClicks(search, 'timm.create_model("resnet18")')
    assert started.palette_panel.said.text().startswith("own.Model, called")
    press(search)
    told = {"called": "timm.create_model", "arguments": {"model_name": "resnet18"}}
    assert new(started) == {"resnet18": told}
    (problem,) = [each for each in check(started.document.graph).problems if each.node == "resnet18"]
    assert "once you trust it" in problem.message
