"""What is known inside of a definition: with the types and parameters that one use of it brings, or with none."""

from collections.abc import Mapping

from runtime.check.problem import Problem, Report
from runtime.check.use import Inside, inside, known
from runtime.graph.model import End, Graph
from runtime.spec.definition import PREFIX, used
from runtime.spec.tensor import Type


def within(graph: Graph, report: Report, id: str) -> Inside | None:
    """A use as its definition looks with what comes into it; None for one that cannot be looked into."""
    node = graph.nodes[id]
    return seen(graph, used(node.type), {**report.inferred.get(id, {}), **node.parameters}, given(graph, report, id))


def given(graph: Graph, report: Report, id: str) -> dict[str, Type]:
    """What comes into a use, as far as it is known."""
    spec = known(graph).get(graph.nodes[id].type)
    into = [(port.name, graph.incoming.get(End(id, port.name), ())) for port in (spec.inputs if spec else ())]
    found = [(name, report.types.get(edges[0].source)) for name, edges in into if edges]
    return {name: type for name, type in found if type is not None}


def seen(graph: Graph, name: str, parameters: Mapping[str, object], types: Mapping[str, Type]) -> Inside | None:
    """A definition with some values for its parameters and types for its inputs."""
    spec = known(graph).get(PREFIX + name)
    return None if spec is None else inside(spec, spec.values(parameters), types)


def origin(graph: Graph, report: Report, problem: Problem) -> tuple[tuple[str, ...], Problem]:
    """Where a problem comes from: the uses that lead to it from this graph inwards, and the problem there."""
    way: list[str] = []
    while problem.node in graph.nodes and used(graph.nodes[problem.node].type):
        found = within(graph, report, problem.node)
        told = problem.finding.rstrip(".")
        within_it = found.report.problems if found else ()
        inner = next((each for each in within_it if told.endswith(f"inside: {each.finding.rstrip('.')}")), None)
        if found is None or inner is None:
            break
        way.append(problem.node)
        graph, report, problem = found.graph, found.report, inner
    return tuple(way), problem
