"""Reads code that was typed: ``Conv2d(16, 3, padding=1)``, or ``nn.Sequential(...)`` as a row of nodes. Nothing is run.

Positional arguments stand in torch's order. Where torch would miss one, what the wire tells is taken to be left out:
``Conv2d(16, 3)`` is 16 filters of size 3, ``Conv2d(3, 16, 3)`` the same over 3 channels.
"""

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from runtime.spec.catalogue import catalogue, placeable
from runtime.spec.code import literal
from runtime.spec.node import Spec
from runtime.spec.parameter import Parameter
from runtime.spec.signature import REQUIRED, Signature, signature, signatures

LONGEST = 20_000  # letters; more than anybody types
PREFIXES = {
    "torch.nn.functional.": "F.",
    "nn.functional.": "F.",
    "functional.": "F.",
    "torch.nn.": "nn.",
    "torch.optim.": "optim.",
}
PLACES = ("nn", "F", "torch", "Tensor", "optim")  # where a name without a place is looked for first
SIGNS = {ast.Add: int.__add__, ast.Sub: int.__sub__, ast.Mult: int.__mul__, ast.FloorDiv: int.__floordiv__}


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
        return {name: value for name, value in self.values.items() if not _same(value, defaults[name])}


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


class _Wrong(Exception):
    """What is wrong with the code, for `read`."""


def is_code(text: str) -> bool:
    """Whether the text is meant as code: node types are searched for without brackets."""
    return "(" in text


def read(text: str) -> Chain | Unread:
    """The nodes that the code makes, or why it cannot be told."""
    try:
        step = _parsed(text)
        calls = tuple(_calls(step))
    except _Wrong as wrong:
        return Unread(str(wrong))
    if wrong_at := next((why for at, call in enumerate(calls) if (why := _unchained(calls, at, call))), None):
        return Unread(wrong_at)
    return Chain(calls)


def _parsed(text: str) -> ast.expr:
    """The expression; a name that it is given in the text is carried by the call."""
    if len(text) > LONGEST:
        raise _Wrong("This is longer than anybody types.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text.strip().rstrip(",")).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        opened = sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
        why = getattr(error, "msg", None) or "it cannot be read"
        raise _Wrong("A bracket is not closed yet." if opened > 0 else f"This is not Python: {why}.") from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr | ast.Assign):
        raise _Wrong("Type one call, such as Conv2d(16, 3), or one nn.Sequential.")
    step = body[0]
    if isinstance(step, ast.Assign) and isinstance(step.value, ast.Call):
        target = step.targets[-1]
        named = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        step.value.name = named  # type: ignore[attr-defined]
    return step.value


def _calls(step: ast.expr, name: str = "") -> Iterator[Call]:
    """The calls of an expression, those of a Sequential one after the other."""
    if isinstance(step, ast.Call) and isinstance(step.func, ast.Call):
        for fed in [each for each in step.args if isinstance(each, ast.Call)][:1]:
            yield from _calls(fed)
        yield from _calls(step.func, name)  # nn.ReLU()(x): what it is called with comes along the wire
        return
    if not isinstance(step, ast.Call) or (dotted := _dotted(step.func)) is None:
        raise _Wrong(f"{_code(step)} is not the call of a node type, such as Conv2d(16, 3).")
    name = name or getattr(step, "name", "")
    if dotted.rpartition(".")[2] == "Sequential":
        yield from _sequence(step)
        return
    spec, function = _resolved(dotted)
    takes, given = _named(spec, step, spec.function if function else spec.type)
    wires = [given[port.name] for port in spec.inputs if port.name in given]
    for inner in [each for each in wires if isinstance(each, ast.Call) and _sign(each) is None][:1]:
        yield from _calls(inner)
    yield replace(_call(spec, given, takes), name=name)


def _sequence(step: ast.Call) -> Iterator[Call]:
    if step.keywords or not step.args:
        raise _Wrong("nn.Sequential takes layers, one after the other.")
    inner = step.args[0]
    if len(step.args) == 1 and isinstance(inner, ast.Call) and (_dotted(inner.func) or "").endswith("OrderedDict"):
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
    if not pairs or not all(len(pair) == 2 and _text(pair[0]) for pair in pairs):
        raise _Wrong("OrderedDict takes pairs of a name and a layer.")
    return [(_text(name), value) for name, value in pairs]


