"""Calls that were typed and make no node type of ours: models of other packages, what optimizers hold. Nothing is run.

``torchvision.models.resnet18(weights="DEFAULT")`` is an own.Model of that name with these arguments. It stays inert, as
every own.Model, until it is trusted; only then is anything imported.
"""

import ast
from collections.abc import Iterable
from typing import Any

from runtime.spec.arguments import Wrong, dotted_name, plain_value, shown
from runtime.spec.code import IDENTIFIER
from runtime.spec.node import Spec

MAKERS = ("torchvision.models.", "timm.")  # where packages keep the functions that make their models
SHORT = {"models.": "torchvision.models."}  # as ``from torchvision import models`` has it
BY_POSITION = {  # what people give such a function without its name
    "timm.create_model": ("model_name", "pretrained"),
    "torchvision.models.get_model": ("name",),
}
WEIGHTS = "_Weights"  # torchvision takes a member of such a class by its name too


def maker(dotted: str) -> str:
    """The full name of a function that makes a model of another package; nothing where it is none."""
    full = next(
        (long + dotted.removeprefix(short) for short, long in SHORT.items() if dotted.startswith(short)), dotted
    )
    return full if full.startswith(MAKERS) else ""


def made_by(function: str, step: ast.Call) -> tuple[str, dict[str, Any]]:
    """What the node wishes to be called, and its parameters. Raises Wrong where arguments cannot be told."""
    names = BY_POSITION.get(function, ())
    if any(isinstance(each, ast.Starred) for each in step.args) or not all(each.arg for each in step.keywords):
        raise Wrong(f"{function} is called with a star; write its arguments out.")
    if len(step.args) > len(names):
        raise Wrong(f"Write the arguments of {function} with their names, as in weights=None.")
    given = {**dict(zip(names, step.args, strict=False)), **{str(each.arg): each.value for each in step.keywords}}
    arguments = {name: _value(function, name, value) for name, value in given.items()}
    wish = str(arguments.get(names[0], "")) if names else ""
    parameters: dict[str, Any] = {"called": function}
    return wish if IDENTIFIER.fullmatch(wish) else function.rpartition(".")[2], (
        parameters | ({"arguments": arguments} if arguments else {})
    )


def _value(function: str, name: str, step: ast.expr) -> Any:
    before, _, last = (dotted_name(step) or "").rpartition(".")
    if before.endswith(WEIGHTS):
        return last
    try:
        return plain_value(step)
    except (ValueError, TypeError, ZeroDivisionError, RecursionError, MemoryError):
        raise Wrong(f"{function} needs a plain value for {name}, got {shown(step)}.") from None


def held_by_optimizers(dotted: str, known: Iterable[Spec]) -> str:
    """For what an optimizer holds as a parameter the sentence that says so; nothing for other names."""
    title = dotted.rpartition(".")[2]
    optimizer = next(spec for spec in known if spec.family == "optimizer")
    for parameter in optimizer.parameters:
        where = f"{parameter.name} of {optimizer.type} for example"
        if title in [option.name for option in parameter.options]:
            return f"{title} is no node: a schedule is a parameter of the optimizer, {where}."
        if title.rstrip("_") == parameter.name:
            return f"{title} is no node: it is a parameter of the optimizer, {where}."
    return ""
