"""What the syntax tree of a function tells: its arguments, and a name for each tensor that it gives."""

import ast

from runtime.graph.names import NAME


def arguments_of(called: ast.FunctionDef, module: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the arguments, and of those that may be left out; what a module is called on is none."""
    names = [each.arg for each in (*called.args.posonlyargs, *called.args.args)][1 if module else 0 :]
    return tuple(names), tuple(names[max(0, len(names) - len(called.args.defaults)) :] if called.args.defaults else ())


def returned(called: ast.FunctionDef) -> tuple[str, ...]:
    """``output``, or a name for each of several that are returned: those of the variables where each has one."""
    last = next((step.value for step in reversed(called.body) if isinstance(step, ast.Return)), None)
    parts = last.elts if isinstance(last, ast.Tuple) else []
    names = [each.id for each in parts if isinstance(each, ast.Name)]
    if len(parts) < 2:
        return ("output",)
    plain = len(set(names)) == len(parts) and all(map(NAME.fullmatch, names))
    return tuple(names) if plain else tuple(f"output_{at}" for at in range(1, len(parts) + 1))
