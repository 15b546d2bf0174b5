"""Datasets that reach the same rows by several ways: no key of a join tells which of these rows are one."""

from runtime.check.datasets import JOIN, ZIP, joins_in
from runtime.graph.model import Graph


def twice(graph: Graph, dataset: str) -> tuple[str, str] | None:
    """A data.Zip or data.Join of joined rows, and a dataset that comes into it by several ways; None where none does.

    Rows side by side are one row by whatever way they come, unless one is a join.
    """
    if not joins_in(graph, dataset):
        return None
    upstream = graph.upstream([dataset])
    for id in [id for id in graph.nodes if id in upstream]:
        if graph.nodes[id].type == JOIN:
            ways = list(dict.fromkeys(graph.sources[id]))
        elif graph.nodes[id].type == ZIP and not any(graph.nodes[into].type == ZIP for into in graph.targets[id]):
            ways = _beside(graph, id)
        else:
            continue
        seen: set[str] = set()
        for way in ways:
            here = {other for other in graph.upstream([way]) if graph.nodes[other].type not in (ZIP, JOIN)}
            if shared := seen & here:
                return id, min(shared)
            seen |= here
    return None


def _beside(graph: Graph, id: str) -> list[str]:
    """The datasets whose rows are side by side in a data.Zip, also through others."""
    found, waiting = {id: None}, [id]
    while waiting:
        for source in graph.sources[waiting.pop()]:
            if source not in found:
                found[source] = None
                waiting += [source] if graph.nodes[source].type == ZIP else []
    return [other for other in found if graph.nodes[other].type != ZIP]
