"""Nodes become a definition and come back: the same types, the same numbers, and wires in the same order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from runtime.check.check import check
from runtime.check.problem import Report
from runtime.define.change import Refused, begun
from runtime.define.dissolve import dissolved
from runtime.define.excerpt import joined
from runtime.define.group import Grouped, grouped
from runtime.define.levels import level, with_level
from runtime.graph.edit import applied
from runtime.graph.file import MOST_DEFINITIONS, dump, load
from runtime.graph.model import End, Graph, Node
from runtime.places import EXAMPLES
from runtime.spec.definition import ports
from tests.runtime.check.test_definitions import drawing
from tests.runtime.generate.cases import imported, program_of

NET = drawing(
    {
        "noise": ("data.Noise", {"fields": {"value": "float32[6]", "label": "int64[]"}, "classes": 3}),
        "batches": ("Collate", {"fields": ["value", "label"]}),
        "wide": ("nn.Linear", {"out_features": 8}),
        "relu": ("nn.ReLU", {}),
        "joined": ("torch.cat", {"dim": 1}),
        "final": ("nn.Linear", {"out_features": 3}),
        "loss": ("nn.CrossEntropyLoss", {}),
        "adam": ("optim.AdamW", {}),
    },
    "noise.value batches.value",
    "noise.label batches.label",
    "batches.value wide.input",
    "wide.output relu.input",
    "batches.value joined.tensors",
    "relu.output joined.tensors",
    "wide.output joined.tensors",
    "joined.output final.input",
    "final.output loss.input",
    "batches.label loss.target",
    "loss.output adam.loss",
)


def group(graph: Graph, *ids: str) -> Grouped:
    """The nodes as a definition, where they stand in a row."""
    return grouped(graph, check(graph), ids, {id: (at * 100.0, 0.0) for at, id in enumerate(graph.nodes)})


def ungroup(graph: Graph, id: str) -> Graph:
    """The use dissolved, its nodes in no place."""
    return dissolved(graph, id, {}, (0.0, 0.0)).level


def values(graph: Graph, path: Path, name: str) -> torch.Tensor:
    """What the program's model gives for the same numbers, made with the same seed."""
    torch.manual_seed(0)
    model = imported(program_of(graph).text, path / f"{name}.py").Model()
    out: torch.Tensor = model(torch.linspace(-1, 1, 30).reshape(5, 6))
    return out


def test_that_wires_which_cross_become_inputs_and_outputs_named_after_their_ports() -> None:
    found = group(NET, "relu", "joined")
    made = found.level.definitions[found.definition]
    assert ports(made) == (["x", "tensors"], ["output"])
    assert found.use == found.definition == "block"
    assert End("block", "output") in found.level.outgoing


@pytest.mark.parametrize("ids", [("wide", "relu", "joined"), ("relu", "joined"), ("final",), ("wide",)])
def test_that_a_group_checks_to_the_same_types_and_comes_back_with_the_same_numbers(
    ids: tuple[str, ...], tmp_path: Path
) -> None:
    found = group(NET, *ids)
    before, after = check(NET), check(found.level)
    assert after.sound, after.problems
    outside = [End(id, "output") for id in found.level.nodes if id in NET.nodes and End(id, "output") in before.types]
    assert {end: after.types[end] for end in outside} == {end: before.types[end] for end in outside}
    assert torch.equal(values(found.level, tmp_path, "grouped"), values(NET, tmp_path, "plain"))
    back = ungroup(found.level, found.use)
    assert list(back.nodes) == list(NET.nodes)
    assert {at: back.incoming[at] for at in back.incoming} == {at: NET.incoming[at] for at in NET.incoming}
    assert torch.equal(values(back, tmp_path, "back"), values(NET, tmp_path, "plain"))


def test_that_a_grouped_graph_can_be_saved_and_read_again() -> None:
    found = group(NET, "wide", "relu")
    assert load(dump(found.level).encode()) == found.level


