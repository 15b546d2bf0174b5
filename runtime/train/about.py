"""What a run is called and was made with: graph, versions, seed, threads and data; the file run.json of its folder.

Whoever makes the folder writes the name and where the graph comes from; the process that trains adds what only it can
know.
"""

import ast
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from runtime.graph.carried import KEY
from runtime.graph.file import Refused, load
from runtime.graph.model import Graph
from runtime.graph.save import write_whole
from runtime.spec.moved import moved
from runtime.train.changed import kept_print, read_files

FILE = "run.json"
SAVED_AS = "saved_as.json"  # the file that the run's graph was saved to since: FILE is the trainer's while it trains
SETTLED = ("epochs", "seed", "threads", "fold")  # options of a program that its result follows from
MOST = 2**20  # bytes
MOST_NAME = 200  # letters
MOST_PATH = 2**15  # bytes


def begin(folder: Path, origin: Path | None, name: str, **more: Any) -> None:
    """Note of a new run its name, when it began, the file of its graph, and the folder that data paths are relative to.

    And whatever `more` there is.

    The folder stays as it is when the graph gets another file: what carries the graph has its paths as they were.
    """
    begun = datetime.now().astimezone().isoformat(timespec="seconds")
    file = origin.resolve() if origin else None
    there = file.parent if file else Path.cwd()
    graph = None if file is None else str(file)
    _write(folder, {"name": name, "begun": begun, "graph": graph, "folder": str(there), **more})


def complete(folder: Path, options: Any) -> None:
    """Add versions, options and data, once the program has imported what it needs and before it trains."""
    settled = {name: value for name in SETTLED if (value := getattr(options, name, None)) is not None}
    data = {path: {"node": node, "print": kept_print(Path(path))} for path, node in read_files(folder).items()}
    versions = {"python": platform.python_version(), "torchweave": version("torchweave"), **dict(_versions(folder))}
    _write(folder, {**read(folder), "options": settled, "versions": versions, "data": data})


def save_as(folder: Path, file: Path) -> None:
    """Note that the graph of a run has been saved to a file. Raises OSError."""
    (folder / SAVED_AS).write_text(json.dumps(str(file.resolve())), encoding="ascii")


def saved_as(folder: Path) -> Path | None:
    """The file that the graph of a run was saved to since; None where it was not."""
    with suppress(OSError, ValueError, RecursionError), (folder / SAVED_AS).open("rb") as file:
        found = json.loads(file.read(MOST_PATH))
        return Path(found) if isinstance(found, str) and found and "\0" not in found else None
    return None


def read(folder: Path) -> dict[str, Any]:
    """What is known of a run; nothing of one that wrote no such file, or of which it cannot be read."""
    try:
        with (folder / FILE).open("rb") as file:
            found = json.loads(file.read(MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def name_of(folder: Path) -> str:
    """What a run was called when it began, in one line, whatever has become of the runs before it; otherwise like its
    folder.
    """
    return " ".join(str(read(folder).get("name") or folder.name).split())[:MOST_NAME]


def file_of(folder: Path) -> Path | None:
    """The file of the graph that a run is of, which may be of another machine; None for a graph without one."""
    file = read(folder).get("graph")
    return saved_as(folder) or (Path(file) if isinstance(file, str) and file else None)


def origin_of(folder: Path) -> Path | None:
    """The file of the graph that a run is of; None where its folder is not on this machine."""
    file = file_of(folder)
    return file if file and os.path.isdir(file.parent) else None


def graph_of(folder: Path, here: Path | None = None) -> Graph | None:
    """The graph of a run, as `seen` from a folder; None where it holds none that can be read."""
    try:
        return seen(load((folder / "graph.json").read_bytes()), folder, here)
    except (OSError, Refused):
        return None


def seen(graph: Graph, folder: Path, here: Path | None = None) -> Graph:
    """The graph of a run with its data paths as they are `here`: by default where its file is, or this process.

    They stay as they are where the run comes from another machine.
    """
    known, origin = read(folder), origin_of(folder)
    there = Path(str(known.get("folder") or (origin.parent if origin else folder)))
    if not there.is_dir() or not (origin or "folder" in known):
        return graph
    home = origin.parent if origin else there if known.get("graph") else Path.cwd()
    return moved(graph, there, here or home)


def graph_in(folder: Path) -> dict[str, str]:
    """The graph of a run as the metadata of its weights."""
    return {KEY: (folder / "graph.json").read_text(encoding="utf-8")}


def carrying(state: Callable[[], dict[str, Any]], folder: Path) -> Callable[[], dict[str, Any]]:
    """What makes the checkpoint, which then carries the graph: first, so that it is found without reading the rest.

    And what the run watches, which is another thing once a run with other settings goes on in its folder.
    """
    graph, watched = graph_in(folder), read(folder).get("watched")
    return lambda: {**graph, **state(), "watched": watched}


def _versions(folder: Path) -> Iterator[tuple[str, str]]:
    """Of the packages that the program imports."""
    tree = ast.parse((folder / "program.py").read_text(encoding="utf-8"))
    names = {alias.name for step in ast.walk(tree) if isinstance(step, ast.Import) for alias in step.names}
    names |= {step.module for step in ast.walk(tree) if isinstance(step, ast.ImportFrom) and step.module}
    for name in sorted({name.partition(".")[0] for name in names} - sys.stdlib_module_names):
        if told := getattr(sys.modules.get(name), "__version__", None):
            yield name, str(told)


def _write(folder: Path, about: dict[str, Any]) -> None:
    write_whole(folder / FILE, json.dumps(about, indent=2).encode())
