"""Nodes put on wires, pulled out, swapped and copied with the mouse and keys, and what the document has afterwards."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from editor.canvas.adding import NODE_TYPE
from runtime.graph.edit import Edit, applied
from tests.editor.canvas.hand import LEFT, PLAIN, Hand, assert_mirrors, edge, two_models

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
RIGHT = Qt.MouseButton.RightButton
RELU: Edit = ("add", "relu", "nn.ReLU", {}, (460, 180))


class OneStep:
    """What was done is one undo step, both ways, and the canvas shows it."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.before, self.steps = hand, hand.document.graph, hand.document.history.count()

    def __enter__(self) -> "OneStep":
        return self

    def __exit__(self, wrong: object, *_: object) -> None:
        if wrong is not None:
            return
        history, canvas = self.hand.document.history, self.hand.canvas
        after = self.hand.document.graph
        assert after != self.before
        assert history.count() == self.steps + 1
        assert_mirrors(canvas)
        history.undo()
        assert self.hand.document.graph == self.before
        assert_mirrors(canvas)
        history.redo()
        assert self.hand.document.graph == after
        assert_mirrors(canvas)


@pytest.fixture
def said(hand: Hand) -> list[str]:
    """What the canvas tells and refuses."""
    found: list[str] = []
    hand.canvas.refused.connect(found.append)
    hand.canvas.rewiring.told.connect(found.append)
    return found


def spare(hand: Hand, *edits: Edit) -> None:
    """Nodes that the graph has beside, before the test begins."""
    hand.document.open(applied(two_models(), edits), None)
    hand.check()


def menu() -> QMenu:
    """The menu that is open."""
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


# a wire in the hand


def test_that_ports_which_fit_stand_out_while_a_wire_is_pulled_and_others_fade(hand: Hand) -> None:
    hand.hold(hand.output("flat.output"), hand.nowhere())
    boxes = hand.canvas.mirror.boxes
    assert boxes["joined"].fitting == frozenset({("tensors", False)})
    assert boxes["loss"].fitting == frozenset({("input", False), ("target", False)})
    assert boxes["batches"].fitting == frozenset()  # it feeds flat: a wire there would close a circle
    assert boxes["adam"].fitting == frozenset()  # it wants a loss
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.nowhere())
    assert all(box.fitting is None for box in boxes.values())


def test_that_a_pulled_wire_jumps_to_the_port_that_fits_among_those_nearby(hand: Hand) -> None:
    hand.document.do([("disconnect", "batches.label", "loss.target")], "free the target")
    hand.check()
    middle = (hand.input("loss.input") + hand.input("loss.target")) / 2
    hand.pull(hand.output("batches.label"), middle - QPoint(3, 1))
    assert edge("batches.label", "loss.target") in hand.edges


def test_that_a_node_with_several_free_ports_asks_which_one_is_meant(hand: Hand) -> None:
    spare(hand, ("add", "mean", "nn.MSELoss", {}, (1200, 0)))
    with OneStep(hand):
        hand.hold(hand.output("final.output"), hand.body("mean"))
        assert "choose: input, target" in hand.canvas.callout.text
        hand.release(hand.body("mean"))
        assert [action.text().split()[0] for action in menu().actions()] == ["input", "target"]
        QTest.keyClick(menu(), Qt.Key.Key_Down)
        QTest.keyClick(menu(), Qt.Key.Key_Return)
        assert edge("final.output", "mean.target") in hand.edges


def test_that_the_menu_of_ports_can_be_left(hand: Hand) -> None:
    spare(hand, ("add", "mean", "nn.MSELoss", {}, (1200, 0)))
    before = hand.document.graph
    hand.pull(hand.output("final.output"), hand.body("mean"))
    QTest.keyClick(menu(), Qt.Key.Key_Escape)
    assert hand.document.graph is before
    assert_mirrors(hand.canvas)


@pytest.mark.parametrize(
    ("start", "node", "words"),
    [
        ("flat.output", "final", "final.input is taken already; drop the wire on it to replace what is there."),
        ("flat.output", "batches", "batches already feeds flat; this wire would close a circle."),
        ("loss.output", "relu", "No free input of relu takes loss from loss.output: input accepts"),
        ("flat.output", "noise", "noise has no inputs."),
    ],
)
def test_that_a_node_without_a_port_for_a_wire_says_why(
    hand: Hand, said: list[str], start: str, node: str, words: str
) -> None:
    spare(hand, RELU, ("add", "noise", "data.Noise", {}, (200, 180)))
    before = hand.document.graph
    hand.hold(hand.output(start), hand.body(node))
    assert words in hand.canvas.callout.text
    hand.release(hand.body(node))
    assert words in said[0]
    assert hand.document.graph is before
    assert_mirrors(hand.canvas)


