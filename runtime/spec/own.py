"""Python that a user wrote into a graph, read as text and by its syntax tree; nothing here runs it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from runtime.graph.model import Graph, Node


@dataclass(frozen=True)
class Own:
    """One text of the user's: where it stands, what it imports and defines, and the function that is called."""

    node: str
    parameter: str
    field: str | None
    text: str
    imports: tuple[str, ...] = ()
    body: str = ""
    names: tuple[str, ...] = ()
    function: str = ""
    wrong: str | None = None


def own_sources(graph: Graph) -> Iterator[Own]:
    """Every text of Python in a graph, in the order of its nodes."""
    for node in graph.nodes.values():
        for parameter, field, lines in _places(node):
            yield _read(node.id, parameter, field, "\n".join(lines))


def _places(node: Node) -> Iterator[tuple[str, str | None, list[str]]]:
    """Where Python may stand: one function for all samples, or one a field."""
    if node.type != "Collate":
        return
    ways = node.parameters.get("collate")
    for field, way in ways.items() if isinstance(ways, dict) else ():
        if isinstance(way, dict) and _is_lines(way.get("function")):
            yield "collate", field, way["function"]
    whole = node.parameters.get("collate_fn")
    if isinstance(whole, dict) and _is_lines(whole.get("function")):
        yield "collate_fn", None, whole["function"]


def _is_lines(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def _read(node: str, parameter: str, field: str | None, text: str) -> Own:
    place = (node, parameter, field, text)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f", line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else ""
        return Own(*place, wrong=f"is not Python{where}")
    lines = text.splitlines()
    imports: list[str] = []
    names: list[str] = []
    functions = [step.name for step in tree.body if isinstance(step, ast.FunctionDef)]
    kept = set(range(1, len(lines) + 1))
    for step in tree.body:
        if isinstance(step, ast.Import | ast.ImportFrom):
            imports.append(ast.unparse(step))
            kept -= set(range(step.lineno, (step.end_lineno or 0) + 1))
        elif isinstance(step, ast.FunctionDef | ast.ClassDef):
            names.append(step.name)
        elif isinstance(step, ast.Assign | ast.AnnAssign):
            names += [
                name.id for name in ast.walk(step) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            ]
        elif not (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)):
            return Own(*place, wrong=f"holds more than imports, functions and constants: see line {step.lineno}")
    if not functions:
        return Own(*place, wrong="defines no function")
    body = "\n".join(line for at, line in enumerate(lines, start=1) if at in kept).strip("\n")
    return Own(*place, tuple(imports), body, tuple(names), functions[-1])
