"""Data paths that still point to the same files after their graph has moved to another folder."""

import os
from dataclasses import replace
from pathlib import Path

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.spec.paths import relative_paths, relative_weights


def path_edits(graph: Graph, old: Path, new: Path) -> list[Edit]:
    """The edits that rewrite the relative paths of a graph that leaves folder `old` for `new`."""
    if old.resolve() == new.resolve():
        return []
    weights = [
        ("weights", node or None, replace(source, path=relative(old / source.path, new)).written)
        for node, source in relative_weights(graph)
    ]
    return [("set", node, key, relative(old / path, new)) for node, key, path in relative_paths(graph)] + weights


def moved(graph: Graph, old: Path, new: Path) -> Graph:
    """The graph with its relative paths rewritten so."""
    edits = path_edits(graph, old, new)
    return applied(graph, edits) if edits else graph


def relative(file: Path, folder: Path) -> str:
    """How a graph in `folder` names `file`: relative with slashes, absolute where another drive leaves no other way.

    What lies in the folder by a link is named by the link, which may lead elsewhere on another computer.
    """
    if file.is_relative_to(folder) and ".." not in file.parts:
        return file.relative_to(folder).as_posix()
    try:
        found = os.path.relpath(file.resolve(), folder.resolve())
    except ValueError:
        return str(file.resolve())
    return Path(found).as_posix()
