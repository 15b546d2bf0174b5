"""Copy, cut and paste: within a graph, between windows, and as text from anywhere."""

import json
import subprocess
import sys
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.graph.file import MOST_DEPTH, MOST_TEXT, dump, load
from runtime.graph.model import Graph, Node
from tests.editor.canvas.hand import Hand, assert_mirrors, edge, two_models

MANY = Graph({f"n{i}": Node(f"n{i}", "x") for i in range(5001)})
ROUND = Graph({"u": Node("u", "definition.a")}, definitions={"a": Graph({"u": Node("u", "definition.a")})})
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def hand(shared_window: Window) -> Hand:
    """A hand on the canvas of a whole window, that shows two models."""
    return shown(shared_window, two_models())


def shown(window: Window, graph: Graph) -> Hand:
    """A window with a graph, its canvas under the keys."""
    window.document.open(graph, None)
    window.frame.show_canvas()
    window.session.check_now()
    window.activateWindow()
    window.canvas.setFocus()
    window.say("")
    QApplication.processEvents()
    return Hand(window.canvas)


def press(hand: Hand, key: Qt.Key, modifiers: Qt.KeyboardModifier = CONTROL) -> None:
    """A key with Control on the canvas, whose window is the active one."""
    hand.view.activateWindow()
    hand.view.setFocus()
    QApplication.processEvents()
    QTest.keyClick(hand.view, key, modifiers)


def told(window: Window) -> str:
    """The sentence at the foot of the window."""
    return window.strip.sentence.whole


def fill(text: str) -> None:
    """Another program puts text on the clipboard."""
    QApplication.clipboard().setText(text)


def rects_apart(hand: Hand) -> bool:
    """Whether no node stands on another one."""
    rects = list(hand.canvas.mirror.rects().values())
    return not any(one.intersects(other) for at, one in enumerate(rects) for other in rects[:at])


