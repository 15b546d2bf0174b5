"""The nn.Modules that a Python file defines, read by its syntax tree: what each takes, gives and is made with."""

import ast
import warnings
from collections.abc import Mapping
from typing import Any

from runtime.spec.syntax import arguments_of, returned

Signature = dict[str, Any]
LONGEST = 2_000_000  # characters of a file; nobody writes more, and a tree takes a hundred times as much memory


def models_in(text: str) -> dict[str, Signature]:
    """By name the classes of a file that have a ``forward``, of their own or from another class of the file.

    A signature is ``{"takes", "optional", "gives", "arguments", "needed"}``: names of inputs, those that may stay free,
    names of outputs, the arguments it is made with and their defaults, those of them without one.
    Raises ValueError with the rest of a sentence that begins with the file.
    """
    if len(text) > LONGEST:
        raise ValueError(f"has {len(text):,} characters; at most {LONGEST:,} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the user's style, to nobody
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f", line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else ""
        raise ValueError(f"is not Python{where}") from None
    classes = {step.name: step for step in tree.body if isinstance(step, ast.ClassDef)}
    found = {name: _signature(name, classes) for name in classes}
    return {name: signature for name, signature in found.items() if signature is not None}


def _signature(name: str, classes: Mapping[str, ast.ClassDef]) -> Signature | None:
    forward = _method("forward", name, classes)
    if forward is None or name.startswith("_"):
        return None
    takes, optional = arguments_of(forward, module=True)
    arguments, needed = _made_with(_method("__init__", name, classes))
    gives = list(returned(forward))
    return {
        "takes": list(takes),
        "optional": list(optional),
        "gives": gives,
        "arguments": arguments,
        "needed": needed,
    }


def _method(name: str, of: str, classes: Mapping[str, ast.ClassDef]) -> ast.FunctionDef | None:
    """A method of a class, or of the first of its bases in the file that has it."""
    seen: list[str] = [of]
    for each in seen:
        for step in classes[each].body:
            if isinstance(step, ast.FunctionDef) and step.name == name:
                return step
        bases = [base.id for base in classes[each].bases if isinstance(base, ast.Name)]
        seen += [base for base in bases if base in classes and base not in seen]
    return None


def _made_with(init: ast.FunctionDef | None) -> tuple[dict[str, Any], list[str]]:
    """The arguments that a graph can hold, and those that must be given."""
    if init is None:
        return {}, []
    plain = [*init.args.posonlyargs, *init.args.args][1:]
    defaults: list[ast.expr | None] = [None] * len(plain)
    if given := init.args.defaults[-len(plain) :] if plain else []:
        defaults[-len(given) :] = given
    pairs = [*zip(plain, defaults, strict=True), *zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True)]
    needed = [argument.arg for argument, default in pairs if default is None]
    known = {argument.arg: _literal(default) for argument, default in pairs if default is not None}
    return dict.fromkeys(needed) | {name: value[0] for name, value in known.items() if value}, needed


def _literal(default: ast.expr) -> tuple[Any] | None:
    """The value of a default that a graph file can hold, or None."""
    try:
        value = ast.literal_eval(default)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None
    return (list(value) if isinstance(value, tuple) else value,) if _plain(value) else None


def _plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return value is None or isinstance(value, bool | int | float | str)
