"""The files of plain torch whose definitions programs hold, read as text: what each defines, and what it imports."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "train" / "pieces"
DRAWN = "drawn.py"  # stands for what is written for a graph: only its imports are taken
AFTER = ("line.py", "loop.py", "each_fold.py", "main.py")  # what stands behind that in a program


@dataclass(frozen=True)
class Templates:
    """Definitions by name and import statements by the name that they bind."""

    definitions: Mapping[str, str]
    imports: Mapping[str, str]
    after: tuple[str, ...]  # names of the definitions that stand behind what is written for a graph
    ending: str  # the last statement of the last file


@cache
def templates() -> Templates:
    """Read all template files once."""
    definitions: dict[str, str] = {}
    imports: dict[str, str] = {}
    after: list[str] = []
    between = {file.name for file in FOLDER.glob("*.py")} - {DRAWN, *AFTER}
    for name in (DRAWN, *sorted(between), *AFTER):
        source = (FOLDER / name).read_text(encoding="utf-8")
        tree = ast.parse(source)
        lines = source.splitlines()
        for step in tree.body:
            if isinstance(step, ast.Import | ast.ImportFrom):
                imports |= dict(_imports(step))
            elif isinstance(step, ast.FunctionDef | ast.ClassDef) and name != DRAWN:
                definitions[step.name] = "\n".join(lines[first_line(step) - 1 : step.end_lineno])
                after += [step.name] if name in AFTER else []
    ending = "\n".join(lines[tree.body[-1].lineno - 1 :])
    return Templates(definitions, imports, tuple(after), ending)


def first_line(step: ast.stmt) -> int:
    """The first line of a statement, decorators included."""
    decorators: list[ast.expr] = getattr(step, "decorator_list", [])
    return min([step.lineno, *(each.lineno for each in decorators)])


def _imports(step: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The name that each part of an import binds, and the statement that binds it; ours are left out."""
    for alias in step.names:
        bound = alias.asname or alias.name.partition(".")[0]
        what = alias.name if not alias.asname else f"{alias.name} as {alias.asname}"
        if isinstance(step, ast.Import):
            yield bound, f"import {what}"
        elif step.module and not step.module.startswith("runtime."):
            yield bound, f"from {step.module} import {what}"
