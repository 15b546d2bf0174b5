"""A smaller graph that fails in the same way: nodes and parameters are taken away as long as it still does."""

from collections.abc import Callable, Iterator

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph


def shrunk(graph: Graph, fails: Callable[[Graph], bool]) -> Graph:
    """What is left once nothing more can be taken away."""
    smaller = next((each for each in less(graph) if fails(each)), None)
    return graph if smaller is None else shrunk(smaller, fails)


def less(graph: Graph) -> Iterator[Graph]:
    """The graph without each of its nodes, last ones first, with what is behind it or not; then without a parameter."""
    for id in reversed(list(graph.nodes)):
        behind = graph.downstream([id])
        for gone in (behind, {id}) if len(behind) > 1 else ({id},):
            yield applied(graph, [("remove", each) for each in gone])
    for id, node in graph.nodes.items():
        edits: list[Edit] = [("unset", id, name) for name in node.parameters if name != "fields"]
        yield from (applied(graph, [edit]) for edit in edits)
