"""Definitions as wholes: their names, their parameters, and the library across files."""

from pathlib import Path
from typing import Any

import pytest

from runtime.check.check import check
from runtime.define.change import (
    Refused,
    begun,
    removed,
    renamed,
    renamed_parameter,
    standing_for,
    with_parameter,
    without_parameter,
)
from runtime.define.levels import Step, uses_of, way_to
from runtime.define.library import forget, into, keep, library
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.graph.model import End, Graph
from runtime.places import EXAMPLES
from runtime.spec.definition import ports

RESNET = load((EXAMPLES / "resnet18.json").read_bytes())


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.define.library.definitions_folder", lambda: tmp_path / "definitions")


def test_that_uses_are_found_at_all_levels_and_the_way_to_a_definition_is_the_shortest() -> None:
    assert uses_of(RESNET, "basic_block") == [("", "stage1"), ("stage", "block")]
    assert way_to(RESNET, "down_block") == (Step("stage2", "stage"), Step("down", "down_block"))
    assert way_to(begun(RESNET, "lonely"), "lonely") == (Step("", "lonely"),)


def test_that_a_definition_is_renamed_at_all_its_uses() -> None:
    graph = renamed(RESNET, "basic_block", "plain_block")
    assert uses_of(graph, "plain_block") == uses_of(RESNET, "basic_block")
    assert list(graph.definitions) == ["plain_block", "down_block", "stage"]
    assert check(graph).sound


@pytest.mark.parametrize(("new", "why"), [("stage", "stage is another definition"), ("9", "9 is not a name")])
def test_that_a_name_which_cannot_be_is_refused(new: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        renamed(RESNET, "basic_block", new)


def test_that_a_definition_with_uses_is_not_removed_and_one_without_is() -> None:
    with pytest.raises(Refused, match=r"basic_block is used by stage1 and block in stage; remove or dissolve these"):
        removed(RESNET, "basic_block")
    assert removed(begun(RESNET, "lonely"), "lonely") == RESNET


def test_that_a_new_definition_gives_what_it_takes() -> None:
    graph = applied(
        begun(RESNET, "fresh"), [("add", "use", "definition.fresh", {}), ("connect", "pool.output", "use.x")]
    )
    assert check(graph).types[End("use", "output")] == check(graph).types[End("pool", "output")]


def test_that_a_parameter_is_made_of_a_node_and_its_name_follows_everywhere() -> None:
    graph = standing_for(RESNET, "basic_block", "conv1", "kernel_size", "size", 3)
    assert graph.definitions["basic_block"].parameters == {"channels": 64, "size": 3}
    graph = applied(graph, [("set", "stage1", "size", 5), ("in", "basic_block", ("set", "conv1", "padding", 2))])
    graph = renamed_parameter(graph, "basic_block", "size", "width")
    assert graph.nodes["stage1"].parameters == {"repeat": 2, "width": 5}
    assert graph.definitions["basic_block"].nodes["conv1"].parameters["kernel_size"] == {"parameter": "width"}
    graph = without_parameter(graph, "basic_block", "width")
    assert graph.nodes["stage1"].parameters == {"repeat": 2}
    assert graph.definitions["basic_block"].nodes["conv1"].parameters["kernel_size"] == 3


@pytest.mark.parametrize("name", ["repeat", "class", "definition", "A"])
def test_that_a_parameter_has_a_name_that_a_program_can_hold(name: str) -> None:
    with pytest.raises(Refused):
        with_parameter(RESNET, "basic_block", name, 1)


@pytest.mark.parametrize(
    ("edit", "into_block", "ports_now"),
    [
        (("rename", "x", "picture"), "picture", (["picture"], ["output"])),
        (("remove", "x"), None, ([], ["output"])),
    ],
)
def test_that_wires_at_all_uses_follow_a_port(edit: tuple[Any, ...], into_block: str | None, ports_now: Any) -> None:
    graph = applied(RESNET, [("in", "basic_block", edit)])
    assert ports(graph.definitions["basic_block"]) == ports_now
    for one, id in ((graph, "stage1"), (graph.definitions["stage"], "block")):
        assert [edge.target.port for edge in one.edges if edge.target.node == id] == (
            [into_block] if into_block else []
        )


def test_that_inputs_are_put_in_another_order() -> None:
    graph = applied(RESNET, [("in", "stage", ("add", "y", "Input", {}, (0, 0))), ("in", "stage", ("before", "y", "x"))])
    assert ports(graph.definitions["stage"])[0] == ["y", "x"]


def test_that_a_definition_is_kept_with_what_it_uses_and_taken_into_another_graph() -> None:
    assert keep(RESNET, "stage") == "stage"
    assert set(library()["stage"].definitions) == {"basic_block", "down_block", "stage"}
    taken = into(Graph(), library()["stage"], "stage")
    assert taken.name == "stage"
    assert taken.graph.definitions == {name: taken.graph.definitions[name] for name in RESNET.definitions}
    again = into(taken.graph, library()["stage"], "stage")
    assert (again.name, again.graph) == ("stage", taken.graph)
    forget("stage")
    assert library() == {}


def test_that_a_definition_is_kept_anew_where_what_it_uses_has_changed() -> None:
    assert [keep(RESNET, "stage"), keep(RESNET, "stage")] == ["stage", "stage"]
    node = next(id for id, node in RESNET.definitions["basic_block"].nodes.items() if node.type == "nn.Conv2d")
    other = applied(RESNET, [("in", "basic_block", ("set", node, "padding", 7))])
    assert [keep(other, "stage"), keep(other, "stage")] == ["stage_2", "stage_2"]
    assert library()["stage_2"].definitions["basic_block"].nodes[node].parameters["padding"] == 7
    assert keep(RESNET, "stage") == "stage"


def test_that_names_which_mean_something_else_are_told_apart() -> None:
    other = applied(RESNET, [("in", "basic_block", ("set", "conv1", "kernel_size", 5))])
    assert keep(RESNET, "stage") == keep(RESNET, "stage") == "stage"
    taken = into(other, library()["stage"], "stage")
    assert taken.name == "stage_2"
    assert taken.graph.definitions["stage_2"].nodes["block"].type == "definition.basic_block_2"
    assert taken.graph.definitions["stage_2"].nodes["down"].type == "definition.down_block"
    assert taken.graph.definitions["stage"] == other.definitions["stage"]
    assert into(taken.graph, library()["stage"], "stage") == taken
    assert keep(other, "basic_block") == "basic_block"
    assert keep(RESNET, "basic_block") == "basic_block_2"
    assert set(library()) == {"basic_block", "basic_block_2", "stage"}


def test_that_a_broken_file_of_the_library_is_left_out(tmp_path: Path) -> None:
    keep(RESNET, "basic_block")
    (tmp_path / "definitions" / "broken.json").write_text("{")
    assert list(library()) == ["basic_block"]
