"""Figures of a graph: weights and multiply-adds against torch, and what a use, a view and shared weights count for."""

import warnings
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from runtime.check.check import Checker, check
from runtime.check.figures import Counting, Figures, brief, figures, in_model, total, whole
from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.nodes.own import A_MODULE, told
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import Tensor
from tests.runtime.check.cases import drawn
from tests.runtime.check.test_judge import ruled
from tests.runtime.check.torch_says import drawn_values, modules

EXAMPLES = Path(__file__).parents[3] / "resources" / "examples"
NORMS = "normalization"  # torch's counter leaves them out
APART = {"nn.Bilinear", "torch.dot", "torch.einsum"}  # and products of more than two, and of vectors
TYPES = [
    spec.type
    for spec in catalogue().values()
    if hasattr(spec.declared, "multiply_adds") and spec.group != NORMS and spec.type not in APART
]
ONE = {"B": 1, "words.T": 1}


@pytest.mark.filterwarnings("ignore:dropout option adds dropout")
@pytest.mark.parametrize("type_name", TYPES)
def test_that_multiply_adds_are_those_that_torch_counts(type_name: str, tmp_path: Path) -> None:
    spec, random = catalogue()[type_name], Random(type_name)
    cases = [(case, ruled(case)) for case in (drawn(spec, random) for _ in range(30))]
    fitting = [(case, rule) for case, rule in cases if rule.misfit is None and spec.inputs[0].name in dict(case.given)]
    code, judged = modules(fitting[:4], tmp_path, "counted"), 0
    for at, (case, rule) in enumerate(fitting[:4]):
        values = spec.values({**case.parameters, **rule.inferred})
        many = {port.name: port.many for port in spec.inputs}
        given: dict[str, Any] = {name: list(types) if many[name] else types[0] for name, types in case.given}
        counted = values.multiply_adds(next(iter(rule.outputs.values())), **given)
        theirs = by_torch(getattr(code, f"Case{at}")().train(), drawn_values(case, ONE))
        if theirs:
            judged += 1
            assert 2 * counted == theirs, str(case)
    assert judged


EQUATIONS = (
    ("bij,bjk->bik", (4, 5, 6), (4, 6, 7)),
    ("bi,ij->bj", (4, 5), (5, 6)),
    ("bqhd,bkhd->bhqk", (2, 5, 3, 4), (2, 7, 3, 4)),
    ("...ij,...jk->...ik", (2, 1, 3, 4), (2, 5, 4, 6)),
    ("bi,ij,jk->bk", (4, 5), (5, 6), (6, 7)),
    ("bij,bjk->bk", (4, 5, 6), (4, 6, 7)),  # what is summed in one operand alone is summed first
)


@pytest.mark.parametrize(("equation", "shapes"), [(equation, shapes) for equation, *shapes in EQUATIONS])
def test_that_an_equation_takes_the_multiply_adds_that_torch_counts(equation: str, shapes: list[Any]) -> None:
    einsum = catalogue()["torch.einsum"].values({"equation": equation})
    operands = [Tensor("float32", shape) for shape in shapes]
    made = einsum.rule(operands)
    with FlopCounterMode(display=False) as counter, torch.backends.opt_einsum.flags(enabled=False):
        torch.einsum(equation, *map(torch.rand, shapes))
    assert 2 * einsum.multiply_adds(made, operands) == counter.get_total_flops()


def by_torch(module: torch.nn.Module, values: list[torch.Tensor]) -> int:
    """The operations of a forward, as torch counts them; attention step by step, since it knows no other on a CPU."""
    step_by_step = sdpa_kernel(SDPBackend.MATH)
    with warnings.catch_warnings(), step_by_step, FlopCounterMode(display=False) as counter:
        warnings.simplefilter("ignore")
        module(*values)
    return int(counter.get_total_flops())


