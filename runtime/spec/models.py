"""The nn.Modules that a Python file defines, read by its syntax tree: what each takes, gives and is made with."""

import ast
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.spec.named import MODEL, named
from runtime.spec.observed import ANSWERS, what_it_takes
from runtime.spec.syntax import arguments_of, returned

Signature = dict[str, Any]
LONGEST = 2_000_000  # bytes of a file; nobody writes more, and a tree takes a hundred times as much memory


def look(path: Path) -> dict[str, Any]:
    """``{"type", "parameters", "choices", "notes"}`` of a file, for the node that names one of its classes.

    Or ``{"problem": sentence}``. `choices` holds the parameters for each class, `parameters` those for the last.
    """
    try:
        found = models_in(_text(path))
    except (OSError, ValueError) as error:
        why = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else str(error)
        return {"problem": f"{path.name} {why}"}
    if not found:
        return {"problem": f"{path.name} has no model: no class in it has a forward"}
    packages = [folder for folder in path.resolve().parents if (folder / "__init__.py").is_file()]
    about = {"depth": 1 + len(packages), "classes": list(found)}
    choices = {name: {"called": name, "signature": {**signature, **about}} for name, signature in found.items()}
    notes = [f"{len(found)} class{'es' if len(found) > 1 else ''}: {', '.join(found)}"]
    return {"type": MODEL, "parameters": choices[list(found)[-1]], "choices": choices, "notes": notes}


def still_taken(parameters: Mapping[str, Any], signature: Signature) -> dict[str, Any]:
    """The arguments of a node but for those that only its class as it was before took."""
    given, before = parameters.get("arguments") or {}, (parameters.get("signature") or {}).get("arguments") or {}
    return {name: value for name, value in given.items() if name in signature["arguments"] or name not in before}


def _text(path: Path) -> str:
    """What stands in a file. A graph may name a pipe, which would never end, or a disk."""
    if path.exists() and not path.is_file():
        raise ValueError("is not a file")
    with path.open("rb") as file:
        data = file.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise ValueError(f"has more than {LONGEST:,} bytes, too many to be read")
    return data.decode("utf-8-sig")


def signatures(graph: Graph, looks: Mapping[str, Mapping[str, Any]]) -> list[Edit]:
    """The edits that give each model what a look at its file told, where that is something else than it has."""
    edits: list[Edit] = []
    for node in graph.nodes.values():
        told = looks.get(str(node.parameters.get("path") or "")) if node.type == MODEL else None
        chosen = told.get("choices", {}).get(node.parameters.get("called")) if told else None
        if chosen and chosen["signature"] != node.parameters.get("signature"):
            edits.append(("set", node.id, "signature", chosen["signature"]))
            if (kept := still_taken(node.parameters, chosen["signature"])) != node.parameters.get("arguments", kept):
                edits.append(("set", node.id, "arguments", kept))
    return edits


def looked_up(graph: Graph) -> list[Edit]:
    """The same for models of installed packages that have been looked at."""
    edits: list[Edit] = []
    for node in graph.nodes.values():
        own = named(node.id, node.parameters) if node.type == MODEL and not node.parameters.get("path") else None
        found = ANSWERS.get(what_it_takes(own.python)) if own else None
        if found and found.signature and found.signature != node.parameters.get("signature"):
            edits.append(("set", node.id, "signature", dict(found.signature)))
    return edits


def models_in(text: str) -> dict[str, Signature]:
    """By name the classes of a file that have a ``forward``, of their own or from another class of the file.

    A signature is ``{"takes", "optional", "gives", "arguments", "needed"}``: names of inputs, those that may stay free,
    names of outputs, the arguments it is made with and their defaults, those of them without one.
    Raises ValueError with the rest of a sentence that begins with the file.
    """
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
    return (list(value) if isinstance(value, tuple) else value,) if plain(value) else None


def plain(value: Any) -> bool:
    """Whether a graph file can hold a default: no number in it is infinite, or longer than any machine counts."""
    if isinstance(value, list | tuple):
        return all(map(plain, value))
    return value is None or isinstance(value, str) or (isinstance(value, int | float) and abs(value) < 2**63)
