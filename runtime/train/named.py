"""The names of classes and columns at an end of a graph, as the data says them; needs no torch."""

from runtime.check.datasets import class_names
from runtime.check.problem import Report
from runtime.graph.model import End, Graph, Node
from runtime.spec.own import makes
from runtime.spec.tensor import Tensor


def names(graph: Graph, report: Report, end: End) -> list[str]:
    """The names of classes or columns at an end, as a dataset says them of a field."""
    node = graph.nodes[end.node]
    fields = node.parameters.get("fields")
    about = fields.get(end.port) if isinstance(fields, dict) else None
    found = (about.get("classes") or about.get("columns")) if isinstance(about, dict) else None
    if isinstance(found, list):
        return [str(each) for each in found]
    if known := class_names(graph, end):
        return [str(each) for each in known]
    fed = before(graph, node, end)
    handed_on = node.type == "Collate" and not makes(node, end.port)
    if fed is not None and (handed_on or _as_wide(report, fed, end)):
        return names(graph, report, fed)
    return _of_target(graph, report, end)


def before(graph: Graph, node: Node, end: End) -> End | None:
    """What comes into a field of Collate, or into a node that has one input."""
    if node.type == "Collate":
        sources = [edge.source for edge in graph.incoming.get(End(node.id, end.port), ())]
    else:
        sources = [edge.source for edge in graph.edges if edge.target.node == node.id]
    return sources[0] if len(sources) == 1 and sources[0].node in graph.nodes else None


def _as_wide(report: Report, one: End, other: End) -> bool:
    """Whether samples with the same columns are at both ends, left of Collate."""
    types = [report.types.get(each) for each in (one, other)]
    shapes = [each.shape if isinstance(each, Tensor) else None for each in types]
    return report.sides.get(other.node) == "sample" and shapes[0] == shapes[1] and len(shapes[0] or ()) == 1


def _of_target(graph: Graph, report: Report, end: End) -> list[str]:
    """The classes of what an end is held against in a loss or metric, if it has a score for each."""
    type = report.types.get(end)
    if report.sides.get(end.node) == "batch" and isinstance(type, Tensor) and len(type.shape) == 2:
        for edge in graph.outgoing.get(end, ()):
            for other in graph.incoming.get(End(edge.target.node, "target"), ()):
                of_data = edge.target.port == "input" and graph.nodes[other.source.node].type == "Collate"
                found = names(graph, report, other.source) if of_data else []
                if len(found) == type.shape[1]:
                    return found
    return []
