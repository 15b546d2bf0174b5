"""What people read of node types: families and groups as headings, what ports accept and parameters may be in words."""

from collections.abc import Iterable
from typing import Any

from runtime.spec.code import literal
from runtime.spec.node import Spec
from runtime.spec.parameter import Parameter
from runtime.spec.pattern import KINDS, Pattern
from runtime.spec.value import MOST

FAMILIES = {
    "dataset": "Datasets",
    "collate": "Collate",
    "transform": "Transforms",
    "layer": "Layers",
    "join": "Joins",
    "loss": "Losses",
    "metric": "Metrics",
    "optimizer": "Optimizers",
    "output": "Output",
    "definition": "Definitions",
    "library": "Your library",
}
GROUPS = {  # by the file that declares the node types, where its name is not what people look for
    "accuracy": "Classification",
    "adaptive": "Pooling",
    "binary_loss": "Binary, multi-label",
    "bundled": "From scikit-learn",
    "cast": "Cast and detach",
    "classification_loss": "Classification",
    "classification_metric": "Classification",
    "columns": "Convolution",
    "dimension": "Along a dimension",
    "fitted": "Fitted to the data",
    "own": "Your own",
    "picture": "Pictures",
    "probability_metric": "Probabilities",
    "ranking_loss": "Ranking",
    "regression_loss": "Regression",
    "regression_metric": "Regression",
    "signal": "Signals",
    "softmax": "Activation",
    "source": "Creation",
    "squashing": "Activation",
    "threshold": "Activation",
    "together": "Combined",
    "tokens": "Fitted to the data",
    "warp": "Flips and rotations",
}
DTYPES = {
    "float": "float32 or another float",
    "int": "whole numbers",
    "index": "int64 or int32",
    "number": "numbers",
    "tensor": "any dtype",
}
SINGLE = {
    "any": "anything",
    "text": "text, one a sample",
    "picture": "a picture that is not decoded yet",
    "loss": "a loss",
}
FARTHEST = -64  # a dim counted from the end; a limit of this kind is none for people
COUNTS = ("no", "one", "two", "three", "four", "five", "six")


def family_title(family: str) -> str:
    """A family as a heading."""
    return FAMILIES.get(family) or family.capitalize()


def group_title(group: str) -> str:
    """A group within a family, which is the file that declares it, as a heading; several files may share one."""
    return GROUPS.get(group) or group.replace("_", " ").capitalize()


def grouped(specs: Iterable[Spec]) -> tuple[list[Spec], dict[str, list[Spec]]]:
    """The node types of a family that stand alone, and the others by heading, as a dictionary has its words.

    A heading over one node type would say what the node type says. Below a heading the file of that name comes first.
    """
    groups: dict[str, list[Spec]] = {}
    for spec in sorted(specs, key=lambda spec: spec.group in GROUPS):
        groups.setdefault(group_title(spec.group), []).append(spec)
    alone = [some[0] for some in groups.values() if len(some) == 1]
    return alone, {title: groups[title] for title in sorted(groups) if len(groups[title]) > 1}


def accepted(pattern: Pattern) -> str:
    """What a port accepts: ``float32 of any shape that ends with in_features``."""
    kinds: dict[str, list[str]] = {}  # by shape
    for kind, _, dims in pattern.options:
        shape = "" if kind in SINGLE else _shaped(dims)
        named = SINGLE.get(kind) or DTYPES.get(kind) or (", ".join(KINDS[kind]) if kind in KINDS else kind)
        kinds.setdefault(shape, []).append(named)
    return "; or ".join(f"{' or '.join(dict.fromkeys(named))}{shape}" for shape, named in kinds.items())


