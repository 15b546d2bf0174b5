"""Whether a checkpoint fits a graph: said beforehand as torch says it when the checkpoint is loaded."""

from typing import Any

import pytest

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.train.fits import Kept
from runtime.train.restored import translated
from tests.runtime.generate.cases import graph_of

# With a schedule, so that its program has the function make_optimizers.
TWO = applied(graph_of("two_models"), [("set", "adam", "schedule", {"type": "ExponentialLR"})])


def between(type: str, parameters: dict[str, Any]) -> list[Edit]:
    """A new layer between two."""
    return [("insert", "new", type, parameters, "dense.output", "gelu.input", "input", "output")]


def made_of(graph: Graph) -> tuple[Any, dict[str, Any]]:
    """The model and the optimizers of a graph's program."""
    names: dict[str, Any] = {"__name__": "program"}
    exec(generate(graph, check(graph), "g.json").text, names)  # noqa: S102 - a program that we generated
    model = names["Model"]()
    return model, names["make_optimizers"](model)


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([("set", "dense", "out_features", 64)], "dense.out_features was 32 and is 64"),
        ([("set", "dense", "bias", False)], "dense.bias was True and is False"),
        ([("set", "conv", "padding", 0)], "final.in_features was 160 and is 104"),
        (between("nn.Linear", {"out_features": 32}), "the layer new is new"),
        (between("nn.LayerNorm", {"normalized_shape": [32], "elementwise_affine": False}), None),
        (between("nn.BatchNorm1d", {"affine": False, "track_running_stats": False}), None),
        (between("nn.BatchNorm1d", {"affine": False}), "the layer new is new"),
        ([("rename", "dense", "narrow")], None),
        ([("rename", "dense", "narrow"), ("rename", "gelu", "bent")], None),
        ([("rename", "dense", "narrow"), ("rename", "conv", "dense")], "the layer narrow is new"),
        ([*between("nn.Linear", {"out_features": 32}), ("rename", "dense", "narrow")], "the layer new is new"),
        ([("bypass", "gelu", "input"), ("freeze", "dense", True)], "adam trained dense, which it does not any more"),
        ([("rename", "dense", "wide"), ("set", "wide", "out_features", 64)], "wide.out_features was 32 and is 64"),
        ([("rename", "adam", "other")], None),
        ([("set", "adam", "clip_grad_norm", 0.5), ("run", "epochs", 9), ("bypass", "gelu", "input")], None),
    ],
)
def test_that_a_checkpoint_that_torch_refuses_is_refused_beforehand_by_what_has_changed(
    edits: list[Edit], said: str | None
) -> None:
    graph = applied(TWO, edits)
    assert Kept(TWO).misfit(graph) == said
    (old, optimizers), (model, others) = made_of(TWO), made_of(graph)
    fits = True
    try:
        kept = {name: each.state_dict() for name, each in optimizers.items()}
        state = translated({"model": old.state_dict(), "optimizers": kept}, TWO, graph)
        model.load_state_dict(state["model"])
        for name, optimizer in others.items():
            optimizer.load_state_dict(state["optimizers"][name])
    except (RuntimeError, ValueError, KeyError):
        fits = False
    assert fits is (said is None)


def test_that_an_optimizer_of_another_type_is_refused() -> None:
    other = applied(TWO, [("remove", "adam"), ("add", "adam", "optim.SGD", {}, (0, 0))])
    other = applied(other, [("connect", "loss.output", "adam.loss")])
    assert Kept(TWO).misfit(other) == "adam was optim.AdamW and is optim.SGD"


def test_that_a_layer_that_keeps_nothing_any_more_is_told_with_what_was_set() -> None:
    plain, affine = (
        applied(TWO, between("nn.LayerNorm", {"normalized_shape": [32], "elementwise_affine": value}))
        for value in (False, True)
    )
    assert Kept(affine).misfit(plain) == "new.elementwise_affine was True and is False"
    assert Kept(plain).misfit(TWO) is None


def test_that_settings_that_a_checkpoint_would_overrule_are_refused() -> None:
    assert Kept(TWO).misfit(applied(TWO, [("set", "adam", "amsgrad", True)])) == "adam.amsgrad was False and is True"
    assert Kept(TWO).misfit(applied(TWO, [("set", "adam", "lr", 0.5), ("set", "adam", "betas", [0.8, 0.9])])) is None
    cycle = applied(TWO, [("set", "adam", "schedule", {"type": "OneCycleLR"})])
    other = applied(cycle, [("set", "adam", "betas", [0.8, 0.9])])
    assert Kept(cycle).misfit(other) == "adam.betas was [0.9, 0.999] and is [0.8, 0.9]"
    slower = applied(TWO, [("set", "adam", "schedule", {"type": "ExponentialLR", "gamma": 0.5})])
    assert Kept(TWO).misfit(slower) == "adam.schedule was another one"