def test_that_a_copy_brings_the_wires_between_its_nodes_on_free_ground_and_is_selected(hand: Hand) -> None:
    before = hand.document.graph
    hand.canvas.select(["model_a", "model_b", "joined"])
    press(hand, Qt.Key.Key_C)
    press(hand, Qt.Key.Key_V)
    graph = hand.document.graph
    assert list(graph.nodes)[len(before.nodes) :] == ["model_a_2", "model_b_2", "joined_2"]
    assert graph.nodes["model_b_2"].parameters == {"out_features": 7}
    assert graph.edges[len(before.edges) :] == (
        edge("model_a_2.output", "joined_2.tensors"),
        edge("model_b_2.output", "joined_2.tensors"),
    )
    (x, y), (u, v) = (graph.layout[id] for id in ("model_a_2", "joined_2"))
    assert (u - x, v - y) == (180, 60)
    assert hand.canvas.selected() == ["model_a_2", "model_b_2", "joined_2"]
    assert rects_apart(hand)
    assert_mirrors(hand.canvas)
    press(hand, Qt.Key.Key_Z)
    assert hand.document.graph == before
    assert_mirrors(hand.canvas)
    press(hand, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert hand.document.graph == graph
    assert_mirrors(hand.canvas)


def test_that_a_whole_graph_finds_room_beside_itself_and_without_places_is_laid_out(
    hand: Hand, shared_window: Window
) -> None:
    press(hand, Qt.Key.Key_A)
    press(hand, Qt.Key.Key_C)
    press(hand, Qt.Key.Key_V)
    assert len(hand.document.graph.nodes) == 18
    shared_window.session.check_now()
    assert rects_apart(hand)
    fill(dump(two_models().with_(layout={})))
    press(hand, Qt.Key.Key_V)
    shared_window.session.check_now()
    assert set(hand.document.graph.layout) == set(hand.document.graph.nodes)
    assert rects_apart(hand)
    assert_mirrors(hand.canvas)


@pytest.mark.parametrize("keys", [[Qt.Key.Key_D], [Qt.Key.Key_C, Qt.Key.Key_V]])
def test_that_copies_with_longer_names_move_apart_and_keep_their_shape(
    shared_window: Window, keys: list[Qt.Key]
) -> None:
    """Columns that are ten pixels apart and less; each copy is called `..._2`."""
    columns = [(460 + 170 * at, names) for at, names in enumerate(("words words_on", "tokens tokens_on", "rest"))]
    nodes = [(name, (x, 100 * row)) for x, names in columns for row, name in enumerate(names.split())]
    made = applied(two_models(), [("remove", id) for id in two_models().nodes if id not in ("digits", "batches")])
    made = applied(made, [("add", name, "nn.Linear", {}, at) for name, at in nodes])
    hand = shown(
        shared_window,
        applied(made, [("connect", "batches.image", "words.input"), ("connect", "words.output", "tokens.input")]),
    )
    hand.canvas.select([name for name, _ in nodes])
    for key in keys:
        press(hand, key)
    shared_window.session.check_now()
    assert len(hand.document.graph.nodes) == 2 + 2 * len(nodes)
    assert rects_apart(hand)
    copies = {name: hand.canvas.mirror.boxes[f"{name}_2"].rect for name, _ in nodes}
    assert copies["tokens"].left() - copies["words_on"].right() >= 20
    assert copies["rest"].left() - copies["tokens"].right() >= 10
    for x, names in columns:
        assert len({copies[name].left() for name in names.split()}) == 1, x
    assert {copies[name].top() - copies["words"].top() - y for name, (_, y) in nodes} == {0}
    assert_mirrors(hand.canvas)


def test_that_what_was_cut_comes_back_under_its_own_name(hand: Hand) -> None:
    before = hand.document.graph
    hand.canvas.select(["final", "loss", "adam"])
    press(hand, Qt.Key.Key_X)
    assert "final" not in hand.document.graph.nodes
    assert hand.document.history.undoText() == "cut final, loss, adam"
    assert_mirrors(hand.canvas)
    press(hand, Qt.Key.Key_V)
    assert set(hand.document.graph.nodes) == set(before.nodes)
    assert set(before.edges) - set(hand.document.graph.edges) == {
        edge("joined.output", "final.input"),
        edge("batches.label", "loss.target"),
    }
    assert_mirrors(hand.canvas)
    press(hand, Qt.Key.Key_Z)
    press(hand, Qt.Key.Key_Z)
    assert hand.document.graph == before


def test_that_a_paste_lands_at_the_mouse(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    at = hand.nowhere() + QPoint(160, 30)
    port = hand.view.viewport()
    place = QPointF(at)
    QApplication.sendEvent(port, QEnterEvent(place, place, QPointF(port.mapToGlobal(place))))
    monkeypatch.setattr("PySide6.QtGui.QCursor.pos", lambda *_: port.mapToGlobal(at))
    port.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    hand.canvas.select(["flat"])
    press(hand, Qt.Key.Key_C)
    press(hand, Qt.Key.Key_V)
    port.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    where = hand.canvas.mirror.boxes["flat_2"].rect.center() - hand.view.scene_at(place)
    assert where.manhattanLength() <= 10  # the grid
    assert_mirrors(hand.canvas)


def test_that_a_copy_goes_to_another_window(hand: Hand, second_window: Window) -> None:
    other = shown(second_window, applied(Graph(), [("add", "final", "nn.Linear", {"out_features": 3})]))
    hand.canvas.select(["joined", "final"])
    press(hand, Qt.Key.Key_C)
    press(other, Qt.Key.Key_V)
    graph = other.document.graph
    assert {id: node.type for id, node in graph.nodes.items()} == {
        "final": "nn.Linear",
        "joined": "torch.cat",
        "final_2": "nn.Linear",
    }
    assert graph.nodes["final_2"].parameters == {"out_features": 10}
    assert graph.edges == (edge("joined.output", "final_2.input"),)
    assert_mirrors(other.canvas)


def test_that_a_copy_is_the_text_of_a_graph(hand: Hand) -> None:
    hand.canvas.select(["model_a", "joined"])
    press(hand, Qt.Key.Key_C)
    graph = load(QApplication.clipboard().text().encode())
    assert list(graph.nodes) == ["model_a", "joined"]
    assert graph.edges == (edge("model_a.output", "joined.tensors"),)
    assert graph.layout == {"model_a": (0, 0), "joined": (180, 60)}
    assert set(json.loads(QApplication.clipboard().text())) == {"format", "version", "run", "nodes", "edges", "layout"}


def defining(out: int) -> Graph:
    """A graph with a use of a definition, that has a linear layer of a size."""
    block: list[Any] = [
        ("add", "x", "Input", {}, (0, 0)),
        ("add", "linear", "nn.Linear", {"out_features": out}, (100, 0)),
        ("add", "y", "Output", {}, (300, 0)),
        ("connect", "x.output", "linear.input"),
        ("connect", "linear.output", "y.input"),
    ]
    made = applied(Graph(), [("define", "block", applied(Graph(), block))])
    return applied(made, [("add", "block", "definition.block", {}, (0, 0))])


def test_that_definitions_come_along_and_are_told_apart_where_they_differ(hand: Hand, shared_window: Window) -> None:
    hand = shown(shared_window, defining(4))
    hand.canvas.select(["block"])
    press(hand, Qt.Key.Key_C)
    press(hand, Qt.Key.Key_V)
    assert list(hand.document.graph.definitions) == ["block"]  # the same one again
    hand = shown(shared_window, defining(9))
    press(hand, Qt.Key.Key_V)
    graph = hand.document.graph
    assert [node.type for node in graph.nodes.values()] == ["definition.block", "definition.block_2"]
    sizes = [each.nodes["linear"].parameters["out_features"] for each in graph.definitions.values()]
    assert sizes == [9, 4]
    assert_mirrors(hand.canvas)
    press(hand, Qt.Key.Key_Z)
    assert hand.document.graph == defining(9)


def test_that_a_definition_does_not_come_into_itself(shared_window: Window) -> None:
    hand = shown(shared_window, defining(4))
    hand.canvas.select(["block"])
    press(hand, Qt.Key.Key_C)
    press(hand, Qt.Key.Key_Down)
    before = hand.document.graph
    press(hand, Qt.Key.Key_V)
    assert hand.document.graph is before
    assert told(shared_window).startswith("Nothing was pasted: block is this definition")


def test_that_names_of_nodes_follow_and_what_names_nothing_here_is_left_out(hand: Hand, second_window: Window) -> None:
    hand.document.do([("share", "model_b", "model_a"), ("set", "adam", "layers", ["model_a", "final"])], "name")
    hand.canvas.select(["model_a", "model_b", "adam"])
    press(hand, Qt.Key.Key_C)
    press(hand, Qt.Key.Key_V)
    nodes = hand.document.graph.nodes
    assert nodes["model_b_2"].extra == {"shares": "model_a_2"}
    assert nodes["adam_2"].parameters["layers"] == ["model_a_2", "final"]
    hand.canvas.select(["model_b", "adam"])
    press(hand, Qt.Key.Key_C)
    other = shown(second_window, Graph())
    press(other, Qt.Key.Key_V)
    assert other.document.graph.nodes["model_b"].extra == {}
    assert "layers" not in other.document.graph.nodes["adam"].parameters


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "There is no graph on the clipboard."),
        ("nn.FooBar(3, 4)", "Nothing was pasted. There is no node type nn.FooBar"),
        ("class Net(nn.Module):\n    def forward(self, x):\n        return x", "own.Model draws a class as one node."),
        ("a note (of somebody)", "There is no graph on the clipboard."),
        ("[1, 2]", "There is no graph on the clipboard."),
        ('{"about": "torchweave"}', "this is not a Torchweave graph"),
        ('{"format": "torchweave", "version": 1, "nodes": {', "the text on the clipboard is not JSON"),
        ('{"format": "torchweave", "version": 1, "nodes": 3}', '"nodes" must be an object'),
        ('{"format": "torchweave", "version": 1}', "has no nodes"),
        ('{"format": "torchweave", "nodes": ' + "[" * (MOST_DEPTH + 5) + "]" * (MOST_DEPTH + 5) + "}", "nested deeper"),
        ('{"format": "torchweave", "nodes": ' + "[" * 100_000 + "}", "nested deeper"),
        ('{"format": "torchweave", "note": "' + "x" * (MOST_TEXT + 1) + '"}', "a text of"),
        ('{"format": "torchweave", "version": 1, "nodes": {"a": {"type": 7}}}', 'an object with a "type"'),
        ('{"format": "torchweave", "version": 1, "run": {"seed": 1e999}}', "not a number that can be used"),
        (dump(applied(Graph(), [("add", "x", "Input", {})])), "inside of a definition alone"),
        (dump(MANY), "5,001"),
        (dump(ROUND), "Nothing was pasted: a uses itself"),
    ],
)
def test_that_what_cannot_be_pasted_is_told_in_a_sentence_and_changes_nothing(
    hand: Hand, shared_window: Window, text: str, why: str
) -> None:
    before, steps = hand.document.graph, hand.document.history.count()
    hand.canvas.select(["flat"])
    fill(text)
    press(hand, Qt.Key.Key_V)
    assert hand.document.graph is before
    assert hand.document.history.count() == steps
    assert why in told(shared_window)
    assert "file" not in told(shared_window)
    assert hand.canvas.selected() == ["flat"]
    assert_mirrors(hand.canvas)


