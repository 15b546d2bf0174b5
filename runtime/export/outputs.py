"""What an exported model gives, told so that it can be read in any language: classes, probabilities, units."""

from collections.abc import Iterator
from typing import Any

from runtime.export.few import few
from runtime.export.taken import Taken
from runtime.generate.classes import ITSELF, SIGMOID, SOFTMAX, named_classes, probabilities, standardized
from runtime.generate.drawn import Drawn
from runtime.spec.tensor import Tensor, Type

HOW = {SOFTMAX: "softmax makes probabilities of them", SIGMOID: "sigmoid makes a probability of it"}


def outputs(found: Taken, learnt: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each result with its type; of scores the names of the classes in order, and what makes probabilities of them.

    Of what is compared with standardized numbers `units` says how it becomes a number of the data; `learnt` has their
    mean and deviation by the node.
    """
    drawn, told = found.drawn, dict[str, dict[str, Any]]()
    classes, shares, scaled = named_classes(drawn), probabilities(drawn), standardized(drawn)
    for result, end in drawn.results.items():
        about: dict[str, Any] = {"type": shown(drawn.report.types[end])} if end in drawn.report.types else {}
        if result in classes:
            about |= {"classes": [str(each) for each in classes[result]]}
        if result in shares:
            about |= {"probabilities": shares[result]}
        if result in scaled:
            field, node, called = scaled[result]
            about |= {"units": {"of": field, "does": f"{called} = {result} * std + mean", **_scale(learnt.get(node))}}
        told[result] = about
    return told


def _scale(value: Any) -> dict[str, Any]:
    """Mean and deviation as numbers, where they are known."""
    if not isinstance(value, tuple):
        return {}
    return {name: each.tolist() for name, each in zip(("mean", "std"), value, strict=True)}


def lines(told: dict[str, dict[str, Any]], drawn: Drawn) -> Iterator[str]:
    """For a report: what is given, a line each."""
    for result, about in told.items():
        type = drawn.report.types.get(drawn.results[result])
        if type is None:
            continue
        yield f"gives {result}: {shown(type)}{_meant(about, type)}"
        if units := about.get("units"):
            numbers = f", where mean = {few(units['mean'])} and std = {few(units['std'])}" if "mean" in units else ""
            yield f"  in standard deviations of {units['of']}: {units['does']}{numbers}"


def _meant(about: dict[str, Any], type: Type) -> str:
    """Which class each number is of, and what it says of it."""
    classes, how = about.get("classes") or [], about.get("probabilities")
    if not classes and not how:
        return ""
    single = isinstance(type, Tensor) and type.shape[1:] in ((), (1,))
    names = f": {few({name: at for at, name in enumerate(classes)})}" if classes else ", counted from 0"
    of = f"{classes[1]!r}, against {classes[0]!r}" if single else f"each class{names}"
    number, makes = "probability" if how == ITSELF else "score", f"; {HOW[how]}" if how in HOW else ""
    return f", a {number} for {of}{makes}"


def shown(type: Type) -> str:
    """A type with the name that the batch has in the file."""
    return str(type).replace("[B", "[batch", 1) if isinstance(type, Tensor) else str(type)
