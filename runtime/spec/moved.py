"""Data paths that still point to the same files after their graph has moved to another folder."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from runtime.graph.difference import Difference, Splice
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph, Node
from runtime.spec.paths import naming, paths_of, relative_paths, relative_weights

Way = Callable[[str], str]  # from a relative path to how it is called in the new folder


def path_edits(graph: Graph, old: Path, new: Path) -> list[Edit]:
    """The edits that rewrite the relative paths of a graph that leaves folder `old` for `new`."""
    return [] if old.resolve() == new.resolve() else _edits(graph, _way(old, new))


def moved(graph: Graph, old: Path, new: Path) -> Graph:
    """The graph with its relative paths rewritten so."""
    edits = path_edits(graph, old, new)
    return applied(graph, edits) if edits else graph


def moved_changes(changes: Sequence[Difference], old: Path, new: Path) -> list[Difference]:
    """Steps between graphs, rewritten to lead from and to such graphs with their paths rewritten so."""
    if old.resolve() == new.resolve():
        return [*changes]
    moving = _Moving(_way(old, new))
    return [moving.change(each) for each in changes]


class _Moving:
    """Rewrites parts of graphs alone: a history of a large graph holds few nodes many times, and whole graphs never."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.known: dict[int, Node] = {}  # what becomes of each, by its identity: the steps keep them meanwhile

    def change(self, change: Difference) -> Difference:
        if not change.nodes and not change.extra:
            return change
        nodes, extra = change.nodes, change.extra
        return replace(
            change,
            nodes=Splice(nodes.at, self._nodes(nodes.old), self._nodes(nodes.new)),
            extra=Splice(extra.at, self._extra(extra.old), self._extra(extra.new)),
        )

    def _nodes(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(map(self._node, nodes))

    def _node(self, node: Node) -> Node:
        if not naming(node.type) and "weights" not in node.extra:
            return node
        if (after := self.known.get(id(node))) is None:
            after, paths = node, {name: self.way(path) for name, path in paths_of(node)}
            if paths:
                after = replace(after, parameters={**after.parameters, **paths})
            if "weights" in node.extra:
                alone = Graph(nodes={node.id: after})
                after = applied(alone, _weights(alone, self.way)).nodes[node.id]
            self.known[id(node)] = after
        return after

    def _extra(self, entries: tuple[tuple[str, object], ...]) -> tuple[tuple[str, object], ...]:
        part = Graph(extra=dict(entries))
        return tuple(applied(part, _edits(part, self.way)).extra.items())


def _way(old: Path, new: Path) -> Way:
    return cache(lambda path: relative(old / path, new))


def _edits(graph: Graph, way: Way) -> list[Edit]:
    return [("set", node, key, way(path)) for node, key, path in relative_paths(graph)] + _weights(graph, way)


def _weights(graph: Graph, way: Way) -> list[Edit]:
    return [
        ("weights", node or None, replace(source, path=way(source.path)).written)
        for node, source in relative_weights(graph)
    ]


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
