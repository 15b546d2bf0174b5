"""The items follow the document through any edits, undone and done again."""

import random

import pytest

from editor.canvas.canvas import Canvas
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Edge, End, Graph
from tests.editor.canvas.hand import Hand, assert_mirrors

TYPES = ("data.Digits", "Collate", "nn.Linear", "nn.ReLU", "torch.cat", "nn.MSELoss", "optim.SGD", "not.Known")


def some_edit(graph: Graph, dice: random.Random) -> list[Edit]:
    """An edit that this graph can take."""
    ids = list(graph.nodes)
    verb = dice.choice(["add", "add", "remove", "connect", "connect", "connect", "cut", "rename", "move", "fields"])
    if verb == "add" or len(ids) < 3:
        at = (dice.randrange(0, 900, 10), dice.randrange(0, 600, 10))
        return [("add", f"n{dice.randrange(10**6)}", dice.choice(TYPES), {}, at)]
    one, other = dice.sample(ids, 2)
    if verb == "remove":
        return [("remove", one)]
    if verb == "connect":
        verb = dice.choice(["connect", "replace"])
        port = dice.choice(["input", "tensors", "loss", "odd"])
        return [(verb, f"{one}.{dice.choice(['output', 'image', 'odd'])}", f"{other}.{port}")]
    if verb == "cut" and graph.edges:
        gone = dice.choice(graph.edges)
        return [("disconnect", str(gone.source), str(gone.target))]
    if verb == "rename":
        return [("rename", one, f"r{dice.randrange(10**6)}")]
    if verb == "fields":
        return [("set", one, "fields", [f"f{dice.randrange(100)}" for _ in range(dice.randrange(3))])]
    return [("move", one, (dice.randrange(0, 900, 10), 10.0))]


@pytest.mark.parametrize("seed", range(4))
def test_that_the_items_follow_any_edit_undo_and_redo(canvas: Canvas, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(60):
        canvas.document.do([e for _ in range(dice.randrange(1, 4)) for e in some_edit(canvas.graph, dice)][:1], "edit")
        if dice.random() < 0.2:
            canvas.document.history.undo()
        assert_mirrors(canvas)
        if dice.random() < 0.2:
            canvas.fit()
            canvas.grab()  # an item that moved without telling the scene would crash here
    while canvas.document.history.canUndo():
        canvas.document.history.undo()
        assert_mirrors(canvas)
    assert not canvas.mirror.boxes
    while canvas.document.history.canRedo():
        canvas.document.history.redo()
    assert_mirrors(canvas)


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
    canvas.document.do([("remove", "a")], "remove")
    assert not canvas.mirror.boxes


def test_that_another_graph_replaces_everything(hand: Hand) -> None:
    hand.canvas.select(["flat"])
    hand.canvas.show_failure("flat", "failed")
    hand.document.open(applied(Graph(), [("add", "only", "nn.ReLU", {}, (0, 0))]), None)
    assert list(hand.canvas.mirror.boxes) == ["only"]
    assert hand.canvas.selected() == []
    assert not hand.canvas.failures
    assert_mirrors(hand.canvas)