def _text(step: Any) -> str:
    return step.value if isinstance(step, ast.Constant) and isinstance(step.value, str) else ""


def _dotted(step: ast.expr) -> str | None:
    """``nn.Conv2d`` of an expression that is a name with dots."""
    if isinstance(step, ast.Name):
        return step.id
    before = _dotted(step.value) if isinstance(step, ast.Attribute) else None
    return f"{before}.{step.attr}" if before and isinstance(step, ast.Attribute) else None


def _code(step: ast.AST) -> str:
    text = ast.unparse(step)
    return text if len(text) <= 40 else f"{text[:37]}..."


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
    near = get_close_matches(name.rpartition(".")[2].lower(), {spec.title.lower(): spec for spec in known}, 1)
    advice = next((f"; {spec.type} is near" for spec in known if near and spec.title.lower() == near[0]), "")
    raise _Wrong(f"There is no node type {dotted}{advice}.")


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
        elif name in spec.stand_ins and _sign(value) is None and not _plain(value):
            continue  # a tensor, which comes along a wire
        elif parameter is None:
            left += [] if _wired(spec, name, takes) or _is(value, takes.get(name)) else [name]
        elif not parameter.inferred:
            values[name] = _value(spec, parameter, value)
        elif (size := _value(spec, parameter, value)) is not None:
            told[name] = size
            values |= {parameter.last: len(size) if isinstance(size, list) else 1} if parameter.last else {}
    for name, default in takes.items():  # torch.flatten begins with dim 0, nn.Flatten with dim 1
        known = name in spec.parameter and default is not REQUIRED and default is not ... and default is not None
        if known and name not in values and not spec.parameter[name].inferred:
            values |= {} if _same(default, spec.parameter[name].default) else {name: default}
    return Call(spec.type, values, told, tuple(left))


def _inner(spec: Spec, step: ast.expr) -> Call | None:
    """The layer that a stack such as nn.TransformerEncoder is made of, whose parameters are its own here."""
    like = getattr(spec.declared, "like", "")
    dotted = _dotted(step.func) if isinstance(step, ast.Call) else None
    if not like or dotted is None or not isinstance(step, ast.Call) or _resolved(dotted)[0].type != like:
        return None
    other = catalogue()[like]
    takes, given = _named(other, step, like)
    return _call(other, given, takes)


def _named(spec: Spec, step: ast.Call, function: str) -> tuple[Signature, dict[str, ast.expr]]:
    """What is called takes these arguments, and is given these, by their names in torch."""
    if any(isinstance(each, ast.Starred) for each in step.args) or not all(each.arg for each in step.keywords):
        raise _Wrong(f"{spec.type} is called with a star; write its arguments out.")
    named = {str(each.arg): each.value for each in step.keywords}
    names = [each.name for each in spec.parameters if not each.ours]
    usual = signature(function, holding=names) or dict.fromkeys(names)  # what is not torch's takes what it declares
    for takes in (usual, *signatures().get(function, ())):
        if set(named) <= set(takes) and _complete(spec, step.args, named, takes):
            return takes, dict(zip(takes, step.args, strict=False)) | named
    if unknown := next((name for name in named if name not in usual and name not in spec.parameter), None):
        near = get_close_matches(unknown, [*spec.parameter], 1)
        raise _Wrong(f"{spec.type} takes no {unknown}{f'; it takes {near[0]}' if near else ''}.")
    asked = [name for name in usual if name in spec.parameter and not spec.parameter[name].inferred]
    if len(step.args) > len(asked):
        most = max(len(asked), len(usual))
        raise _Wrong(f"{spec.type} takes {most} arguments by position at most, got {len(step.args)}.")
    placed = dict(zip(asked, step.args, strict=False))
    if twice := next((name for name in placed if name in named), None):
        raise _Wrong(f"{spec.type} gets {twice} twice.")
    return usual, placed | named


