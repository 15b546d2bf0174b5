"""The arguments of a call that was typed, by their names in torch, and their values; read by the syntax tree alone.

Positional arguments stand in torch's order. Where torch would miss one, what the wire tells is taken to be left out.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from runtime.spec.near import nearest
from runtime.spec.node import Spec
from runtime.spec.parameter import Parameter
from runtime.spec.signature import REQUIRED, Signature, signature, signatures

TENSORS = ("torch.tensor", "torch.Tensor", "torch.FloatTensor", "tensor")  # a list of numbers stands in one
SIGNS = {ast.Add: int.__add__, ast.Sub: int.__sub__, ast.Mult: int.__mul__, ast.FloorDiv: int.__floordiv__}


class Wrong(Exception):
    """What is wrong with the code, for `read`."""


def arguments(spec: Spec, step: ast.Call, function: str) -> tuple[Signature, dict[str, ast.expr]]:
    """What is called takes these arguments, and is given these, by their names in torch."""
    if any(isinstance(each, ast.Starred) for each in step.args) or not all(each.arg for each in step.keywords):
        raise Wrong(f"{spec.type} is called with a star; write its arguments out.")
    named = {str(each.arg): each.value for each in step.keywords}
    names = [each.name for each in spec.parameters if not each.ours]
    usual = signature(function, holding=names) or dict.fromkeys(names)  # what is not torch's takes what it declares
    for takes in (usual, *signatures().get(function, ())):
        if set(named) <= set(takes) and _complete(spec, step.args, named, takes):
            return takes, dict(zip(takes, step.args, strict=False)) | named
    if unknown := next((name for name in named if name not in usual and name not in spec.parameter), None):
        near = nearest(unknown, spec.parameter)
        raise Wrong(f"{spec.type} takes no {unknown}{f'; it takes {near}' if near else ''}.")
    asked = [name for name in usual if name in spec.parameter and not spec.parameter[name].inferred]
    if len(step.args) > len(asked):
        most = max(len(asked), len(usual))
        raise Wrong(f"{spec.type} takes {most} arguments by position at most, got {len(step.args)}.")
    placed = dict(zip(asked, step.args, strict=False))
    if twice := next((name for name in placed if name in named), None):
        raise Wrong(f"{spec.type} gets {twice} twice.")
    return usual, placed | named


def _complete(spec: Spec, args: Sequence[ast.expr], named: Mapping[str, ast.expr], takes: Signature) -> bool:
    """Whether torch would take the arguments as they stand: none missing, no number where a tensor belongs."""
    placed = {**dict(zip(takes, args, strict=False)), **named}
    if len(args) > len(takes) or len(placed) < len(args) + len(named):
        return False
    required = {name for name, default in takes.items() if default is REQUIRED and name in spec.parameter}
    missing = required - set(placed) - spec.stand_ins
    wired = [value for name, value in zip(takes, args, strict=False) if is_wired(spec, name, takes)]
    return not missing and not any(map(plain, wired))


def is_wired(spec: Spec, name: str, takes: Signature) -> bool:
    """Whether an argument comes along a wire, or as drawn layers: it is no parameter, and torch needs it."""
    ports = {port.name for port in spec.inputs}
    return name not in spec.parameter and (name in ports or takes.get(name) is REQUIRED)


def plain(step: ast.expr) -> bool:
    """Whether an expression is a number, a text or the like."""
    try:
        return not isinstance(ast.literal_eval(step), list | tuple | dict)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False


def is_default(step: ast.expr, default: Any) -> bool:
    """Whether an expression is torch's default."""
    try:
        return bool(same(_lists(ast.literal_eval(step)), default))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False


def same(one: Any, other: Any) -> bool:
    """Equal, where ``1`` is not ``True``."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _within(step: ast.expr) -> ast.expr:
    """The list in ``torch.tensor([0.5, 1.0])``, which is how a program writes numbers that torch takes as a tensor."""
    made = isinstance(step, ast.Call) and dotted_name(step.func) in TENSORS and len(step.args) == 1
    return step.args[0] if made and isinstance(step, ast.Call) else step


def value_of(spec: Spec, parameter: Parameter, step: ast.expr) -> Any:
    """The value of an argument, as its parameter takes it."""
    name = infinite(step) or (dotted_name(step) or "").rpartition(".")[2]  # torch.float32, F.gelu
    if parameter.choices and name in parameter.choices:
        return name
    try:
        value = plain_value(_within(step) if parameter.tensor_like else step)
    except (ValueError, TypeError, ZeroDivisionError, RecursionError, MemoryError):
        raise Wrong(f"{spec.type} needs a plain value for {parameter.name}, got {shown(step)}.") from None
    if parameter.inferred and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if (wrong := parameter.problem(value)) and not (parameter.inferred and value is None):
        what, came, given = wrong.partition(", got")
        raise Wrong(f"{spec.type} {what} for {parameter.name}{came}{given}.")
    return value


def infinite(step: ast.expr) -> str | None:
    """``inf`` or ``-inf`` where an expression is infinity: torch.inf, -math.inf, float("-inf")."""
    minus = isinstance(step, ast.UnaryOp) and isinstance(step.op, ast.USub)
    inner = step.operand if isinstance(step, ast.UnaryOp) and minus else step
    text = dotted_name(inner) or ""
    if isinstance(inner, ast.Call) and dotted_name(inner.func) == "float" and len(inner.args) == 1:
        text = text_of(inner.args[0]).removeprefix("+")
    text = text.rpartition(".")[2]
    if text not in ("inf", "-inf"):
        return None
    return text if not minus else "-inf" if text == "inf" else "inf"


def plain_value(step: ast.expr) -> Any:
    """The value of a literal as a graph holds it. Raises what is none."""
    return _lists(_literal(step))


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


def dotted_name(step: ast.expr) -> str | None:
    """``nn.Conv2d`` of an expression that is a name with dots."""
    if isinstance(step, ast.Name):
        return step.id
    before = dotted_name(step.value) if isinstance(step, ast.Attribute) else None
    return f"{before}.{step.attr}" if before and isinstance(step, ast.Attribute) else None


def text_of(step: Any) -> str:
    """The text of a literal one, or nothing."""
    return step.value if isinstance(step, ast.Constant) and isinstance(step.value, str) else ""


def shown(step: ast.AST) -> str:
    """Code as a sentence can hold it."""
    text = ast.unparse(step)
    return text if len(text) <= 40 else f"{text[:37]}..."