LAYERS: list[Edit] = [
    ("add", "data", "data.Noise", {"fields": {"image": "float32[3, 8, 8]", "label": "int64[]"}, "classes": 10}),
    ("add", "batches", "Collate", {"fields": ["image", "label"], "batch_size": 4}),
    ("add", "conv", "nn.Conv2d", {"out_channels": 8, "padding": 1, "bias": False}),
    ("add", "norm", "nn.BatchNorm2d", {}),
    ("add", "flat", "nn.Flatten", {}),
    ("add", "head", "nn.Linear", {"out_features": 10}),
    ("add", "loss", "nn.CrossEntropyLoss", {}),
    ("add", "adam", "optim.AdamW", {}),
    ("add", "loose", "nn.Linear", {"out_features": 10}),
    *(
        ("connect", one, other)
        for one, other in (
            ("data.image", "batches.image"),
            ("data.label", "batches.label"),
            ("batches.image", "conv.input"),
            ("conv.output", "norm.input"),
            ("norm.output", "flat.input"),
            ("flat.output", "head.input"),
            ("head.output", "loss.input"),
            ("batches.label", "loss.target"),
            ("loss.output", "adam.loss"),
            ("flat.output", "loose.input"),
        )
    ),
]


def test_the_figures_of_a_small_network() -> None:
    report = check(applied(Graph(), LAYERS))
    found = figures(report, 4)
    assert found["conv"] == Figures(8 * 3 * 9, 8 * 64 * 27, 4 * 8 * 64 * 4)
    assert found["norm"] == Figures(16, 8 * 64, 4 * 8 * 64 * 4)  # its running averages are not learned
    assert found["flat"] == Figures(0, 0, 4 * 8 * 64 * 4)
    assert found["head"] == Figures(512 * 10 + 10, 512 * 10, 4 * 10 * 4)
    assert found["data"] == Figures(0, 0, 4 * (3 * 64 * 4 + 8))  # as many samples as a batch has
    assert "loose" not in in_model(report.types.graph, report.types.specs)
    assert "conv" in in_model(report.types.graph, report.types.specs)


def test_that_only_what_changed_is_counted_again() -> None:
    checker, counting = Checker(), Counting()
    graph = applied(Graph(), LAYERS)
    before = counting.of(checker.check(graph), 4)
    after = counting.of(checker.check(applied(graph, [("set", "head", "out_features", 20)])), 4)
    assert after["head"].weights == 512 * 20 + 20
    assert all(after[id] is before[id] for id in ("data", "batches", "conv", "norm", "flat"))
    assert counting.of(checker.check(graph), 8)["conv"].memory == 2 * before["conv"].memory


def test_that_a_use_counts_what_is_inside_as_often_as_it_is_repeated() -> None:
    graph = load((EXAMPLES / "resnet18.json").read_bytes())
    report = check(graph)
    uses = [id for id, spec in report.types.specs.items() if spec.family == "definition"]
    found = figures(report, 1)
    assert uses
    assert total(found.values()).weights == 11_173_962  # of the network for pictures of 32 pixels
    assert total(found.values()).lacking == 0
    id = uses[0]
    once = figures(check(applied(graph, [("unset", id, "repeat")])), 1)[id]
    assert found[id] == once.times(2)


def test_that_shared_weights_count_once_and_what_own_python_holds_is_unknown() -> None:
    edits: list[Edit] = [
        *LAYERS,
        ("share", "loose", "head"),
        ("add", "own", "own.Module", {"source": told(A_MODULE, "float32[512]")}),
        ("connect", "flat.output", "own.input"),
        ("add", "open", "nn.Linear", {}),
    ]
    report = check(applied(Graph(), edits))
    found = figures(report, 4)
    assert (found["loose"].weights, found["loose"].multiply_adds) == (0, 5120)
    assert found["own"] == Figures(0, 0, 4 * 512 * 4, unweighed=1, unknown=1)
    assert "open" not in found
    assert whole(report, found, {"head", "own", "open"}) == found["head"] + found["own"] + Figures(
        unweighed=1, unknown=1
    )


def test_that_large_counts_are_told_briefly() -> None:
    told = [brief(count) for count in (0, 999, 1000, 11_173_962, 10**12, 10**40)]
    assert told == ["0", "999", "1 k", "11.2 M", "1 T", "10^40"]
