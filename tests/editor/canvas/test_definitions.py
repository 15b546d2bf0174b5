"""Definitions on the canvas: the way in and out, edits that all uses see, and undo that leads to what it changes."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from editor.canvas.canvas import Canvas
from editor.commands.definitions import Definitions
from editor.running.session import Session
from runtime.define.levels import Step
from runtime.graph.file import dump, load
from runtime.graph.model import End, Graph
from runtime.places import EXAMPLES
from tests.editor.canvas.hand import Hand, edge

RESNET = load((EXAMPLES / "resnet18.json").read_bytes())
CONTROL = Qt.KeyboardModifier.ControlModifier


class Inside(Hand):
    """A hand over the eighteen layers, with what goes in and out of definitions."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.level = canvas.level
        self.session = Session(canvas.document)
        self.definitions = Definitions(canvas.level, canvas, self.session)
        self.said: list[str] = []
        self.definitions.refused.connect(self.said.append)
        canvas.refused.connect(self.said.append)
        canvas.document.open(RESNET, None)
        self.check()
        canvas.level.opened.connect(lambda: canvas.show_report(canvas.level.report))

    def check(self) -> None:
        """Bring the report up to date."""
        self.session.check_now()
        self.level.see(self.session.report)
        self.canvas.show_report(self.level.report)

    def enter(self, *ids: str) -> None:
        """Go into uses, one in the other, each by a double click."""
        for id in ids:
            self.double(self.title(id))

    def rename(self, id: str, name: str) -> None:
        """Type another name over a node's."""
        self.canvas.select([id])
        self.key(Qt.Key.Key_F2)
        assert self.canvas.renaming.line is not None
        QTest.keyClicks(self.canvas.renaming.line, name)
        QTest.keyClick(self.canvas.renaming.line, Qt.Key.Key_Return)

    @property
    def block(self) -> Graph:
        """The definition of which most uses there are."""
        return self.document.graph.definitions["basic_block"]


@pytest.fixture
def inside(canvas: Canvas) -> Iterator[Inside]:
    """The hand."""
    made = Inside(canvas)
    yield made
    made.session.close()


def assert_shown(inside: Inside) -> None:
    """Items and the graph that is shown say the same."""
    graph, mirror = inside.level.graph, inside.canvas.mirror
    assert set(mirror.boxes) == set(graph.nodes)
    assert set(mirror.wires) == set(graph.edges)
    faces = inside.canvas.scenery.faces()
    assert {id: box.face for id, box in mirror.boxes.items()} == faces


def test_that_a_double_click_goes_into_a_use_and_keys_lead_in_and_out(inside: Inside) -> None:
    inside.enter("stage3", "down")
    assert inside.level.steps == (Step("stage3", "stage"), Step("down", "down_block"))
    assert_shown(inside)
    inside.definitions.leave()
    assert (inside.level.name, inside.canvas.selected()) == ("stage", ["down"])
    inside.key(Qt.Key.Key_Return)
    assert inside.level.name == "down_block"
    inside.definitions.leave()
    inside.definitions.leave()
    assert (inside.level.name, inside.canvas.selected()) == ("", ["stage3"])
    assert_shown(inside)
    assert inside.document.history.count() == 0


def test_that_types_and_parameters_are_those_of_the_use_that_was_entered(inside: Inside) -> None:
    inside.enter("stage3", "down")
    assert str(inside.level.report.types[End("conv1", "output")]) == "float32[B, 256, 6, 6]"
    assert inside.canvas.mirror.boxes["conv1"].face.summary.startswith("128 → 256")
    inside.level.go((Step("stage4", "stage"), Step("down", "down_block")))
    assert str(inside.level.report.types[End("conv1", "output")]) == "float32[B, 512, 3, 3]"


