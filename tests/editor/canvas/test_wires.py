"""Wires pulled with the mouse, and what the document has afterwards."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from editor.canvas.canvas import Canvas
from editor.canvas.pin import Pin
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.editor.canvas.hand import NODES, Hand, assert_mirrors, edge


@pytest.fixture
def loose(canvas: Canvas) -> Hand:
    """The nodes of two models without any wire."""
    canvas.document.open(applied(Graph(), NODES), None)
    return Hand(canvas)


def test_that_pulling_from_output_to_input_connects(loose: Hand) -> None:
    loose.pull(loose.output("flat.output"), loose.input("model_a.input"))
    assert loose.edges == (edge("flat.output", "model_a.input"),)
    assert loose.document.history.count() == 1
    assert_mirrors(loose.canvas)


def test_that_pulling_from_input_to_output_connects(loose: Hand) -> None:
    loose.pull(loose.input("model_a.input"), loose.output("flat.output"))
    assert loose.edges == (edge("flat.output", "model_a.input"),)
    assert_mirrors(loose.canvas)


def test_that_a_wire_dropped_near_a_port_reaches_it(loose: Hand) -> None:
    loose.pull(loose.output("flat.output"), loose.input("model_a.input") + QPoint(-12, 5))
    assert loose.edges == (edge("flat.output", "model_a.input"),)


def test_that_a_wire_dropped_on_a_node_finds_its_port(loose: Hand) -> None:
    loose.pull(loose.output("flat.output"), loose.body("final"))
    assert loose.edges == (edge("flat.output", "final.input"),)
    assert_mirrors(loose.canvas)


def test_that_labels_dropped_on_a_loss_go_to_its_target(hand: Hand) -> None:
    hand.document.do([("disconnect", "batches.label", "loss.target")], "free the target")
    hand.check()
    hand.pull(hand.output("batches.label"), hand.body("loss"))
    assert edge("batches.label", "loss.target") in hand.edges


def test_that_a_wire_onto_an_occupied_input_replaces(hand: Hand) -> None:
    before = hand.document.graph
    hand.pull(hand.output("model_a.output"), hand.input("final.input"))
    assert edge("model_a.output", "final.input") in hand.edges
    assert edge("joined.output", "final.input") not in hand.edges
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    assert hand.document.graph == before
    assert_mirrors(hand.canvas)


def test_that_pulling_a_wire_off_its_input_disconnects(hand: Hand) -> None:
    hand.pull(hand.input("final.input"), hand.nowhere())
    assert edge("joined.output", "final.input") not in hand.edges
    assert hand.document.history.count() == 1
    assert_mirrors(hand.canvas)


def test_that_pulling_a_wire_by_its_middle_takes_it_off_its_input(hand: Hand) -> None:
    hand.pull(hand.middle("batches.image", "flat.input"), hand.nowhere())
    assert edge("batches.image", "flat.input") not in hand.edges
    assert_mirrors(hand.canvas)


def test_that_a_wire_put_back_changes_nothing(hand: Hand) -> None:
    before = hand.document.graph
    hand.hold(hand.input("final.input"), hand.nowhere())
    hand.move(hand.input("final.input"))
    hand.release(hand.input("final.input"))
    assert hand.document.graph is before
    assert_mirrors(hand.canvas)


def test_that_a_click_on_a_connected_port_changes_nothing(hand: Hand) -> None:
    before = hand.document.graph
    for at in (hand.input("final.input"), hand.output("flat.output"), hand.input("joined.tensors", 1)):
        hand.click(at)
    assert hand.document.graph is before
    assert_mirrors(hand.canvas)


def test_that_a_wire_moved_to_another_input_is_one_step(hand: Hand) -> None:
    before = hand.document.graph
    hand.pull(hand.input("model_b.input"), hand.input("loss.target"))
    assert edge("flat.output", "loss.target") in hand.edges
    assert edge("flat.output", "model_b.input") not in hand.edges
    assert edge("batches.label", "loss.target") not in hand.edges
    assert hand.document.history.count() == 1
    hand.document.history.undo()
    assert hand.document.graph == before
    assert_mirrors(hand.canvas)


@pytest.mark.parametrize(
    ("start", "stop", "words"),
    [
        ("out final.output", "in model_a.input", "model_a already feeds final"),
        ("out final.output", "out loss.output", "Both are outputs"),
        ("out final.output", "in final.input", "cannot feed itself"),
    ],
)
def test_that_direction_and_circles_forbid_a_wire(hand: Hand, qtbot: QtBot, start: str, stop: str, words: str) -> None:
    before = hand.document.graph
    one, other = (hand.output(t[4:]) if t.startswith("out") else hand.input(t[3:]) for t in (start, stop))
    if words.startswith("cannot"):
        hand.document.do([("disconnect", "joined.output", "final.input")], "free the input")
        before = hand.document.graph
    with qtbot.waitSignal(hand.canvas.refused) as said:
        hand.hold(one, other)
        assert words in hand.canvas.callout.text
        assert hand.canvas.callout.isVisible()
        hand.release(other)
    assert words in said.args[0]
    assert hand.document.graph is before
    assert_mirrors(hand.canvas)


def test_that_an_input_on_an_input_is_refused(loose: Hand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(loose.canvas.refused) as said:
        loose.pull(loose.input("model_a.input"), loose.input("final.input"))
    assert "Both are inputs" in said.args[0]


def test_that_types_forbid_nothing(hand: Hand) -> None:
    hand.pull(hand.output("digits.label"), hand.input("final.input"))
    assert edge("digits.label", "final.input") in hand.edges


def test_that_escape_leaves_everything_as_it_was(hand: Hand) -> None:
    before = hand.document.graph
    for start in (hand.output("flat.output"), hand.input("final.input"), hand.title("final")):
        hand.hold(start, hand.nowhere())
        hand.key(Qt.Key.Key_Escape)
        hand.release(hand.nowhere())
        assert hand.document.graph is before
        assert_mirrors(hand.canvas)


def test_that_a_wire_dropped_on_nothing_asks_for_a_node(loose: Hand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(loose.canvas.search_requested) as asked:
        loose.pull(loose.output("flat.output"), loose.nowhere())
    at, start = asked.args
    assert isinstance(start, Pin)
    assert (start, start.output) == (("flat", "output"), True)
    id = loose.canvas.add_node("nn.Linear", at, start)
    assert loose.edges == (edge("flat.output", f"{id}.input"),)
    assert loose.document.history.count() == 1
    assert loose.canvas.selected() == [id]
    assert_mirrors(loose.canvas)


def test_that_a_node_asked_for_from_an_input_feeds_it(loose: Hand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(loose.canvas.search_requested) as asked:
        loose.pull(loose.input("loss.target"), loose.nowhere())
    id = loose.canvas.add_node("nn.ReLU", *asked.args)
    assert loose.edges == (edge(f"{id}.output", "loss.target"),)


def test_that_the_plus_of_collate_makes_a_field(hand: Hand) -> None:
    hand.document.do([("add", "noise", "data.Noise", {"fields": {"image": "float32[3]"}}, (0, 200))], "add noise")
    hand.pull(hand.output("noise.image"), hand.input("batches.+"))
    assert hand.document.graph.nodes["batches"].parameters["fields"] == ["image", "label", "image_2"]
    assert edge("noise.image", "batches.image_2") in hand.edges
    assert hand.document.history.count() == 2
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    assert hand.document.graph.nodes["batches"].parameters["fields"] == ["image", "label"]
    assert_mirrors(hand.canvas)


def test_that_a_wire_among_several_can_be_put_elsewhere(hand: Hand) -> None:
    hand.pull(hand.input("joined.tensors", 0), hand.input("joined.tensors", 1))
    order = [each.source.node for each in hand.edges if each.target.node == "joined"]
    assert order == ["model_b", "model_a"]
    assert hand.document.history.count() == 1
    assert_mirrors(hand.canvas)


def test_that_a_third_wire_comes_last(hand: Hand) -> None:
    hand.pull(hand.output("flat.output"), hand.input("joined.tensors", 0))
    order = [each.source.node for each in hand.edges if each.target.node == "joined"]
    assert order == ["model_a", "model_b", "flat"]
    assert len(hand.canvas.mirror.boxes["joined"].ports["tensors", False].slots) == 3
    assert_mirrors(hand.canvas)


def test_that_a_wire_keeps_hanging_on_no_cursor_after_the_focus_went(hand: Hand) -> None:
    before = hand.document.graph
    hand.hold(hand.input("final.input"), hand.nowhere())
    hand.view.clearFocus()
    hand.view.cancel()
    assert hand.view.gesture is None
    hand.release(hand.nowhere())
    assert hand.document.graph is before
    assert_mirrors(hand.canvas)


def test_that_an_undo_during_a_gesture_ends_it(hand: Hand) -> None:
    hand.document.do([("set", "model_a", "out_features", 6)], "set")
    hand.hold(hand.output("flat.output"), hand.nowhere())
    hand.document.history.undo()
    assert hand.view.gesture is None
    hand.release(hand.nowhere())
    assert_mirrors(hand.canvas)


def test_that_a_wire_keeps_its_end_while_its_node_is_dragged(hand: Hand) -> None:
    hand.pull(hand.title("final"), hand.title("final") + QPoint(50, 80))
    wire = hand.canvas.mirror.wires[edge("joined.output", "final.input")]
    assert (wire.path().pointAtPercent(1) - wire.target.anchor(wire)).manhattanLength() < 1e-6
    assert isinstance(wire.target.anchor(), QPointF)


def test_that_a_line_drawn_with_alt_cuts_wires(hand: Hand) -> None:
    before = hand.document.graph
    middle = hand.middle("batches.image", "flat.input")
    hand.pull(middle - QPoint(0, 60), middle + QPoint(0, 25), Qt.KeyboardModifier.AltModifier)
    assert edge("batches.image", "flat.input") not in hand.edges
    assert hand.document.history.count() == 1
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    assert hand.document.graph == before


def test_that_types_that_do_not_fit_are_said_while_pulling(hand: Hand) -> None:
    hand.hold(hand.output("digits.label"), hand.input("final.input"))
    assert "would get int64[]" in hand.canvas.callout.text
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.input("final.input"))


def test_that_a_wire_over_a_node_shows_where_it_will_end(hand: Hand) -> None:
    hand.document.do([("disconnect", "batches.label", "loss.target")], "free the target")
    hand.check()
    hand.hold(hand.output("batches.label"), hand.body("loss"))
    assert hand.canvas.mirror.boxes["loss"].hovered is hand.canvas.mirror.boxes["loss"].ports["target", False]
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.body("loss"))
    assert hand.canvas.mirror.boxes["loss"].hovered is None


def test_that_a_node_which_lies_over_a_port_takes_the_press_that_is_meant_for_it(hand: Hand) -> None:
    hidden = hand.canvas.mirror.boxes["flat"].ports["output", True].anchor()
    hand.document.do([("move", "final", (hidden.x() - 30, hidden.y() - 30))], "move final")
    hand.canvas.select(["final"])  # selected nodes lie above others
    before, wires = hand.document.graph.layout["final"], hand.edges
    hand.pull(hand.output("flat.output"), hand.output("flat.output") + QPoint(0, 150))
    assert hand.document.graph.layout["final"] != before
    assert hand.edges == wires
    assert_mirrors(hand.canvas)


def test_that_no_wire_is_dropped_on_a_port_that_another_node_hides(loose: Hand) -> None:
    hidden = loose.canvas.mirror.boxes["model_a"].ports["input", False].anchor()
    loose.document.do([("move", "final", (hidden.x() - 30, hidden.y() - 30))], "move final")
    loose.canvas.select(["final"])
    loose.pull(loose.output("flat.output"), loose.input("model_a.input"))
    assert loose.edges == (edge("flat.output", "final.input"),)


def test_that_a_port_of_the_node_on_top_is_pressed_though_another_node_lies_below(hand: Hand, qtbot: QtBot) -> None:
    place = hand.canvas.mirror.boxes["flat"].rect.center()
    dot = hand.canvas.mirror.boxes["final"].ports["output", True].slots[0]
    hand.document.do([("move", "final", (place.x() - dot.x(), place.y() - dot.y()))], "move final")
    hand.canvas.select(["final"])
    with qtbot.waitSignal(hand.canvas.search_requested) as asked:
        hand.pull(hand.output("final.output"), hand.nowhere())
    assert asked.args[1] == Pin("final", "output", True)


@pytest.mark.parametrize("drop", ["port", "body"])
def test_that_a_second_wire_of_the_same_kind_says_that_it_is_there_and_what_to_do(
    hand: Hand, qtbot: QtBot, drop: str
) -> None:
    wires, steps = hand.edges, hand.document.history.count()
    at = hand.input("joined.tensors") if drop == "port" else hand.body("joined")
    with qtbot.waitSignal(hand.canvas.refused) as refused:
        hand.pull(hand.output("model_a.output"), at)
    said = "The wire from model_a.output to joined.tensors is there already; Tensor.repeat joins a tensor with itself."
    assert refused.args == [said]
    assert (hand.edges, hand.document.history.count()) == (wires, steps)
    with qtbot.waitSignal(hand.canvas.refused) as refused:
        hand.pull(hand.output("final.output"), hand.input("loss.input"))
    assert refused.args == ["The wire from final.output to loss.input is there already."]


def test_that_a_wire_that_is_pulled_off_and_put_back_says_nothing(hand: Hand, qtbot: QtBot) -> None:
    wires = hand.edges
    with qtbot.assertNotEmitted(hand.canvas.refused):
        hand.pull(hand.input("final.input"), hand.input("final.input") + QPoint(2, 2))
        hand.pull(hand.input("joined.tensors"), hand.input("joined.tensors") + QPoint(2, 2))
    assert hand.edges == wires


def test_that_the_field_of_a_new_collate_is_called_as_the_data_that_was_transformed(loose: Hand) -> None:
    loose.document.do(
        [
            ("add", "noise", "data.Noise", {"fields": {"pixels": "float32[1, 8, 8]"}}, (0, 300)),
            ("add", "resize", "transform.Resize", {}, (250, 300)),
            ("connect", "noise.pixels", "resize.input"),
        ],
        "add data",
    )
    id = loose.canvas.add_node("Collate", QPointF(500, 300), Pin("resize", "output", True))
    assert loose.document.graph.nodes[id].parameters["fields"] == ["pixels"]


def test_that_a_new_field_of_what_a_ring_gives_has_a_name(loose: Hand) -> None:
    """No wire makes a ring, a file may hold one."""
    ring: list[Edit] = [
        ("add", "first", "nn.ReLU", {}, (0, 300)),
        ("add", "second", "nn.ReLU", {}, (150, 300)),
        ("connect", "first.output", "second.input"),
        ("connect", "second.output", "first.input"),
    ]
    loose.document.open(applied(loose.document.graph, ring), None)
    id = loose.canvas.add_node("Collate", QPointF(500, 300), Pin("second", "output", True))
    assert loose.document.graph.nodes[id].parameters["fields"] == ["second_2"]


@pytest.fixture
def level(hand: Hand) -> Hand:
    """The same with a long level wire, from joined to final."""
    hand.document.do([("move", "final", (1300.0, 10.0))], "move")
    ends = [hand.output("joined.output"), hand.input("final.input")]
    assert ends[0].y() == ends[1].y()
    return hand


def test_that_a_drag_that_begins_beside_a_wire_is_a_band_and_unplugs_nothing(level: Hand) -> None:
    hand, before = level, level.document.graph
    at = hand.middle("joined.output", "final.input") + QPoint(0, 6)
    hand.click(at)
    assert hand.canvas.selection.edges() == [edge("joined.output", "final.input")], "a click may miss it by so much"
    hand.pull(at, hand.body("loss"))
    assert "loss" in hand.canvas.selected()
    assert hand.canvas.selection.edges() == []
    assert hand.document.graph is before
    hand.pull(at - QPoint(0, 4), hand.nowhere())
    assert edge("joined.output", "final.input") not in hand.edges


def test_that_a_drag_of_a_wire_beside_its_dot_carries_the_dot(level: Hand) -> None:
    hand = level
    wire, at = edge("joined.output", "final.input"), hand.middle("joined.output", "final.input")
    hand.click(at, Qt.KeyboardModifier.AltModifier)
    hand.pull(at + QPoint(13, 0), at + QPoint(13, 80))
    assert wire in hand.edges
    assert hand.document.history.undoText() == "move a dot"
    assert_mirrors(hand.canvas)


def test_that_a_wire_taken_off_and_let_go_over_nothing_says_so_and_asks_what_it_is_to_feed(hand: Hand) -> None:
    asked, told = list[object](), list[str]()
    hand.canvas.search_requested.connect(lambda at, pin: asked.append(pin))
    hand.canvas.rewiring.unplugged.connect(told.append)
    before = hand.document.graph
    for start in (hand.input("final.input"), hand.middle("joined.output", "final.input")):
        hand.pull(start, hand.nowhere())
        assert edge("joined.output", "final.input") not in hand.edges
        hand.document.history.undo()
        assert hand.document.graph == before
    assert asked == [Pin("joined", "output", True)] * 2
    assert told == ["joined.output no longer goes to final.input. Undo joins them."] * 2


def test_that_one_doubt_about_two_wires_is_shown_at_both_nodes_and_names_both(hand: Hand) -> None:
    boxes, wires = hand.canvas.mirror.boxes, hand.canvas.mirror.wires
    doubted = {wire.target.box.id for wire in wires.values() if wire.problem is not None}
    assert doubted == {"model_a", "model_b"}
    assert {id for id, box in boxes.items() if box.face.problem is not None} == doubted
    for id in doubted:
        problem = boxes[id].face.problem
        assert problem is not None
        assert "model_a.input" in problem.message
        assert "model_b.input" in problem.message
        (inlet,) = boxes[id].face.inlets
        assert inlet.severity == "warning"
