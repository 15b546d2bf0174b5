"""Problems of a graph with bypassed nodes, told of the wires that are drawn and not of those that lead through them."""

from collections.abc import Mapping
from dataclasses import replace

from runtime.check.problem import Problem, Repair
from runtime.graph.edit import Edit, free_name
from runtime.graph.model import Edge, Graph, end

AT = {"insert": 4, "disconnect": 1, "lead": 1}  # where an edit names a wire that has to be there: by both of its ends


def at_wires(problem: Problem, drawn: Mapping[Edge, Edge], whole: Graph, left: Graph) -> Problem:
    """The problem with its wires as they are drawn in the whole graph; so are those of its repairs.

    What its repairs add has no name of a node that is bypassed, and so not in the graph that is `left`.
    """
    edges = tuple(drawn.get(edge, edge) for edge in problem.edges)
    repairs = tuple(
        Repair(each.label, tuple(_at(edit, drawn) for edit in _named(each.edits, whole, left)))
        for each in problem.repairs
    )
    return replace(problem, edges=edges, repairs=repairs)


def _named(edits: tuple[Edit, ...], whole: Graph, left: Graph) -> tuple[Edit, ...]:
    added = [edit[1] for edit in edits if edit[0] in ("add", "insert")]
    new = dict[str, str]()
    for id in added:
        if id in whole.nodes and id not in left.nodes:
            new[id] = free_name(whole, id, {*added, *new.values()})

    def called(value: object) -> object:
        id, dot, port = value.partition(".") if isinstance(value, str) else ("", "", "")
        return f"{new[id]}{dot}{port}" if id in new else value

    return tuple((edit[0], *map(called, edit[1:])) for edit in edits) if new else edits


def _at(edit: Edit, drawn: Mapping[Edge, Edge]) -> Edit:
    at = AT.get(edit[0])
    if at is None:
        return edit
    edge = drawn.get(Edge(end(edit[at]), end(edit[at + 1])))
    return edit if edge is None else (*edit[:at], str(edge.source), str(edge.target), *edit[at + 2 :])
