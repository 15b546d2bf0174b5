"""Reads code that was typed: ``Conv2d(16, 3, padding=1)``, or ``nn.Sequential(...)`` as a row of nodes. Nothing is run.

``Conv2d(16, 3)`` is 16 filters of size 3, ``Conv2d(3, 16, 3)`` the same over 3 channels: see `runtime.spec.arguments`.
"""

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from textwrap import dedent
from typing import Any

from runtime.spec.arguments import (
    Wrong,
    arguments,
    dotted_name,
    infinite,
    is_default,
    is_wired,
    plain,
    same,
    shown,
    text_of,
    value_of,
)
from runtime.spec.catalogue import catalogue, placeable
from runtime.spec.code import literal
from runtime.spec.from_lines import CLASS, is_block, steps_of
from runtime.spec.named import MODEL
from runtime.spec.node import Spec
from runtime.spec.package_call import held_by_optimizers, made_by, maker
from runtime.spec.signature import REQUIRED, Signature

LONGEST = 20_000  # letters; more than anybody types
PREFIXES = {
    "torch.nn.functional.": "F.",
    "nn.functional.": "F.",
    "functional.": "F.",
    "torch.nn.": "nn.",
    "torch.optim.": "optim.",
}
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@"}
PLACES = ("nn", "F", "torch", "Tensor", "optim")  # where a name without a place is looked for first


@dataclass(frozen=True)
class Call:
    """One node as it was typed."""

    type: str
    values: Mapping[str, Any]  # of its parameters, as typed
    told: Mapping[str, Any] = field(default_factory=dict)  # sizes that the wire tells
    left: tuple[str, ...] = ()  # arguments of torch that are not offered
    name: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        """What a graph holds of it: what differs from torch's defaults."""
        defaults = catalogue()[self.type].defaults
        return {name: value for name, value in self.values.items() if not same(value, defaults[name])}


@dataclass(frozen=True)
class Chain:
    """Nodes one behind the other; a single one mostly."""

    calls: tuple[Call, ...]

    @property
    def title(self) -> str:
        """What a row in a list says."""
        if len(self.calls) > 1:
            return " → ".join(call.type.rpartition(".")[2] for call in self.calls)
        (call,) = self.calls
        return f"{call.type.rpartition('.')[2]}({', '.join(f'{k}={literal(v)}' for k, v in call.values.items())})"

    @property
    def said(self) -> str:
        """What will be drawn, and what of the code will not."""
        told = [f"{name} {value}" for call in self.calls for name, value in call.told.items()]
        left = dict.fromkeys(name for call in self.calls for name in call.left)
        sentences = [self._drawn(), f"The wire tells {', '.join(told)}.", f"Left out: {', '.join(left)}."]
        return " ".join(each for each, there in zip(sentences, (True, told, left), strict=True) if there)

    def _drawn(self) -> str:
        if len(self.calls) > 1:
            return f"{len(self.calls)} nodes, wired in a row."
        values = [f"{name} {literal(value)}" for name, value in self.calls[0].values.items()]
        return f"{self.calls[0].type}, {', '.join(values)}." if values else catalogue()[self.calls[0].type].doc


@dataclass(frozen=True)
class Unread:
    """Why the text is not understood, in one sentence."""

    said: str


def is_code(text: str) -> bool:
    """Whether the text is meant as code: node types are searched for without brackets."""
    return "(" in text


def read(text: str) -> Chain | Unread:
    """The nodes that the code makes, or why it cannot be told."""
    try:
        calls = tuple(call for step in _parsed(text) for call in _calls(step))
    except Wrong as wrong:
        return Unread(str(wrong))
    if wrong_at := next((why for at, call in enumerate(calls) if (why := _unchained(calls, at, call))), None):
        return Unread(wrong_at)
    return Chain(calls)


