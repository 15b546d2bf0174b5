"""Python of the user's in a graph, read as text and by its syntax tree; nothing here runs it."""

import ast
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial

from runtime.graph.edit import Edit
from runtime.graph.model import Graph, Node
from runtime.spec.named import MODEL, named
from runtime.spec.python import Own, Python
from runtime.spec.syntax import arguments_of, returned

FUNCTION, MODULE = "own.Function", "own.Module"  # the node types that hold a text

# Characters that show text in another order than Python reads it, or not at all: nobody can trust what nobody sees.
HIDDEN = ("Cc", "Cf", "Zl", "Zp")
FILLERS = "\u115f\u1160\u3164\uffa0"  # letters to Python, nothing to the eye
LONGEST = 50_000  # characters of a text, which is read while the window waits
BREAK = re.compile(r"\r\n|\r|\n")  # where Python ends a line; str.splitlines knows more


def own_sources(graph: Graph, ids: Iterable[str] | None = None) -> Iterator[Own]:
    """All Python in a graph, or in some of its nodes, in their order; what is only named is there as its import."""
    for node in graph.nodes.values() if ids is None else map(graph.nodes.__getitem__, ids):
        for parameter, field, lines in _places(node):
            yield replace(read("\n".join(lines), node.type == MODULE), node=node.id, parameter=parameter, field=field)
        if node.type == MODEL and (found := named(node.id, node.parameters)) is not None:
            yield found


def _places(node: Node) -> Iterator[tuple[str, str | None, list[str]]]:
    """Where Python may stand: one function for all samples, or one a field."""
    if node.type in (FUNCTION, MODULE):
        source = node.parameters.get("source")
        if isinstance(source, dict) and _is_lines(source.get("function")):
            yield "source", None, source["function"]
    if node.type != "Collate":
        return
    ways = node.parameters.get("collate")
    for field, way in ways.items() if isinstance(ways, dict) else ():
        if isinstance(way, dict) and _is_lines(way.get("function")):
            yield "collate", field, way["function"]
    whole = node.parameters.get("collate_fn")
    if isinstance(whole, dict) and _is_lines(whole.get("function")):
        yield "collate_fn", None, whole["function"]


def makes(collate: Node, field: str) -> bool:
    """Whether a function of the user's makes a field of a batch, of which nobody knows what it does to it."""
    ways = collate.parameters.get("collate")
    each = ways.get(field) if isinstance(ways, dict) else None
    return bool(collate.parameters.get("collate_fn")) or isinstance(each, dict)


def rewritten(node: Node, own: Own, text: str) -> Edit | None:
    """The edit that puts another text in the place of one."""
    value, lines = node.parameters.get(own.parameter), text.split("\n")
    if not isinstance(value, dict) or own.parameter == "called":
        return None
    if own.field is None:
        return ("set", node.id, own.parameter, {**value, "function": lines})
    return ("set", node.id, own.parameter, {**value, own.field: {**value[own.field], "function": lines}})


def _is_lines(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def _hidden(sign: str) -> bool:
    return sign in FILLERS or (unicodedata.category(sign) in HIDDEN and sign != "\t")


@lru_cache(200)
def read(text: str, module: bool = False) -> Own:
    """What a text defines; the last function is the one that is called, or the last class where it is a module."""
    place = ("", "", None, text)  # filled in by whoever knows it
    refused = partial(Own, *place, python=Python(text))
    if len(text) > LONGEST:
        return refused(wrong=f"has {len(text):,} characters; at most {LONGEST:,} can be, more belong in a file")
    lines = BREAK.split(text)
    if hidden := next((at for at, line in enumerate(lines, start=1) if any(map(_hidden, line))), None):
        return refused(wrong=f"holds a character that cannot be seen: see line {hidden}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the user's style, to nobody
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f", line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else ""
        return refused(wrong=f"is not Python{where}")
    if step := next((step for step in tree.body if not _allowed(step)), None):
        return refused(wrong=f"holds more than imports, functions and constants: see line {step.lineno}")
    imports = [step for step in tree.body if isinstance(step, ast.Import | ast.ImportFrom)]
    others = [step for step in tree.body if step not in imports]
    moved = {line for step in imports for line in _span(step)}
    if step := next((step for step in others if not moved.isdisjoint(_span(step))), None):
        return refused(wrong=f"has an import and more on one line: see line {step.lineno}")
    made = [step for step in others if isinstance(step, ast.ClassDef if module else ast.FunctionDef)]
    if not made:
        return refused(wrong="defines no class" if module else "defines no function")
    called = _forward(made[-1]) if isinstance(made[-1], ast.ClassDef) else made[-1]
    if called is None:
        return refused(wrong=f"defines {made[-1].name}, which has no forward")
    body = "\n".join(line for at, line in enumerate(lines, start=1) if at not in moved).strip("\n")
    names = tuple(name for step in others for name in _defined(step))
    bound = tuple(pair for step in imports for pair in bindings(step))
    takes, optional = arguments_of(called, module)
    imported = tuple(map(ast.unparse, imports))
    gives = returned(called)
    python = Python(text, made[-1].name)
    return Own(*place, imported, body, names, made[-1].name, None, bound, takes, optional, gives, python)


def _forward(made: ast.ClassDef) -> ast.FunctionDef | None:
    return next((step for step in made.body if isinstance(step, ast.FunctionDef) and step.name == "forward"), None)


def bindings(step: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what each stands for."""
    for alias in step.names:
        if isinstance(step, ast.ImportFrom):
            yield alias.asname or alias.name, f"{step.module}.{alias.name}"
        else:
            top = alias.name.partition(".")[0]
            yield alias.asname or top, alias.name if alias.asname else top


def _allowed(step: ast.stmt) -> bool:
    """Whether a statement may stand beside the functions. A program has no package around it, and its own future."""
    if isinstance(step, ast.ImportFrom):
        return step.level == 0 and step.module != "__future__" and step.names[0].name != "*"
    text = isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)
    return text or isinstance(step, ast.Import | ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign)


def _span(step: ast.stmt) -> range:
    """The lines of a statement, decorators included."""
    first = min([step.lineno, *(each.lineno for each in getattr(step, "decorator_list", []))])
    return range(first, (step.end_lineno or step.lineno) + 1)


def _defined(step: ast.stmt) -> Iterator[str]:
    if isinstance(step, ast.FunctionDef | ast.ClassDef):
        yield step.name
    elif isinstance(step, ast.Assign | ast.AnnAssign):
        stored = (name for name in ast.walk(step) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store))
        yield from (name.id for name in stored)
