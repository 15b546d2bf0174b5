"""What the nodes of a run are called in a graph that goes on with it, and which settings may be others; no torch."""

from collections.abc import Mapping
from typing import Any

from runtime.check.whereabouts import renames
from runtime.graph.edit import renamed
from runtime.graph.model import Edge, Graph
from runtime.spec.parameter import Parameter


def names(was: Graph, now: Graph) -> dict[str, str]:
    """New names by old: of nodes in the same place, of the same type, that get what they got."""
    before = [(id, node.type) for id, node in was.nodes.items()]
    found = {old: new for new, old in renames(before, now).items()}
    again = _called(was, found)
    return {old: new for old, new in found.items() if _into(again, new) == _into(now, new)}


def followed(was: Graph, now: Graph) -> Graph:
    """The graph of a run with its nodes called as they are now."""
    return _called(was, names(was, now))


def _called(graph: Graph, found: Mapping[str, str]) -> Graph:
    return renamed(graph, found) if found else graph


def _into(graph: Graph, id: str) -> list[Edge]:
    """What comes into a node, port by port."""
    edges = (edge for edge in graph.around.get(id, ()) if edge.target.node == id)
    return sorted(edges, key=lambda edge: edge.target.port)


def overruling(parameter: Parameter, declared: Any, schedule: Any) -> bool:
    """Whether what a checkpoint holds of an optimizer was made for this setting, so that another one would not count.

    `schedule` has the settings of its schedule as attributes; None where it has none.
    """
    if parameter.name in ("betas", "momentum") and getattr(schedule, "cycle_momentum", False):
        return True
    return parameter.kind == "schedule" or parameter.name in getattr(declared, "settled", ())
