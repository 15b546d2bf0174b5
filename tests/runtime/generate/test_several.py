"""Nodes with several outputs: each value has a name of its own wherever the node stands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec.catalogue import catalogue
from runtime.spec.code import Code, call
from runtime.spec.node import CATALOGUE, Input, Output, node
from runtime.spec.tensor import Tensor
from tests.runtime.generate.cases import graph_of, imported, program_of


class Halves:
    """Cut rows in two."""

    exact = True
    input = Input("float32[..., F]", "Rows.")
    left = Output("The first half.")
    right = Output("The second half.")

    def rule(self, input: Tensor) -> dict[str, Tensor]:
        *before, size = input.shape
        half = input.with_shape(*before, size // 2)
        return {"left": half, "right": half}

    def forward(self, input: Code) -> Code:
        return call("torch.chunk", input, 2, dim=-1)


@pytest.fixture
def halves() -> Iterator[None]:
    """A node type with two outputs that may stand left of collate."""
    node("test.Halves", "transform", side="either")(Halves)
    catalogue.cache_clear()
    yield
    del CATALOGUE["test.Halves"]
    catalogue.cache_clear()


def cut_rows(parameters: dict[str, object]) -> Graph:
    """Rows are cut in two left of collate; both halves are fields, and lead to one loss."""
    fields = {"row": "float32[6]", "label": "int64[]"}
    nodes = (
        Node("noise", "data.Noise", {"fields": fields, "length": 40, "classes": 3}),
        Node("cut", "test.Halves"),
        Node("batches", "Collate", {"fields": ["one", "other", "label"], "batch_size": 8, **parameters}),
        Node("joined", "torch.cat", {"dim": 1}),
        Node("head", "nn.Linear", {"out_features": 3}),
        Node("loss", "nn.CrossEntropyLoss"),
        Node("adam", "optim.Adam"),
    )
    wires = (
        "noise.row cut.input, cut.left batches.one, cut.right batches.other, noise.label batches.label, "
        "batches.one joined.tensors, batches.other joined.tensors, joined.output head.input, "
        "head.output loss.input, batches.label loss.target, loss.output adam.loss"
    )
    edges = [[End(*end.split(".")) for end in wire.split()] for wire in wires.split(", ")]
    return Graph({each.id: each for each in nodes}, tuple(Edge(*ends) for ends in edges))


@pytest.mark.parametrize("parameters", [{}, {"pin_memory": True}], ids=["prepared at once", "loaded one by one"])
def test_that_a_node_left_of_collate_can_have_several_outputs(
    halves: None, parameters: dict[str, object], tmp_path: Path
) -> None:
    graph = cut_rows(parameters)
    program = imported(generate(graph, check(graph), "cut.json").text, tmp_path / "cut.py")
    options = program.options_from(["--epochs=1", "--threads=1", "--device=cpu"])
    rows = program.make_noise({"row": "float32[6]", "label": "int64[]"}, 40, 3, 0)["row"]
    run = program.prepare(options)
    sides = [batch for part in ("training", "validation") for batch in run.feed(part, 1)]
    found = torch.cat([torch.cat([batch["one"], batch["other"]], 1) for batch in sides])
    assert sorted(found.tolist()) == sorted(rows.tolist())
    assert list(program.prepare(options))[-1]["event"] == "finished"


def test_that_two_outputs_of_the_last_node_are_two_results() -> None:
    text = program_of(graph_of("halves")).text
    assert 'return {"gru": gru, "gru_h_n": gru_h_n}' in text


def test_that_an_output_nobody_uses_has_no_name() -> None:
    graph = applied(graph_of("halves"), [("remove", "end")])
    assert "gru, _ = self.gru(series)" in program_of(graph).text


def test_that_a_node_called_like_an_output_of_another_keeps_its_name() -> None:
    graph = applied(graph_of("halves"), [("rename", "layered", "gru_h_n")])
    text = program_of(graph).text
    assert "gru, gru_h_n_ = self.gru(series)" in text
    assert "gru_h_n = torch.unsqueeze(last, 0)" in text