def test_that_edits_inside_are_seen_at_all_uses_and_are_one_step(inside: Inside) -> None:
    before = dump(inside.document.graph)
    inside.enter("stage1")
    inside.canvas.select(["relu1"])
    inside.key(Qt.Key.Key_Delete)
    assert "relu1" not in inside.block.nodes
    inside.pull(inside.output("norm1.output"), inside.input("conv2.input"))
    assert edge("norm1.output", "conv2.input") in inside.block.edges
    assert_shown(inside)
    inside.check()
    assert inside.session.sound
    assert inside.document.history.count() == 2
    inside.document.history.undo()
    inside.document.history.undo()
    assert dump(inside.document.graph) == before
    assert_shown(inside)


def test_that_nodes_are_added_moved_renamed_and_duplicated_inside(inside: Inside) -> None:
    inside.enter("stage1")
    inside.drop_type("nn.Dropout", inside.middle("conv2.output", "norm2.input"))
    assert edge("dropout.output", "norm2.input") in inside.block.edges
    inside.pull(inside.title("dropout"), inside.title("dropout") + (inside.nowhere() - inside.title("dropout")) / 4)
    inside.rename("dropout", "rest")
    inside.canvas.duplicate_selected()
    assert {"rest", "rest_2"} <= set(inside.block.nodes)
    assert_shown(inside)
    inside.check()
    assert str(inside.level.report.types[End("rest", "output")]) == "float32[B, 64, 24, 24]"


def test_that_a_renamed_input_is_renamed_at_all_uses(inside: Inside) -> None:
    inside.enter("stage1")
    inside.rename("x", "picture")
    assert edge("pool.output", "stage1.picture") in inside.document.graph.edges
    assert edge("down.output", "block.picture") in inside.document.graph.definitions["stage"].edges
    inside.check()
    assert inside.session.sound


def test_that_undo_leads_to_the_level_that_it_changes(inside: Inside) -> None:
    inside.enter("stage2", "down")
    inside.canvas.select(["relu2"])
    inside.key(Qt.Key.Key_Delete)
    inside.level.go(())
    inside.canvas.select(["accuracy"])
    inside.key(Qt.Key.Key_Delete)
    inside.enter("stage1")
    inside.document.history.undo()
    assert inside.level.name == "" and "accuracy" in inside.canvas.mirror.boxes
    inside.document.history.undo()
    assert inside.level.name == "down_block" and "relu2" in inside.canvas.mirror.boxes
    inside.level.go(())
    inside.document.history.redo()
    assert inside.level.name == "down_block" and "relu2" not in inside.canvas.mirror.boxes
    assert_shown(inside)


def test_that_a_problem_inside_leads_into_the_definition(inside: Inside) -> None:
    inside.document.do([("in", "basic_block", ("set", "conv2", "kernel_size", 5))], "5")
    inside.check()
    problem = inside.session.checked_alone.of("error")[0]
    assert inside.definitions.lead_to(problem) == "added"
    assert inside.level.name == "basic_block"
    assert inside.canvas.mirror.boxes["added"].face.problem is not None
    inside.level.repair(inside.level.report.of("error")[0].repairs[0])
    inside.check()
    assert inside.level.name == "basic_block"


def test_that_a_selection_becomes_a_definition_and_is_dissolved_again(inside: Inside) -> None:
    before = dump(inside.document.graph)
    inside.canvas.select(["stem", "norm", "relu", "pool"])
    inside.definitions.group()
    graph = inside.document.graph
    assert graph.nodes["block"].type == "definition.block"
    assert {edge("scaled.output", "block.x"), edge("block.output", "stage1.x")} <= set(graph.edges)
    assert inside.canvas.selected() == ["block"]
    assert_shown(inside)
    inside.check()
    assert inside.session.sound
    inside.definitions.dissolve()
    assert set(inside.document.graph.nodes) == set(RESNET.nodes)
    assert set(inside.document.graph.edges) == set(RESNET.edges)
    assert inside.canvas.selected() == ["stem", "norm", "relu", "pool"]
    assert inside.document.history.count() == 2
    for _ in range(2):
        inside.document.history.undo()
    assert dump(inside.document.graph) == before
    assert_shown(inside)


