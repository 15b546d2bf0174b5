"""The settings of a run, declared like those of a node, so that check and form follow from one place."""

from typing import TYPE_CHECKING

from runtime.check.problem import ERROR
from runtime.graph.edit import Edit
from runtime.spec.node import Misfit
from runtime.spec.parameter import Choice, Int, Parameter

if TYPE_CHECKING:
    from runtime.check.walk import Walk

RUN: tuple[Parameter, ...] = (
    Int("How often training goes through all its rows.", 5, least=1, most=100_000).named("epochs"),
    Int("Which random numbers a run draws; the same seed gives the same figures.", 0, most=2**63 - 1).named("seed"),
    Choice("Where to train; auto takes the fastest that works.", ("auto", "cpu", "cuda", "mps"), "auto").named(
        "device"
    ),
)


def examine(walk: "Walk") -> None:
    """Note what cannot be; settings that are not known here are kept and do nothing."""
    walk.stage = "run"
    for parameter in RUN:
        wrong = parameter.problem(walk.graph.run.get(parameter.name, parameter.default))
        if wrong:
            what, came, given = wrong.partition(", got")
            default: tuple[Edit, ...] = (("run", parameter.name, parameter.default),)
            why = f"The run {what} for {parameter.name}{came}{given}"
            walk.tell("", ERROR, Misfit(why, None, ((f"Set {parameter.name} to {parameter.default}", default),)))
