"""Whether a checkpoint fits a graph: said beforehand as torch says it when the checkpoint is loaded."""

from typing import Any

import pytest

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.train.fits import misfit
from tests.runtime.generate.cases import graph_of

# With a schedule, so that its program has the function make_optimizers.
TWO = applied(graph_of("two_models"), [("set", "adam", "schedule", {"type": "ExponentialLR"})])
INSERTED = (
    ("add", "wide", "nn.Linear", {"out_features": 32}, (0, 0)),
    ("disconnect", "dense.output", "gelu.input"),
    ("connect", "dense.output", "wide.input"),
    ("connect", "wide.output", "gelu.input"),
)


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
        (INSERTED, "the layer wide is new"),
        ([("rename", "dense", "narrow")], "the layer narrow is new"),
        ([("bypass", "gelu", "input"), ("freeze", "dense", True)], "adam trained dense, which it does not any more"),
        ([("rename", "adam", "other")], "the optimizer other is new"),
        ([("set", "adam", "clip_grad_norm", 0.5), ("run", "epochs", 9), ("bypass", "gelu", "input")], None),
    ],
)
def test_that_a_checkpoint_that_torch_refuses_is_refused_beforehand_by_what_has_changed(
    edits: list[Edit], said: str | None
) -> None:
    graph = applied(TWO, edits)
    assert misfit(TWO, graph) == said
    (old, optimizers), (model, others) = made_of(TWO), made_of(graph)
    fits = True
    try:
        model.load_state_dict(old.state_dict())
        for name, optimizer in others.items():
            optimizer.load_state_dict(optimizers[name].state_dict())
    except (RuntimeError, ValueError, KeyError):
        fits = False
    assert fits is (said is None)


def test_that_an_optimizer_of_another_type_is_refused() -> None:
    other = applied(TWO, [("remove", "adam"), ("add", "adam", "optim.SGD", {}, (0, 0))])
    other = applied(other, [("connect", "loss.output", "adam.loss")])
    assert misfit(TWO, other) == "adam was optim.AdamW and is optim.SGD"


def test_that_settings_that_a_checkpoint_would_overrule_are_refused() -> None:
    assert misfit(TWO, applied(TWO, [("set", "adam", "lr", 0.5)])) == "adam.lr was 0.003 and is 0.5"
    slower = applied(TWO, [("set", "adam", "schedule", {"type": "ExponentialLR", "gamma": 0.5})])
    assert misfit(TWO, slower) == "adam.schedule was another one"