def test_that_code_of_pytorch_is_pasted_as_nodes_in_a_row(hand: Hand, shared_window: Window) -> None:
    before = hand.document.graph
    fill("        self.enc = nn.Linear(64, 8)\n        x = F.relu(self.enc(x))\n")
    press(hand, Qt.Key.Key_V)
    new = [id for id in hand.document.graph.nodes if id not in before.nodes]
    assert [hand.document.graph.nodes[id].type for id in new] == ["nn.Linear", "nn.ReLU"]
    assert new[0] == "enc"
    assert edge(f"{new[0]}.output", f"{new[1]}.input") in hand.document.graph.edges
    assert hand.canvas.selected() == new
    assert told(shared_window).startswith("2 nodes, wired in a row.")
    press(hand, Qt.Key.Key_Z)
    assert hand.document.graph == before


def test_that_a_picture_on_the_clipboard_is_no_graph(hand: Hand, shared_window: Window) -> None:
    QApplication.clipboard().setImage(QImage(2, 2, QImage.Format.Format_RGB32))
    press(hand, Qt.Key.Key_V)
    assert told(shared_window) == "There is no graph on the clipboard."


def test_that_hostile_names_and_loose_ends_become_a_sound_graph(hand: Hand) -> None:
    nodes = {"../../x y": {"type": "nn.ReLU"}, "class": {"type": "nn.ReLU"}, "flat": {"type": "nn.Flatten"}}
    edges = [["../../x y.output", "class.input"], ["gone.output", "class.input"], ["flat.output", "nowhere.input"]]
    layout = {"class": [1e300, -1e300], "ghost": [0, 0]}
    text = {"format": "torchweave", "version": 1, "nodes": nodes, "edges": edges, "layout": layout}
    before = hand.document.graph
    fill(json.dumps(text))
    press(hand, Qt.Key.Key_V)
    graph = hand.document.graph
    new = list(graph.nodes)[len(before.nodes) :]
    assert new == ["x_y", "class_2", "flat_2"]
    assert graph.edges[len(before.edges) :] == (edge("x_y.output", "class_2.input"),)
    assert set(graph.layout) == set(graph.nodes)
    assert rects_apart(hand)
    assert_mirrors(hand.canvas)


