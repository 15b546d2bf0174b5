"""Dots on wires: set, dragged and removed by hand; the wire goes through them, and nothing else changes."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from editor.canvas.rewire import splice
from runtime.graph.bends import bends
from runtime.graph.edit import Edit
from tests.editor.canvas.hand import CONTROL, SHIFT, Hand, assert_mirrors, edge

ALT = Qt.KeyboardModifier.AltModifier
WIRE = ("batches.label", "loss.target")
FLAT = ("batches.image", "flat.input")


def dots(hand: Hand, wire: tuple[str, str] = FLAT) -> list[tuple[float, float]]:
    """The dots that the document has for a wire."""
    return [*bends(hand.document.graph).get(edge(*wire), ())]


def passes(hand: Hand, wire: tuple[str, str], at: tuple[float, float]) -> bool:
    """Whether the wire goes through a place."""
    path = hand.canvas.mirror.wires[edge(*wire)].path()
    return any((path.pointAtPercent(each / 200) - QPointF(*at)).manhattanLength() < 6 for each in range(201))


def test_that_alt_and_a_click_set_a_dot_where_the_wire_was_clicked(hand: Hand) -> None:
    before, types = hand.document.graph, hand.canvas.report.types
    at = hand.middle(*FLAT)
    hand.click(at, ALT)
    (dot,) = dots(hand)
    assert (hand.pixel(QPointF(*dot)) - at).manhattanLength() < 4
    assert hand.edges == before.edges
    assert hand.canvas.selection.dots() == {edge(*FLAT): frozenset({0})}
    assert hand.document.history.undoText() == "set a dot"
    hand.check()
    assert hand.canvas.report.types == types
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    assert hand.document.graph == before
    assert_mirrors(hand.canvas)


def test_that_a_dragged_dot_bends_the_wire_in_one_step_and_is_level_with_its_port(hand: Hand) -> None:
    hand.click(hand.middle(*FLAT), ALT)
    at = hand.dot(*FLAT)
    hand.pull(at, at + QPoint(3, 90), CONTROL)
    ((x, y),) = dots(hand)
    assert passes(hand, FLAT, (x, y))
    assert hand.document.history.undoText() == "move a dot"
    level = hand.canvas.mirror.wires[edge(*FLAT)].source.anchor().y()
    hand.pull(hand.dot(*FLAT), hand.pixel(QPointF(x, level + 3)))
    assert dots(hand)[0][1] == level
    assert_mirrors(hand.canvas)
    for _ in range(3):
        hand.document.history.undo()
    assert dots(hand) == []


def test_that_dots_stand_in_the_order_of_the_way_whatever_the_order_in_which_they_were_set(hand: Hand) -> None:
    wire = hand.canvas.mirror.wires[edge(*WIRE)]
    for share in (0.5, 0.8, 0.2, 0.65):
        hand.click(hand.pixel(wire.path().pointAtPercent(share)), ALT)
    ways = [wire.path().pointAtPercent(each / 400) for each in range(401)]
    order = [min(range(401), key=lambda at: (ways[at] - QPointF(x, y)).manhattanLength()) for x, y in dots(hand, WIRE)]
    assert len(order) == 4
    assert order == sorted(order)


def test_that_delete_removes_the_selected_dot_and_alt_and_a_click_any(hand: Hand) -> None:
    hand.document.do([("bend", *FLAT, [(420, -60), (440, 80), (450, 20)])], "bend")
    hand.click(hand.dot(*FLAT, 1))
    hand.key(Qt.Key.Key_Delete)
    assert dots(hand) == [(420, -60), (450, 20)]
    assert hand.document.history.undoText() == "remove a dot"
    hand.click(hand.dot(*FLAT, 0), ALT)
    assert dots(hand) == [(450, 20)]
    assert edge(*FLAT) in hand.edges
    assert_mirrors(hand.canvas)


def test_that_selected_dots_move_together_and_a_drag_is_taken_back(hand: Hand) -> None:
    hand.document.do([("bend", *FLAT, [(420, -60), (440, 80)])], "bend")
    hand.click(hand.dot(*FLAT, 0))
    hand.click(hand.dot(*FLAT, 1), SHIFT)
    before, at = hand.document.graph, hand.dot(*FLAT, 1)
    hand.hold(at, at + QPoint(0, 40), CONTROL)
    hand.key(Qt.Key.Key_Escape)
    hand.release(at)
    assert hand.document.graph == before
    hand.pull(at, at + QPoint(0, 40), CONTROL)
    down = {new[1] - old[1] for new, old in zip(dots(hand), ((420, -60), (440, 80)), strict=True)}
    assert len(down) == 1
    assert down.pop() > 10
    assert_mirrors(hand.canvas)


def test_that_a_stroke_with_alt_still_cuts_and_a_wire_that_goes_takes_its_dots(hand: Hand) -> None:
    hand.document.do([("bend", *FLAT, [(420, 0)])], "bend")
    at = hand.middle(*FLAT)
    hand.pull(at - QPoint(0, 60), at + QPoint(0, 60), ALT)
    assert edge(*FLAT) not in hand.edges
    assert dots(hand) == []
    hand.document.history.undo()
    assert dots(hand) == [(420, 0)]
    assert_mirrors(hand.canvas)


@pytest.mark.parametrize("old", ["batches", "flat"])
def test_that_another_name_for_a_node_keeps_the_dots_of_its_wires(hand: Hand, old: str) -> None:
    hand.document.do([("bend", *FLAT, [(420, 0)])], "bend")
    hand.canvas.select([old])
    hand.key(Qt.Key.Key_F2)
    line = hand.canvas.renaming.line
    assert line is not None
    line.setText("other")
    line.typed.emit("other", True)
    (wire,) = bends(hand.document.graph)
    assert "other" in (wire.source.node, wire.target.node)
    assert_mirrors(hand.canvas)


def test_that_a_node_on_a_wire_leaves_each_half_its_dots_and_pulled_out_gives_them_back(hand: Hand) -> None:
    wire = ("batches.image", "flat.input")
    relu: Edit = ("add", "relu", "nn.ReLU", {}, (380, 300))
    start, stop = (hand.canvas.mirror.boxes[id].pos().x() for id in ("batches", "flat"))
    there = [(start + 60, 400), (stop - 60, 400)]
    hand.document.do([relu, ("move", "relu", ((start + stop) / 2, 400)), ("bend", *wire, there)], "bend")
    hand.check()
    spliced = splice(hand.document.graph, hand.canvas.report, "relu", edge(*wire))
    assert spliced is not None
    hand.canvas.carry_out(spliced)
    assert dots(hand, ("batches.image", "relu.input")) == there[:1]
    assert dots(hand, ("relu.output", "flat.input")) == there[1:]
    assert_mirrors(hand.canvas)
    hand.check()
    hand.canvas.select(["relu"])
    hand.canvas.rewiring.pull_out()
    assert dots(hand, wire) == there
    assert_mirrors(hand.canvas)


def test_that_arrange_takes_the_dots_between_arranged_nodes_away_in_its_step_and_says_so(hand: Hand) -> None:
    said: list[str] = []
    hand.canvas.rewiring.told.connect(said.append)
    hand.document.do([("bend", *FLAT, [(420, 0)]), ("bend", *WIRE, [(600, 300)])], "bend")
    before = hand.document.graph
    hand.canvas.select(["batches", "flat"])
    hand.canvas.arrange()
    assert (dots(hand), dots(hand, WIRE)) == ([], [(600, 300)])
    hand.canvas.select([])
    hand.canvas.arrange()
    assert dots(hand, WIRE) == []
    assert said == ["Wires between arranged nodes have lost their dots; undo brings them back."] * 2
    for _ in range(2):
        hand.document.history.undo()
    assert hand.document.graph == before
    hand.canvas.glide.end()
    assert_mirrors(hand.canvas)


def under(hand: Hand, wire: tuple[str, str]) -> set[str]:
    """The nodes under which a wire runs."""
    path = hand.canvas.mirror.wires[edge(*wire)].path()
    points = [path.pointAtPercent(each / 400) for each in range(401)]
    boxes = {id: box.rect.adjusted(1, 1, -1, -1) for id, box in hand.canvas.mirror.boxes.items()}
    return {id for id, rect in boxes.items() if any(rect.contains(point) for point in points)}


def test_that_a_wire_that_leads_back_keeps_off_nodes_with_a_dot_on_it_as_without(hand: Hand) -> None:
    back = ("joined.output", "final.input")
    hand.document.do([("move", "final", (460, 60))], "move")
    assert under(hand, back) == set()
    for share in (0.4, 0.65, 0.25):
        at = hand.canvas.mirror.wires[edge(*back)].path().pointAtPercent(share)
        hand.click(hand.pixel(at), ALT)
        assert under(hand, back) == set()
    assert len(dots(hand, back)) == 3
    assert all(passes(hand, back, dot) for dot in dots(hand, back))
    wire = hand.canvas.mirror.wires[edge(*back)]
    assert wire.arrives(wire.path())


def test_that_a_piece_between_dots_goes_around_a_node_that_comes_under_it(hand: Hand) -> None:
    hand.document.do([("bend", *WIRE, [(480, 400), (900, 400)])], "bend")
    way = hand.canvas.mirror.wires[edge(*WIRE)].path()
    middle = way.pointAtPercent(0.5)
    hand.document.do([("move", "flat", (middle.x() - 60, middle.y() - 12))], "move")
    hand.canvas.mirror.route(["batches"])
    assert under(hand, WIRE) == set()
    assert all(passes(hand, WIRE, dot) for dot in dots(hand, WIRE))
    hand.document.history.undo()
    hand.canvas.mirror.route(["batches"])
    assert hand.canvas.mirror.wires[edge(*WIRE)].path() == way