def _parsed(text: str) -> list[ast.expr]:
    """The expression, or those of several lines; a name that one is given in the text is carried by the call."""
    if len(text) > LONGEST:
        raise Wrong("This is longer than anybody types.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return steps_of(ast.parse(dedent(text).strip().rstrip(",")).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        opened = sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
        why = getattr(error, "msg", None) or "it cannot be read"
        if opened <= 0 and is_block(text):
            raise Wrong(CLASS) from None
        raise Wrong("A bracket is not closed yet." if opened > 0 else f"This is not Python: {why}.") from None


def _calls(step: ast.expr, name: str = "") -> Iterator[Call]:
    """The calls of an expression, those of a Sequential one after the other."""
    if isinstance(step, ast.Call) and isinstance(step.func, ast.Call):
        for fed in [each for each in step.args if isinstance(each, ast.Call)][:1]:
            yield from _calls(fed)
        yield from _calls(step.func, name)  # nn.ReLU()(x): what it is called with comes along the wire
        return
    if isinstance(step, ast.BinOp) and (named := _operator(step.op)):
        step = ast.Call(ast.parse(named, mode="eval").body, [step.left, step.right], [])
    if not isinstance(step, ast.Call) or (dotted := dotted_name(step.func)) is None:
        raise Wrong(f"{shown(step)} is not the call of a node type, such as Conv2d(16, 3).")
    name = name or getattr(step, "name", "")
    if dotted.rpartition(".")[2] == "Sequential":
        yield from _sequence(step)
        return
    if called := maker(dotted):
        wish, values = made_by(called, step)
        yield Call(MODEL, values, name=name or wish)
        return
    spec, function = _resolved(dotted)
    takes, given = arguments(spec, step, spec.function if function else spec.type)
    wires = [given[port.name] for port in spec.inputs if port.name in given]
    for inner in [each for each in wires if isinstance(each, ast.Call) and infinite(each) is None][:1]:
        yield from _calls(inner)
    yield replace(_call(spec, given, takes), name=name)


def _operator(op: ast.operator) -> str:
    """The node type that an operator stands for; empty where there is none."""
    sign = OPERATORS.get(op.__class__)
    return next((spec.type for spec in placeable() if sign and getattr(spec.declared, "operator", "") == sign), "")


def _sequence(step: ast.Call) -> Iterator[Call]:
    if step.keywords or not step.args:
        raise Wrong("nn.Sequential takes layers, one after the other.")
    inner = step.args[0]
    if len(step.args) == 1 and isinstance(inner, ast.Call) and (dotted_name(inner.func) or "").endswith("OrderedDict"):
        for name, value in _pairs(inner):
            yield from _calls(value, name)
        return
    for each in step.args:
        yield from _calls(each)


def _pairs(step: ast.Call) -> list[tuple[str, ast.expr]]:
    """The names and layers of an OrderedDict."""
    given = step.args[0] if len(step.args) == 1 else None
    pairs: list[tuple[Any, ...]] = []
    if isinstance(given, ast.List | ast.Tuple):
        pairs = [tuple(each.elts) if isinstance(each, ast.Tuple | ast.List) else () for each in given.elts]
    elif isinstance(given, ast.Dict):
        pairs = list(zip(given.keys, given.values, strict=True))
    if not pairs or not all(len(pair) == 2 and text_of(pair[0]) for pair in pairs):
        raise Wrong("OrderedDict takes pairs of a name and a layer.")
    return [(text_of(name), value) for name, value in pairs]


def _resolved(dotted: str) -> tuple[Spec, bool]:
    """The node type of a name: its own, where no place is said its last part, or the function that it computes.

    With it whether the function was named, which takes its arguments in an order of its own.
    """
    name = next(
        (short + dotted.removeprefix(long) for long, short in PREFIXES.items() if dotted.startswith(long)), dotted
    )
    known = placeable()
    found = [spec for spec in known if name in (spec.type, spec.function)]
    if not found and "." not in name:
        found = [spec for spec in known if spec.title == name] or [s for s in known if s.title.lower() == name.lower()]
    if found:
        spec = min(found, key=lambda spec: (spec.type != name, _place(spec)))
        return spec, name == spec.function
    if held := held_by_optimizers(dotted, known):
        raise Wrong(held)
    near = get_close_matches(name.rpartition(".")[2].lower(), {spec.title.lower(): spec for spec in known}, 1)
    advice = next((f"; {spec.type} is near" for spec in known if near and spec.title.lower() == near[0]), "")
    raise Wrong(f"There is no node type {dotted}{advice}.")


def _place(spec: Spec) -> int:
    place = spec.type.rpartition(".")[0]
    return PLACES.index(place) if place in PLACES else len(PLACES)


def _call(spec: Spec, given: Mapping[str, ast.expr], takes: Signature) -> Call:
    values: dict[str, Any] = {}
    told: dict[str, Any] = {}
    left = []
    for name, value in given.items():
        parameter = spec.parameter.get(name)
        if parameter is None and (inner := _inner(spec, value)) is not None:
            values |= inner.values
            told |= inner.told
        elif name in spec.stand_ins and infinite(value) is None and not plain(value):
            continue  # a tensor, which comes along a wire
        elif parameter is None:
            left += [] if is_wired(spec, name, takes) or is_default(value, takes.get(name)) else [name]
        elif not parameter.inferred:
            values[name] = value_of(spec, parameter, value)
        elif (size := value_of(spec, parameter, value)) is not None:
            told[name] = size
            values |= {parameter.last: len(size) if isinstance(size, list) else 1} if parameter.last else {}
    for name, default in takes.items():  # torch.flatten begins with dim 0, nn.Flatten with dim 1
        known = name in spec.parameter and default is not REQUIRED and default is not ... and default is not None
        if known and name not in values and not spec.parameter[name].inferred:
            values |= {} if same(default, spec.parameter[name].default) else {name: default}
    return Call(spec.type, values, told, tuple(left))


def _inner(spec: Spec, step: ast.expr) -> Call | None:
    """The layer that a stack such as nn.TransformerEncoder is made of, whose parameters are its own here."""
    like = getattr(spec.declared, "like", "")
    dotted = dotted_name(step.func) if isinstance(step, ast.Call) else None
    if not like or dotted is None or not isinstance(step, ast.Call) or _resolved(dotted)[0].type != like:
        return None
    other = catalogue()[like]
    takes, given = arguments(other, step, like)
    return _call(other, given, takes)


def _unchained(calls: Sequence[Call], at: int, call: Call) -> str:
    """Why a node cannot stand at its place in a row of several."""
    spec = catalogue()[call.type]
    if call.type == MODEL and len(calls) > 1:
        return f"What {call.values['called']} takes is known once you trust it; add it alone, then draw its wires."
    if at and not spec.inputs:
        return f"{call.type} takes nothing, so it cannot stand behind {calls[at - 1].type}."
    if at < len(calls) - 1 and not spec.outputs:
        return f"{call.type} gives nothing, so {calls[at + 1].type} cannot stand behind it."
    return ""