def test_that_a_wire_pulled_from_an_input_asks_which_output_is_meant(hand: Hand) -> None:
    spare(hand, ("add", "relu", "nn.ReLU", {}, (460, 180)))
    hand.pull(hand.input("relu.input"), hand.body("batches"))
    assert [action.text().split()[0] for action in menu().actions()] == ["image", "label"]
    with OneStep(hand):
        QTest.keyClick(menu(), Qt.Key.Key_Return)
        assert edge("batches.image", "relu.input") in hand.edges


# onto a wire and off it


def test_that_a_lone_node_is_put_on_the_wire_on_which_it_is_dropped(hand: Hand) -> None:
    spare(hand, RELU)
    with OneStep(hand):
        target = hand.middle("joined.output", "final.input")
        hand.hold(hand.title("relu"), target)
        assert hand.canvas.mirror.wires[edge("joined.output", "final.input")].hovered
        hand.release(target)
        assert edge("joined.output", "relu.input") in hand.edges
        assert edge("relu.output", "final.input") in hand.edges
        assert edge("joined.output", "final.input") not in hand.edges
    rects = hand.canvas.mirror.rects()
    assert not any(rects["relu"].intersects(rects[id]) for id in rects if id != "relu")


def test_that_a_node_with_wires_is_only_moved_over_others(hand: Hand) -> None:
    wires = hand.edges
    hand.pull(hand.title("adam"), hand.middle("flat.output", "model_a.input"))
    assert hand.edges == wires
    assert_mirrors(hand.canvas)


def test_that_escape_leaves_a_lone_node_off_the_wire(hand: Hand) -> None:
    spare(hand, RELU)
    before = hand.document.graph
    hand.hold(hand.title("relu"), hand.middle("joined.output", "final.input"))
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.nowhere())
    assert hand.document.graph is before
    assert not any(wire.hovered for wire in hand.canvas.mirror.wires.values())
    assert_mirrors(hand.canvas)


def test_that_a_wire_of_many_keeps_its_place_when_a_node_is_put_on_it(hand: Hand) -> None:
    spare(hand, RELU)
    with OneStep(hand):
        hand.pull(hand.title("relu"), hand.middle("model_a.output", "joined.tensors"))
        order = [each.source.node for each in hand.document.graph.incoming[edge("a.b", "joined.tensors").target]]
        assert order == ["relu", "model_b"]


def test_that_a_node_type_dropped_on_a_wire_takes_the_input_that_fits(hand: Hand) -> None:
    with OneStep(hand):
        hand.drop_type("nn.ReLU", hand.middle("joined.output", "final.input"))
        assert edge("joined.output", "relu.input") in hand.edges
        assert edge("relu.output", "final.input") in hand.edges


def test_that_the_wire_lights_up_on_which_a_node_type_would_be_dropped(hand: Hand) -> None:
    data, at = QMimeData(), hand.middle("batches.image", "flat.input")
    data.setData(NODE_TYPE, b"nn.ReLU")
    event = QDragMoveEvent(at, Qt.DropAction.CopyAction, data, LEFT, PLAIN)
    QApplication.sendEvent(hand.view.viewport(), QDragEnterEvent(at, Qt.DropAction.CopyAction, data, LEFT, PLAIN))
    QApplication.sendEvent(hand.view.viewport(), event)
    assert hand.canvas.mirror.wires[edge("batches.image", "flat.input")].hovered
    QApplication.sendEvent(hand.view.viewport(), QDragLeaveEvent())
    assert not hand.canvas.mirror.wires[edge("batches.image", "flat.input")].hovered


def test_that_a_node_dragged_with_alt_is_pulled_out_and_its_wires_heal(hand: Hand) -> None:
    spare(hand, ("insert", "relu", "nn.ReLU", {}, "joined.output", "final.input", "input", "output"))
    hand.document.do([("move", "relu", (920, -120))], "move relu")
    with OneStep(hand):
        hand.pull(hand.title("relu"), hand.nowhere(), ALT)
        assert edge("joined.output", "final.input") in hand.edges
        assert "relu" not in hand.document.graph.around


def test_that_a_node_pulled_out_of_one_wire_goes_onto_another_in_one_step(hand: Hand) -> None:
    spare(
        hand,
        ("insert", "relu", "nn.ReLU", {}, "joined.output", "final.input", "input", "output"),
        ("move", "relu", (920, -120)),
    )
    with OneStep(hand):
        hand.pull(hand.title("relu"), hand.middle("batches.image", "flat.input"), ALT)
        assert edge("joined.output", "final.input") in hand.edges
        assert edge("batches.image", "relu.input") in hand.edges
        assert edge("relu.output", "flat.input") in hand.edges