@pytest.mark.parametrize(
    ("ids", "why"),
    [
        ((), "Select the nodes"),
        (("noise",), "noise is a dataset"),
        (("relu", "batches"), "batches is the loader"),
        (("final", "loss"), "loss is a loss"),
        (("adam",), "adam is an optimizer"),
        (("wide", "joined"), "relu is fed by the selection and feeds it"),
    ],
)
def test_that_what_cannot_be_a_definition_is_refused_in_one_sentence(ids: tuple[str, ...], why: str) -> None:
    with pytest.raises(Refused) as refused:
        group(NET, *ids)
    assert str(refused.value).startswith(why)
    assert str(refused.value).endswith(".")


def test_that_weights_which_are_shared_across_the_border_keep_it_from_being_drawn() -> None:
    twin = applied(
        NET,
        [
            ("add", "twin", "nn.Linear", {"out_features": 8}),
            ("share", "twin", "wide"),
            ("connect", "batches.value", "twin.input"),
        ],
    )
    with pytest.raises(Refused, match="twin has the weights of wide; group both or neither"):
        group(twin, "wide", "relu")


def test_that_optimizers_which_name_all_layers_of_a_group_name_its_use_and_back() -> None:
    graph = applied(NET, [("set", "adam", "layers", ["wide", "final"])])
    found = group(graph, "wide", "relu")
    assert found.level.nodes["adam"].parameters["layers"] == ["block", "final"]
    assert check(found.level).sound
    assert ungroup(found.level, "block").nodes["adam"].parameters["layers"] == ["wide", "final"]


def test_that_nodes_of_a_definition_take_its_parameters_along() -> None:
    graph = load((EXAMPLES / "resnet18.json").read_bytes())
    inner = level(graph, "basic_block")
    found = group(inner, "conv1", "norm1", "relu1")
    made = found.level.definitions["block"]
    assert made.parameters == {"channels": 64}
    assert found.level.nodes["block"].parameters == {"channels": {"parameter": "channels"}}
    whole = with_level(graph, "basic_block", found.level)
    assert check(whole).sound
    assert check(whole).types[End("stage4", "output")] == check(graph).types[End("stage4", "output")]
    assert ungroup(found.level, "block").nodes == inner.nodes


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (("set", "block", "repeat", 2), "block stands for several copies"),
        (("weights", "block", {"path": "a.pt"}), "block has weights from a file"),
    ],
)
def test_that_a_use_which_is_more_than_its_nodes_is_not_dissolved(edit: tuple[Any, ...], why: str) -> None:
    graph = applied(group(NET, "wide", "relu").level, [edit])
    with pytest.raises(Refused) as refused:
        ungroup(graph, "block")
    assert str(refused.value).startswith(why)


def test_that_a_use_whose_inputs_become_one_wire_twice_is_not_dissolved() -> None:
    found = group(NET, "joined")
    graph = applied(
        found.level,
        [("replace", "batches.value", f"block.{port}") for port in ports(found.level.definitions["block"])[0]],
    )
    with pytest.raises(Refused, match=r"joined\.tensors would take the wire from batches\.value twice"):
        ungroup(graph, "block")


def test_that_dissolved_nodes_whose_names_are_taken_get_others() -> None:
    found = group(NET, "wide", "relu")
    graph = applied(found.level, [("add", "relu", "nn.ReLU", {})])
    assert dissolved(graph, "block", {}, (0.0, 0.0)).ids == ("wide", "relu_2")


def test_that_a_frozen_use_has_frozen_layers_once_it_is_dissolved() -> None:
    graph = applied(group(NET, "wide", "relu").level, [("freeze", "block", True)])
    back = ungroup(graph, "block")
    assert back.nodes["wide"].extra == {"frozen": True}
    assert back.nodes["relu"].extra == {}


def test_that_no_more_definitions_are_made_than_a_file_may_hold() -> None:
    full = Graph({"a": Node("a", "nn.ReLU")}, definitions={f"d{at}": Graph() for at in range(MOST_DEFINITIONS)})
    part = Graph({"u": Node("u", "definition.new")}, definitions={"new": Graph({"o": Node("o", "Output")})})
    ways: list[Callable[[], object]] = [
        lambda: begun(full, "more"),
        lambda: grouped(full, Report(), ["a"], {"a": (0.0, 0.0)}),
        lambda: joined(full, part),
    ]
    for way in ways:
        with pytest.raises(Refused, match=r"[Aa] graph has at most 300 definitions\."):
            way()