def _shaped(dims: tuple[str, ...] | None) -> str:
    if dims is None:
        return " of any shape"
    if not dims:
        return ", a single number"
    if "..." not in dims:
        count = COUNTS[len(dims)] if len(dims) < len(COUNTS) else str(len(dims))
        return f" with {count} dimension{'s' * (len(dims) > 1)}: {', '.join(dims)}"
    at = dims.index("...")
    before, behind = ", ".join(dims[:at]), ", ".join(dims[at + 1 :])
    ways = [f"begins with {before}"] * bool(before) + [f"ends with {behind}"] * bool(behind)
    return f" of any shape that {' and '.join(ways)}"


def limits(parameter: Parameter) -> str:
    """What a parameter may be: ``a whole number from 1``."""
    said = LIMITS[parameter.kind](parameter) if parameter.kind in LIMITS else parameter.kind
    return f"{said}, or none" if parameter.default is None and not parameter.inferred else said


def default(parameter: Parameter, of_torch: bool = False) -> str:
    """The default as code, and what a node from the palette has instead; nothing for an empty one, or a text."""
    if parameter.kind == "source":
        return ""
    shown = "" if parameter.default in ([], {}, "") else f"`{literal(parameter.default)}`"
    if parameter.start is None:
        return shown
    theirs = of_torch and not (parameter.ours or parameter.positional)
    begins = f"a node from the palette begins with `{literal(parameter.start)}`"
    return "; ".join(filter(None, (f"{shown} in torch" if shown and theirs else shown, begins)))


def settings_of(option: Any) -> str:
    """The parameters of a schedule with their defaults: ```step_size` 10, `gamma` 0.1``."""
    values = {each.name: each.default for each in option.parameters}
    short = {name: f"{value:.4g}" if isinstance(value, float) else literal(value) for name, value in values.items()}
    return ", ".join(f"`{name}` {value}" for name, value in short.items())


def option_example(parameter: Parameter) -> dict[str, Any]:
    """What a graph holds of a parameter whose value is one of several things with settings of their own."""
    first = parameter.options[0]
    return {parameter.name: {"type": first.name, **{each.name: each.default for each in first.parameters[:1]}}}


def _between(p: Parameter) -> str:
    least = f" from {p.least:g}" if p.least is not None and p.least > FARTHEST else ""
    most = "" if p.most is None or p.most >= MOST else f" to {p.most:g}"
    return f"{least}{most}"


def _listed(p: Parameter, one: str) -> str:
    several = (
        f", or {p.length} of them" if p.length and p.length != 1 else ", or a list of them" if not p.length else ""
    )
    words = f", or {_one_of(p)}" if p.choices else ""
    return f"{one}{_between(p)}{several}{words}"


def _one_of(p: Parameter) -> str:
    return f"one of {', '.join(p.choices)}" if len(p.choices) > 1 else p.choices[0]


LIMITS: dict[str, Any] = {
    "int": lambda p: f"a whole number{_between(p)}",
    "float": lambda p: f"a number{_between(p)}",
    "number": lambda p: f"a number{_between(p)}, or {_one_of(p)}" if p.choices else f"a number{_between(p)}",
    "bool": lambda p: "True or False",
    "text": lambda p: "text",
    "choice": _one_of,
    "path": lambda p: "a file, relative to the graph's",
    "sizes": lambda p: _listed(p, "a whole number"),
    "factors": lambda p: _listed(p, "a number"),
    "numbers": lambda p: "a list of numbers",
    "names": lambda p: "a list of names",
    "field": lambda p: "the name of a field, or nothing",
    "fields": lambda p: "names of fields with their types",
    "joining": lambda p: "a way for each field",
    "wholes": lambda p: f"a list of whole numbers{_between(p)}",
    "source": lambda p: "a function of your own",
    "schedule": lambda p: f"a type with its settings, such as {p.options[0].name}: see below",
    "called": lambda p: "a class in the file, such as Encoder; without a file a name with dots, timm.create_model",
    "arguments": lambda p: 'values by name, as in {"width": 20, "kind": "plain"}',
    "types": lambda p: 'types by output, without B, as in {"output": "float32[64]"}',
    "signature": lambda p: 'written by the look at the file, as in {"takes": ["image"], "gives": ["output"]}',
}
