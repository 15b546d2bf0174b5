"""Graphs as data in tests/graphs/programs: NAME.json, and NAME.py, which export must write letter for letter."""

import importlib.util
from pathlib import Path
from types import ModuleType

from runtime.check.check import check
from runtime.generate.program import Program, generate
from runtime.graph.file import load
from runtime.graph.model import Graph

FOLDER = Path(__file__).parents[2] / "graphs" / "programs"
NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))


def graph_of(name: str) -> Graph:
    """The graph of a case."""
    return load((FOLDER / f"{name}.json").read_bytes())


def program_of(graph: Graph, name: str = "graph") -> Program:
    """The program of a sound graph."""
    return generate(graph, check(graph), f"{name}.json")


def imported(text: str, file: Path, data: Path = FOLDER) -> ModuleType:
    """A program as a module; `file` is where it is written, `data` is the folder that its data paths start from."""
    file.write_text(text, encoding="utf-8")
    if not (file.parent / "data").exists():
        (file.parent / "data").symlink_to(data / "data")
    spec = importlib.util.spec_from_file_location(f"program_{file.stem}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
