"""Several lines of code as calls one behind the other: layers that are made in some lines and called in others."""

import ast
import re
from collections import Counter
from collections.abc import Sequence

from runtime.spec.arguments import Wrong, dotted_name

BLOCK = re.compile(r"(?:^|[;\n])\s*(?:@|async\s+def\b|def\b|class\b|for\b|while\b|with\b|if\b|try\b)")
TAKEN = "Layers, or an nn.Sequential, are taken in lines of their own"
CLASS = f"{TAKEN}; a class or a function is not taken apart: own.Model draws a class as one node."
ONE = "Type one call, such as Conv2d(16, 3), or one nn.Sequential."
SKIPPED = ast.Import | ast.ImportFrom | ast.Pass
VALUED = ast.Assign | ast.AnnAssign | ast.Expr | ast.Return


def is_block(text: str) -> bool:
    """Whether the text holds a class, a function or a loop."""
    return BLOCK.search(text) is not None


def steps_of(body: Sequence[ast.stmt]) -> list[ast.expr]:
    """The expressions of lines in their order; a layer stands where it is called, if any line does that.

    A layer carries the `name` that it is given. Raises Wrong where the lines make no row.
    """
    lines = [line for line in body if not isinstance(line, SKIPPED) and not _is_super(line)]
    if not all(isinstance(line, VALUED) for line in lines):
        raise Wrong(CLASS)
    pairs = [(_target(line), line.value) for line in lines if isinstance(line, VALUED) and line.value is not None]
    if not pairs or (len(pairs) > 1 and not any(map(_called, (value for _, value in pairs)))):
        raise Wrong(ONE)
    return _row(pairs)


def _row(pairs: Sequence[tuple[str, ast.expr]]) -> list[ast.expr]:
    """The expressions of several lines that make nodes: each takes what the one before it gives."""
    called = Counter(name for _, value in pairs for name in _called(value))
    layers, found, last = _Layers(), list[ast.expr](), ""
    for name, value in pairs:
        if isinstance(value, ast.Call) and called[name]:
            if called[name] > 1:
                raise Wrong(f"{name} is called {called[name]} times, which makes no row; add it alone, then share it.")
            layers.made[name] = _named(value, name)
            continue
        if found and dotted_name(value) == last:  # return x
            continue
        data = _data(value)
        if found and data and data != {last}:
            what = "takes more than" if last in data else "does not take"
            raise Wrong(f"{_shown(value)} {what} what the line before it gives: such lines are added one by one.")
        found.append(layers.visit(value if data and len(pairs) > 1 else _named(value, name)))
        last = name
    return found


class _Layers(ast.NodeTransformer):
    """Puts what makes a layer in the place of its name where it is called."""

    def __init__(self) -> None:
        self.made: dict[str, ast.expr] = {}

    def visit_Call(self, step: ast.Call) -> ast.AST:
        self.generic_visit(step)
        if (made := self.made.get(dotted_name(step.func) or "")) is not None:
            step.func = made
        return step


def _named(step: ast.expr, name: str) -> ast.expr:
    """A call that carries the last part of the name that it is given."""
    if isinstance(step, ast.Call):
        step.name = name.rpartition(".")[2]  # type: ignore[attr-defined]  # a tree holds what one puts into it
    return step


def _is_super(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and ast.unparse(line).startswith("super(")


def _target(line: ast.stmt) -> str:
    """The name that a line gives; empty for none."""
    if isinstance(line, ast.Assign):
        return dotted_name(line.targets[-1]) or ""
    return dotted_name(line.target) or "" if isinstance(line, ast.AnnAssign) else ""


def _called(value: ast.expr) -> list[str]:
    """The names of all that is called, from the outside in."""
    calls = (part for part in ast.walk(value) if isinstance(part, ast.Call))
    return [name for call in calls if (name := dotted_name(call.func))]


def _data(value: ast.expr) -> set[str]:
    """The names that are read, without those of modules and layers before what is called."""
    roots = {id(part) for call in ast.walk(value) if isinstance(call, ast.Call) for part in ast.walk(call.func)}
    return {part.id for part in ast.walk(value) if isinstance(part, ast.Name) and id(part) not in roots}


def _shown(value: ast.expr) -> str:
    return text if len(text := ast.unparse(value)) <= 40 else f"{text[:39]}…"
