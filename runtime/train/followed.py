"""What the nodes of a run are called in a graph that goes on with it, and which settings may be others; no torch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from runtime.check.whereabouts import renames
from runtime.graph.edit import DEFINITION, applied, renamed
from runtime.graph.model import Edge, Graph
from runtime.spec.parameter import Parameter


def names(was: Graph, now: Graph) -> dict[str, str]:
    """New names by old: of nodes in the same place, of the same type, that get what they got."""
    return _names(_inside(was, now), now)


def inner_names(was: Graph, now: Graph) -> dict[str, dict[str, str]]:
    """The same of the nodes in each definition that has some with new names."""
    return _within(was, now)[1]


def followed(was: Graph, now: Graph) -> Graph:
    """The graph of a run with its nodes called as they are now."""
    return _called(_inside(was, now), names(was, now))


def weights_called(was: Graph, now: Graph) -> Callable[[str], str]:
    """What gives the name of now for the name of a weight in the run's model."""
    found, inner = names(was, now), inner_names(was, now)

    def called(name: str) -> str:
        return ".".join(path(name.split("."), was, found))

    def path(parts: Sequence[str], graph: Graph, known: Mapping[str, str]) -> Iterator[str]:
        """Parts of a name: a node, where it is used several times a number, and what lies within it."""
        id, *rest = parts
        yield known.get(id, id)
        definition = graph.nodes[id].type.removeprefix(DEFINITION) if id in graph.nodes else ""
        if definition not in was.definitions or not rest:
            yield from rest
            return
        if rest[0].isdigit():
            yield rest.pop(0)
        yield from path(rest, was.definitions[definition], inner.get(definition, {}))

    return called


def _names(was: Graph, now: Graph) -> dict[str, str]:
    before = [(id, node.type) for id, node in was.nodes.items()]
    found = {old: new for new, old in renames(before, now).items()}
    again = _called(was, found)
    return {old: new for old, new in found.items() if _into(again, new) == _into(now, new)}


def _inside(was: Graph, now: Graph) -> Graph:
    """The graph of a run with the nodes in its definitions called as they are now."""
    return _within(was, now)[0]


def _within(was: Graph, now: Graph) -> tuple[Graph, dict[str, dict[str, str]]]:
    """That graph and the names; those of a definition's ports are needed by the definitions that use it."""
    found: dict[str, dict[str, str]] = {}
    both = [name for name in was.definitions if name in now.definitions]
    while edits := [
        (name, pair) for name in both for pair in _names(was.definitions[name], now.definitions[name]).items()
    ]:
        for name, (old, new) in edits:
            found.setdefault(name, {})[old] = new
            was = applied(was, [("in", name, ("rename", old, new))])
    return was, found


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
