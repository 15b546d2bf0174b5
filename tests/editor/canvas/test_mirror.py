"""The items follow the document; through edits at random they do so in tests/editor/random."""

from editor.canvas.canvas import Canvas
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Edge, End, Graph
from tests.editor.canvas.hand import Hand, assert_mirrors


def test_that_edits_of_several_kinds_in_one_step_are_followed(hand: Hand) -> None:
    edits: list[Edit] = [
        ("insert", "relu", "nn.ReLU", {}, "joined.output", "final.input", "input", "output"),
        ("rename", "final", "last"),
        ("remove", "flat"),
        ("connect", "batches.image", "model_a.input"),
        ("move", "adam", (0, 400)),
    ]
    hand.document.do(edits, "many")
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    assert_mirrors(hand.canvas)


def test_that_an_unknown_node_type_shows_the_ports_of_its_edges(canvas: Canvas) -> None:
    edits: list[Edit] = [
        ("add", "a", "data.Digits", {}, (0, 0)),
        ("add", "b", "somebody.Else", {"x": 1}, (300, 0)),
        ("connect", "a.image", "b.left"),
        ("connect", "a.label", "b.right"),
    ]
    canvas.document.open(applied(Graph(), edits), None)
    face = canvas.mirror.boxes["b"].face
    assert [inlet.name for inlet in face.inlets] == ["left", "right"]
    assert not face.known
    assert_mirrors(canvas)


def test_that_wires_to_nodes_that_are_not_there_are_left_out(canvas: Canvas) -> None:
    graph = applied(Graph(), [("add", "a", "data.Digits", {}, (0, 0))])
    canvas.document.open(graph.with_(edges=(Edge(End("a", "image"), End("gone", "input")),)), None)
    assert list(canvas.mirror.boxes) == ["a"]
    assert not canvas.mirror.wires
    canvas.document.do([("add", "gone", "nn.ReLU", {}, (200, 0))], "add")
    assert_mirrors(canvas)
    assert len(canvas.mirror.wires) == 1
    canvas.document.do([("remove", "a"), ("remove", "gone")], "remove")
    assert not canvas.mirror.boxes


def test_that_another_graph_replaces_everything(hand: Hand) -> None:
    hand.canvas.select(["flat"])
    hand.canvas.show_failure("flat", "failed")
    hand.document.open(applied(Graph(), [("add", "only", "nn.ReLU", {}, (0, 0))]), None)
    assert list(hand.canvas.mirror.boxes) == ["only"]
    assert hand.canvas.selected() == []
    assert not hand.canvas.failures
    assert_mirrors(hand.canvas)