def _complete(spec: Spec, args: Sequence[ast.expr], named: Mapping[str, ast.expr], takes: Signature) -> bool:
    """Whether torch would take the arguments as they stand: none missing, no number where a tensor belongs."""
    placed = {**dict(zip(takes, args, strict=False)), **named}
    if len(args) > len(takes) or len(placed) < len(args) + len(named):
        return False
    required = {name for name, default in takes.items() if default is REQUIRED and name in spec.parameter}
    missing = required - set(placed) - spec.stand_ins
    wired = [value for name, value in zip(takes, args, strict=False) if _wired(spec, name, takes)]
    return not missing and not any(map(_plain, wired))


def _wired(spec: Spec, name: str, takes: Signature) -> bool:
    """Whether an argument comes along a wire, or as drawn layers: it is no parameter, and torch needs it."""
    ports = {port.name for port in spec.inputs}
    return name not in spec.parameter and (name in ports or takes.get(name) is REQUIRED)


def _plain(step: ast.expr) -> bool:
    """Whether an expression is a number, a text or the like."""
    try:
        return not isinstance(ast.literal_eval(step), list | tuple | dict)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False


def _is(step: ast.expr, default: Any) -> bool:
    """Whether an expression is torch's default."""
    try:
        return bool(_same(_lists(ast.literal_eval(step)), default))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _value(spec: Spec, parameter: Parameter, step: ast.expr) -> Any:
    """The value of an argument, as its parameter takes it."""
    name = _sign(step) or (_dotted(step) or "").rpartition(".")[2]  # torch.float32, F.gelu
    if parameter.choices and name in parameter.choices:
        return name
    try:
        value = _lists(_literal(step))
    except (ValueError, TypeError, ZeroDivisionError, RecursionError, MemoryError):
        raise _Wrong(f"{spec.type} needs a plain value for {parameter.name}, got {_code(step)}.") from None
    if parameter.inferred and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if (wrong := parameter.problem(value)) and not (parameter.inferred and value is None):
        what, came, given = wrong.partition(", got")
        raise _Wrong(f"{spec.type} {what} for {parameter.name}{came}{given}.")
    return value


def _sign(step: ast.expr) -> str | None:
    """``inf`` or ``-inf`` where an expression is infinity: torch.inf, -math.inf, float("-inf")."""
    minus = isinstance(step, ast.UnaryOp) and isinstance(step.op, ast.USub)
    inner = step.operand if isinstance(step, ast.UnaryOp) and minus else step
    text = _dotted(inner) or ""
    if isinstance(inner, ast.Call) and _dotted(inner.func) == "float" and len(inner.args) == 1:
        text = _text(inner.args[0]).removeprefix("+")
    text = text.rpartition(".")[2]
    if text not in ("inf", "-inf"):
        return None
    return text if not minus else "-inf" if text == "inf" else "inf"


def _literal(step: ast.expr) -> Any:
    """A literal, or whole numbers added, subtracted, multiplied or divided: ``32 * 7 * 7``. Raises what is no value."""
    if not isinstance(step, ast.BinOp):
        return ast.literal_eval(step)
    one, other, sign = _literal(step.left), _literal(step.right), SIGNS.get(type(step.op))
    if sign is None or type(one) is not int or type(other) is not int:
        raise ValueError("no whole numbers")
    return sign(one, other)


def _lists(value: Any) -> Any:
    """The value as a graph holds it: lists instead of tuples."""
    if isinstance(value, list | tuple):
        return [_lists(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str | dict):
        return value
    raise ValueError("no value of JSON")


def _unchained(calls: Sequence[Call], at: int, call: Call) -> str:
    """Why a node cannot stand at its place in a row of several."""
    spec = catalogue()[call.type]
    if at and not spec.inputs:
        return f"{call.type} takes nothing, so it cannot stand behind {calls[at - 1].type}."
    if at < len(calls) - 1 and not spec.outputs:
        return f"{call.type} gives nothing, so {calls[at + 1].type} cannot stand behind it."
    return ""
