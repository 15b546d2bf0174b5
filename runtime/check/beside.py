"""What is wrong around a graph's file and not in it: data that is not there, a version newer than this program."""

from collections.abc import Iterator
from os.path import exists, isdir, isfile  # which no path is too long or too odd for
from pathlib import Path

from runtime.check.problem import ERROR, WARNING, Problem, Repair
from runtime.graph.file import VERSION
from runtime.graph.model import Graph
from runtime.graph.weights import sources
from runtime.spec.catalogue import catalogue
from runtime.spec.paths import relative_paths, relative_weights


def beside(graph: Graph, file: Path) -> tuple[Problem, ...]:
    """Looks at the disk, which a check itself never does; paths in a graph are relative to its file."""
    return (*missing(graph, file.resolve().parent), *_newer(graph, file))


def not_beside(graph: Graph, origin: Path, script: Path) -> str | None:
    """What to do where a script stands elsewhere than its graph, which is in `origin`, and lacks its data there."""
    files = [(f"{node}-path", path) for node, _, path in relative_paths(graph)]
    files += [(f"{node or 'model'}-weights", source.path) for node, source in relative_weights(graph)]
    for option, path in files:
        if not exists(script.parent / path) and exists(origin / path):
            known = (origin / path).resolve()
            return f"It reads {path} beside itself: copy that from {known}, or say --{option} {known}."
    return None


def missing(graph: Graph, folder: Path) -> Iterator[Problem]:
    """The datasets, and the weights, whose file is not there."""
    known = catalogue()
    for id, source in sources(graph).items():
        if not isfile(folder / source.path):
            off = Repair("Begin without the file", (("weights", id or None, None),))
            what = "is a folder" if isdir(folder / source.path) else "is not there"
            why = f"{id or 'The model'} has no file of weights: {folder / source.path} {what}. {off.label}."
            yield Problem(id, None, ERROR, why, (off,))
    for id, node in graph.nodes.items():
        spec, path = known.get(node.type), node.parameters.get("path")
        if spec and "path" in spec.parameter and isinstance(path, str) and path and not isfile(folder / path):
            what = "is a folder" if isdir(folder / path) else "is not there"
            yield Problem(id, None, ERROR, f"{id} has no file: {folder / path} {what}.")


def _newer(graph: Graph, file: Path) -> Iterator[Problem]:
    version = graph.extra.get("version")
    if isinstance(version, int) and version > VERSION:
        why = (
            f"{file} was made by a newer version of Torchweave; what this one does not know is kept, but does nothing."
        )
        yield Problem("", None, WARNING, why)
