"""Data paths that still point to the same files after their graph has moved to another folder."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue


def path_edits(graph: Graph, old: Path, new: Path) -> list[Edit]:
    """The edits that rewrite the relative paths of a graph that leaves folder `old` for `new`."""
    if old.resolve() == new.resolve():
        return []
    return [("set", node, key, relative(old / path, new)) for node, key, path in _relative_paths(graph)]


def relative(file: Path, folder: Path) -> str:
    """How a graph in `folder` names `file`: relative with slashes, absolute where another drive leaves no other way."""
    try:
        found = os.path.relpath(file.resolve(), folder.resolve())
    except ValueError:
        return str(file.resolve())
    return Path(found).as_posix()


def _relative_paths(graph: Graph) -> Iterator[tuple[str, str, str]]:
    for node in graph.nodes.values():
        spec = catalogue().get(node.type)
        for parameter in spec.parameters if spec else ():
            value = node.parameters.get(parameter.name)
            if parameter.kind == "path" and isinstance(value, str) and value and not _absolute(value):
                yield node.id, parameter.name, value


def _absolute(path: str) -> bool:
    return Path(path).is_absolute() or PurePosixPath(path).is_absolute()
