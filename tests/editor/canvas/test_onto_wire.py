"""Node types that are dropped on wires: they stand where they were dropped, and the others make way."""

import pytest
from PySide6.QtCore import QPointF

from editor.canvas.boxes import overlaps
from tests.editor.canvas.hand import Hand, assert_mirrors, edge


def test_that_a_node_type_dropped_on_a_wire_stands_in_it_with_room(hand: Hand) -> None:
    before = hand.document.graph
    hand.canvas.arrange()
    hand.canvas.glide.end()
    assert hand.drop_type("nn.ReLU", hand.middle("joined.output", "final.input"))
    assert edge("joined.output", "relu.input") in hand.edges
    assert edge("relu.output", "final.input") in hand.edges
    assert edge("joined.output", "final.input") not in hand.edges
    hand.check()
    assert overlaps(hand.canvas.boxes()) == []
    assert_mirrors(hand.canvas)
    assert hand.document.history.count() == 2
    hand.document.history.undo()
    hand.document.history.undo()
    assert hand.document.graph == before


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_that_a_node_type_dropped_on_a_long_wire_stands_where_it_was_dropped(hand: Hand, share: float) -> None:
    hand.document.do([("move", id, (1500, y)) for id, y in (("final", 0), ("loss", 120), ("adam", 260))], "move")
    hand.check()
    wire = hand.canvas.mirror.wires[edge("joined.output", "final.input")]
    at = wire.path().pointAtPercent(share)
    assert hand.drop_type("nn.Dropout", hand.pixel(at))
    hand.check()
    hand.canvas.glide.end()
    rect = hand.canvas.mirror.boxes["dropout"].rect
    assert abs(rect.center().x() - at.x()) <= 12, "on the grid, and a pixel is more than one in the scene"
    assert rect.top() <= at.y() <= rect.bottom()
    assert overlaps(hand.canvas.boxes()) == []
    assert [*hand.document.graph.layout["final"]] == [1500, 0], "nothing moves that is not in the way"
    assert_mirrors(hand.canvas)


def test_that_a_node_type_dropped_on_a_short_wire_makes_the_others_move_aside_and_is_seen(hand: Hand) -> None:
    hand.view.zoom(1.6, QPointF(hand.middle("joined.output", "final.input")))
    source = hand.canvas.mirror.boxes["joined"].rect
    assert hand.drop_type("nn.Dropout", hand.middle("joined.output", "final.input"))
    hand.check()
    hand.canvas.glide.end()
    boxes, seen = hand.canvas.mirror.boxes, hand.view.mapToScene(hand.view.viewport().rect()).boundingRect()
    assert 0 < boxes["dropout"].rect.left() - source.right() <= 50
    assert boxes["final"].rect.left() > boxes["dropout"].rect.right()
    assert overlaps(hand.canvas.boxes()) == []
    assert seen.contains(boxes["dropout"].rect)


def test_that_a_dataset_dropped_on_a_wire_is_added_beside_it(hand: Hand) -> None:
    assert hand.drop_type("data.Wine", hand.middle("batches.image", "flat.input"))
    assert "wine" in hand.document.graph.nodes
    assert edge("batches.image", "flat.input") in hand.edges


def test_that_a_node_that_is_dragged_onto_a_wire_stays_where_it_was_let_go(hand: Hand) -> None:
    hand.document.do([("move", id, (1500, y)) for id, y in (("final", 0), ("loss", 120), ("adam", 260))], "move")
    hand.document.do([("add", "relu", "nn.ReLU", {}, (1100, 400))], "add")
    hand.check()
    hand.pull(hand.title("relu"), hand.middle("joined.output", "final.input"))
    there = hand.canvas.mirror.boxes["relu"].rect
    assert edge("joined.output", "relu.input") in hand.edges
    assert there.contains(QPointF(1240, there.center().y()))
    assert there.top() < 35 < there.bottom()
    assert [*hand.document.graph.layout["final"]] == [1500, 0]