def test_that_escape_puts_a_node_back_that_was_being_pulled_out(hand: Hand) -> None:
    before = hand.document.graph
    hand.hold(hand.title("flat"), hand.nowhere(), ALT)
    assert not hand.canvas.mirror.wires[edge("batches.image", "flat.input")].isVisible()
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.nowhere(), ALT)
    assert hand.document.graph is before
    assert_mirrors(hand.canvas)
    hand.click(hand.title("flat"), ALT)
    assert hand.document.graph is before


def test_that_deleting_with_control_joins_the_neighbours(hand: Hand) -> None:
    hand.click(hand.title("flat"))
    with OneStep(hand):
        QTest.keyClick(hand.view, Qt.Key.Key_Delete, CONTROL)
        assert "flat" not in hand.document.graph.nodes
        assert edge("batches.image", "model_a.input") in hand.edges
        assert edge("batches.image", "model_b.input") in hand.edges


def test_that_a_chain_that_is_deleted_heals_as_one(hand: Hand) -> None:
    hand.click(hand.title("model_a"))
    hand.click(hand.title("joined"), SHIFT)
    hand.click(hand.title("flat"), SHIFT)
    with OneStep(hand):
        QTest.keyClick(hand.view, Qt.Key.Key_Delete, CONTROL)
        assert edge("batches.image", "model_b.input") in hand.edges
        assert [each for each in hand.edges if each.target.node == "final"] == [edge("model_b.output", "final.input")]


def test_that_what_does_not_fit_stays_open_and_is_told(hand: Hand, said: list[str]) -> None:
    hand.click(hand.title("loss"))
    with OneStep(hand):
        QTest.keyClick(hand.view, Qt.Key.Key_Delete, CONTROL)
        assert not [each for each in hand.edges if each.target.node == "adam"]
    assert said == ["adam.loss stays open: it accepts loss, and final.output gives float32[B, 10]."]


# strokes


@pytest.mark.parametrize(("button", "modifier"), [(Qt.MouseButton.LeftButton, ALT), (RIGHT, CONTROL)])
def test_that_a_stroke_cuts_all_wires_that_it_crosses_in_one_step(
    hand: Hand, button: Qt.MouseButton, modifier: Qt.KeyboardModifier
) -> None:
    one, other = hand.middle("flat.output", "model_a.input"), hand.middle("flat.output", "model_b.input")
    with OneStep(hand):
        start, stop = one - QPoint(0, 30), other + QPoint(0, 30)
        hand.hold(start, stop, modifier, button)
        cut = hand.canvas.mirror.wires[edge("flat.output", "model_b.input")]
        assert cut.opacity() < 0.5
        hand.release(stop, modifier, button)
        gone = {edge("flat.output", "model_a.input"), edge("flat.output", "model_b.input")}
        assert set(two_models().edges) - set(hand.edges) == gone


def test_that_a_stroke_cuts_what_it_crosses_on_the_way_and_not_what_lies_between_its_ends(hand: Hand) -> None:
    wire = hand.middle("joined.output", "final.input")
    with OneStep(hand):
        hand.hold(wire - QPoint(0, 40), wire + QPoint(0, 30), ALT)
        hand.move(wire + QPoint(120, 60), modifiers=ALT)
        hand.release(wire + QPoint(120, 60), ALT)
        assert edge("joined.output", "final.input") not in hand.edges


def test_that_a_stroke_can_be_taken_back(hand: Hand) -> None:
    before = hand.document.graph
    middle = hand.middle("joined.output", "final.input")
    hand.hold(middle - QPoint(0, 40), middle + QPoint(0, 30), ALT)
    hand.key(Qt.Key.Key_Escape)
    hand.release(middle, ALT)
    assert hand.document.graph is before
    assert all(wire.opacity() == 1.0 for wire in hand.canvas.mirror.wires.values())
    assert_mirrors(hand.canvas)


# wires of a port that takes many


def test_that_a_selected_wire_moves_among_those_of_its_port(hand: Hand, said: list[str]) -> None:
    hand.click(hand.middle("model_b.output", "joined.tensors"))
    with OneStep(hand):
        hand.canvas.rewiring.move_wire(-1)
        order = [each.source.node for each in hand.document.graph.incoming[edge("a.b", "joined.tensors").target]]
        assert order == ["model_b", "model_a"]
    hand.canvas.selection.set(set(), {edge("model_b.output", "joined.tensors")})
    hand.canvas.rewiring.move_wire(-1)
    hand.canvas.selection.set(set(), {edge("joined.output", "final.input")})
    hand.canvas.rewiring.move_wire(1)
    assert said == [
        "It is the first wire of joined.tensors already.",
        "final.input takes one wire; there is no order in it.",
    ]


def test_that_what_comes_through_a_bypassed_node_is_seen_behind_it_at_once(hand: Hand) -> None:
    hand.canvas.select(["model_b"])
    with OneStep(hand):
        hand.canvas.rewiring.bypass()
        assert hand.document.graph.nodes["model_b"].extra == {"bypass": "input"}
