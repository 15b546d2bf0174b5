"""Which layers an optimizer of matrices alone can train, with torch's own weights as the judge."""

import warnings
from pathlib import Path
from random import Random

import pytest
import torch

from runtime.check.check import check
from runtime.check.matrices import all_matrices
from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.graph.model import Graph, Node
from runtime.spec.catalogue import catalogue
from tests.runtime.check.cases import Case, drawn
from tests.runtime.check.test_judge import ruled
from tests.runtime.check.torch_says import modules
from tests.runtime.generate.cases import graph_of

PROBLEMS = Path(__file__).parents[2] / "graphs" / "problems"
LAYERS = [name for name, spec in catalogue().items() if spec.weights and not name.startswith("own.")]


def muon(name: str) -> Graph:
    """A case of problems with this optimizer."""
    return load((PROBLEMS / f"{name}.json").read_bytes())


@pytest.mark.parametrize("type_name", LAYERS)
def test_that_a_layer_says_whether_all_its_weights_are_matrices(type_name: str, tmp_path: Path) -> None:
    spec, random = catalogue()[type_name], Random(type_name)
    cases: list[tuple[Case, bool | None]] = []
    fitting = []
    for _ in range(200):
        case = drawn(spec, random)
        rule = ruled(case)
        if rule.misfit is None:
            fitting.append((case, rule))
            cases.append((case, all_matrices(catalogue(), Node("it", type_name, case.parameters), rule.inferred)))
    code = modules(fitting, tmp_path, type_name.replace(".", "_"))
    wrong = []
    for at, (case, said) in enumerate(cases):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of settings that do nothing
            weights = list(getattr(code, f"Case{at}")().parameters())
        if said != all(weight.dim() == 2 for weight in weights):
            wrong.append(str(case))
    assert wrong == []
    assert len(cases) >= 20


@pytest.mark.parametrize(("inner", "fits"), [({"bias": False}, True), ({}, False)])
def test_that_layers_inside_a_definition_count_too(inner: dict[str, bool], fits: bool) -> None:
    block = Graph(
        {
            "x": Node("x", "Input"),
            "dense": Node("dense", "nn.Linear", {"out_features": 3, **inner}),
            "y": Node("y", "Output"),
        }
    )
    block = applied(block, [("connect", "x.output", "dense.input"), ("connect", "dense.output", "y.input")])
    graph = muon("muon_over_a_bias").with_(definitions={"block": block})
    steps: list[Edit] = [("remove", "final"), ("add", "final", "definition.block", {})]
    steps += [("connect", "batches.features", "final.x"), ("connect", "final.y", "loss.input")]
    report = check(applied(graph, steps))
    assert report.sound == fits
    if not fits:
        assert [(p.node, "final" in p.message) for p in report.problems] == [("adam", True)]


def test_that_a_module_of_ones_own_is_let_through_with_a_warning() -> None:
    text = ["from torch import nn", "class M(nn.Linear):", "    def forward(self, input):", "        return input"]
    steps: list[Edit] = [("remove", "final"), ("add", "final", "own.Module", {"source": {"function": text}})]
    steps[1][3]["source"]["outputs"] = {"output": "float32[3]"}
    steps += [("connect", "batches.features", "final.input"), ("connect", "final.output", "loss.input")]
    report = check(applied(muon("muon_over_a_bias"), steps))
    assert report.sound
    assert [problem.message for problem in report.problems if problem.node == "adam"] == [
        "adam steps matrices alone; whether all weights of final are, only its text knows. Use optim.AdamW."
    ]


def test_that_the_layers_that_are_named_alone_count() -> None:
    graph = muon("muon_over_a_norm")
    assert check(applied(graph, [("set", "adam", "layers", ["hidden", "final"])])).sound
    assert not check(applied(graph, [("set", "adam", "layers", ["hidden", "norm"])])).sound


def test_that_other_layers_are_left_to_another_optimizer_that_trains_them() -> None:
    graph = muon("muon_over_a_norm")
    mended = applied(graph, check(graph).problems[0].repairs[0].edits)
    others = [node for node in mended.nodes.values() if node.type == "optim.AdamW"]
    assert [node.parameters for node in others] == [{"layers": ["norm"]}]
    assert mended.nodes["adam"].parameters["layers"] == ["hidden", "final"]
    assert {str(edge.source) for edge in mended.edges if edge.target.node == others[0].id} == {"loss.output"}


def test_that_torch_trains_what_we_let_through() -> None:
    assert check(graph_of("three_schedules")).sound
    with pytest.raises(ValueError, match="2D"):
        torch.optim.Muon(torch.nn.Linear(2, 2).parameters())
