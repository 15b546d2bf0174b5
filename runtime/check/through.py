"""Problems of a graph with bypassed nodes, told of the wires that are drawn and not of those that lead through them."""

from collections.abc import Mapping
from dataclasses import replace

from runtime.check.problem import Problem, Repair
from runtime.graph.edit import Edit
from runtime.graph.model import Edge, end

AT = {"insert": 4, "disconnect": 1, "lead": 1}  # where an edit names a wire that has to be there: by both of its ends


def at_wires(problem: Problem, drawn: Mapping[Edge, Edge]) -> Problem:
    """The problem with its wires as they are drawn; so are those of its repairs."""
    edges = tuple(drawn.get(edge, edge) for edge in problem.edges)
    repairs = tuple(Repair(each.label, tuple(_at(edit, drawn) for edit in each.edits)) for each in problem.repairs)
    return replace(problem, edges=edges, repairs=repairs)


def _at(edit: Edit, drawn: Mapping[Edge, Edge]) -> Edit:
    at = AT.get(edit[0])
    if at is None:
        return edit
    edge = drawn.get(Edge(end(edit[at]), end(edit[at + 1])))
    return edit if edge is None else (*edit[:at], str(edge.source), str(edge.target), *edit[at + 2 :])