def test_that_what_cannot_be_grouped_or_dissolved_is_refused_in_a_sentence(inside: Inside) -> None:
    inside.canvas.select(["stem", "adam"])
    inside.definitions.group()
    inside.canvas.select(["stage1"])
    inside.definitions.dissolve()
    assert inside.said[0].startswith("adam is an optimizer")
    assert inside.said[1].startswith("stage1 stands for several copies")
    assert inside.document.history.count() == 0


def test_that_a_group_is_made_inside_of_a_definition_too(inside: Inside) -> None:
    inside.enter("stage1")
    inside.canvas.select(["conv1", "norm1"])
    inside.definitions.group()
    assert inside.block.nodes["block"].parameters == {"channels": {"parameter": "channels"}}
    assert_shown(inside)
    inside.check()
    assert inside.session.sound
    inside.enter("block")
    assert inside.level.steps == (Step("stage1", "basic_block"), Step("block", "block"))
    assert str(inside.level.report.types[End("conv1", "output")]) == "float32[B, 64, 24, 24]"


def test_that_a_definition_is_placed_but_never_inside_itself(inside: Inside) -> None:
    inside.drop_type("definition.stage", inside.nowhere())
    assert inside.document.graph.nodes["stage"].type == "definition.stage"
    inside.enter("stage1")
    inside.drop_type("definition.basic_block", inside.nowhere())
    inside.drop_type("definition.stage", inside.nowhere())
    assert inside.said == [
        "basic_block is this definition, so it cannot stand inside of it.",
        "stage uses basic_block, so it cannot stand inside of it.",
    ]
    inside.drop_type("Input", inside.nowhere())
    assert inside.block.nodes["x_2"].type == "Input"


def test_that_a_definition_which_is_shown_keeps_its_place_when_it_is_renamed(inside: Inside) -> None:
    inside.enter("stage2", "block")
    assert inside.definitions.rename("basic_block", "plain") == ""
    assert inside.level.steps == (Step("stage2", "stage"), Step("block", "plain"))
    assert inside.definitions.rename("plain", "stage").startswith("stage is another definition")
    inside.document.history.undo()
    assert inside.level.name == "basic_block"
    assert_shown(inside)


def test_that_a_new_definition_is_shown_and_gone_with_undo(inside: Inside) -> None:
    inside.definitions.begin()
    assert inside.level.name == "block" and inside.level.steps[0].use == ""
    assert_shown(inside)
    inside.drop_type("nn.ReLU", inside.middle("x.output", "output.input"))
    assert edge("relu.output", "output.input") in inside.document.graph.definitions["block"].edges
    inside.document.history.undo()
    inside.document.history.undo()
    assert inside.level.name == ""
    assert_shown(inside)


def test_that_a_definition_goes_only_when_nothing_uses_it(inside: Inside) -> None:
    inside.definitions.remove("basic_block")
    assert inside.said[0].startswith("basic_block is used by stage1 and block in stage")
    inside.definitions.begin()
    inside.definitions.remove("block")
    assert list(inside.document.graph.definitions) == list(RESNET.definitions)
    assert inside.level.name == ""


def test_that_nodes_inside_are_bypassed_pulled_out_and_swapped_for_all_uses(inside: Inside) -> None:
    inside.enter("stage1")
    inside.canvas.select(["relu1"])
    inside.canvas.rewiring.bypass()
    inside.check()
    assert inside.block.nodes["relu1"].extra == {"bypass": "input"}
    assert inside.canvas.mirror.boxes["relu1"].face.summary == "bypassed"
    inside.canvas.rewiring.pull_out()
    assert edge("norm1.output", "conv2.input") in inside.block.edges
    inside.canvas.rewiring.swap("relu2", "nn.GELU")
    assert inside.block.nodes["relu2"].type == "nn.GELU"
    assert inside.document.history.count() == 3
    assert_shown(inside)
    assert not inside.said
    inside.canvas.rewiring.swap("x", "nn.GELU")
    assert inside.said == ["x is a port of this definition; only other nodes are swapped."]
    for _ in range(3):
        inside.document.history.undo()
    assert inside.document.graph == RESNET