def test_that_a_parameter_of_a_definition_becomes_its_default_elsewhere(shared_window: Window) -> None:
    graph = defining(4)
    block = graph.definitions["block"].with_(parameters={"width": 6})
    block = applied(block, [("set", "linear", "out_features", {"parameter": "width"})])
    hand = shown(shared_window, applied(graph, [("define", "block", block)]))
    hand.canvas.select(["block"])
    press(hand, Qt.Key.Key_Down)
    hand.canvas.select(["linear"])
    press(hand, Qt.Key.Key_C)
    press(hand, Qt.Key.Key_V)
    inside = hand.document.graph.definitions["block"]
    assert inside.nodes["linear_2"].parameters == {"out_features": {"parameter": "width"}}
    press(hand, Qt.Key.Key_Up)
    press(hand, Qt.Key.Key_V)
    assert hand.document.graph.nodes["linear"].parameters == {"out_features": 6}
    assert_mirrors(hand.canvas)


def test_that_a_window_ends_well_with_its_copy_on_the_clipboard() -> None:
    code = (
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from editor.commands.clipboard import new_data\n"
        "data = new_data()\n"
        "data.setText('{}')\n"
        "QApplication.clipboard().setMimeData(data)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=50).returncode == 0


def test_that_text_in_a_line_is_pasted_there(hand: Hand, shared_window: Window) -> None:
    fill(dump(two_models()))
    before = hand.document.graph
    hand.double(hand.title("flat"))
    line = QApplication.focusWidget()
    assert line is not None
    QTest.keyClick(line, Qt.Key.Key_V, CONTROL)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert hand.document.graph == before


def test_that_data_is_found_from_another_folder(
    hand: Hand, shared_window: Window, second_window: Window, tmp_path: Any
) -> None:
    graph = applied(Graph(), [("add", "table", "data.Table", {"path": "t.csv"}, (0, 0))])
    hand = shown(shared_window, graph)
    shared_window.document.path = tmp_path / "one" / "g.json"
    hand.canvas.select(["table"])
    press(hand, Qt.Key.Key_C)
    shared_window.document.path = None
    other = second_window
    there = shown(other, Graph())
    other.document.path = tmp_path / "two" / "h.json"
    press(there, Qt.Key.Key_V)
    assert other.document.graph.nodes["table"].parameters["path"] == "../one/t.csv"
