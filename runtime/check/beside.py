"""What is wrong around a graph's file and not in it: data that is not there, a version newer than this program."""

from collections.abc import Iterator
from pathlib import Path

from runtime.check.problem import ERROR, WARNING, Problem
from runtime.graph.file import VERSION
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue


def beside(graph: Graph, file: Path) -> tuple[Problem, ...]:
    """Looks at the disk, which a check itself never does; paths in a graph are relative to its file."""
    return (*_missing(graph, file.resolve().parent), *_newer(graph, file))


def _missing(graph: Graph, folder: Path) -> Iterator[Problem]:
    known = catalogue()
    for id, node in graph.nodes.items():
        spec, path = known.get(node.type), node.parameters.get("path")
        if spec and "path" in spec.parameter and isinstance(path, str) and path and not (folder / path).is_file():
            what = "is a folder" if (folder / path).is_dir() else "is not there"
            yield Problem(id, None, ERROR, f"{id} has no file: {folder / path} {what}.")


def _newer(graph: Graph, file: Path) -> Iterator[Problem]:
    version = graph.extra.get("version")
    if isinstance(version, int) and version > VERSION:
        why = (
            f"{file} was made by a newer version of Torchweave; what this one does not know is kept, but does nothing."
        )
        yield Problem("", None, WARNING, why)
