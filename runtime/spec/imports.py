"""The files beside a Python file that it needs: what it imports that lies there too, and what these import."""

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

MOST_FILES = 200
MOST_BYTES = 1_000_000  # of a file that is looked into


def needed_files(file: Path, root: Path) -> list[Path]:
    """The file and all that it imports of the folder `root`, in which Python looks for it. Nothing is run."""
    found: dict[Path, None] = {file: None}
    waiting = [file]
    while waiting and len(found) < MOST_FILES:
        one = waiting.pop(0)
        for each in _imported(one, root):
            if each not in found:
                found[each] = None
                waiting.append(each)
    return list(found)


def _imported(file: Path, root: Path) -> Iterator[Path]:
    """The files of the folder that a file imports."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the user's style, to nobody
            text = file.read_bytes() if file.stat().st_size <= MOST_BYTES else b""
            steps = list(ast.walk(ast.parse(text)))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for step in steps:
        if isinstance(step, ast.Import):
            places = [(root, alias.name) for alias in step.names]
        elif isinstance(step, ast.ImportFrom):
            base = file.parents[step.level - 1] if 0 < step.level <= len(file.parents) else root
            module = f"{step.module}." if step.module else ""
            places = [(base, step.module or "")] + [(base, module + alias.name) for alias in step.names]
        else:
            continue
        for base, dotted in places:
            yield from _files(base, dotted)


def _files(base: Path, dotted: str) -> Iterator[Path]:
    """Where a module may stand: the packages on the way, and a file or a package of its name."""
    parts = [part for part in dotted.split(".") if part]
    for count in range(1, len(parts) + 1):
        place = base.joinpath(*parts[:count])
        for each in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            if each.is_file():
                yield each
