"""Repairs that are tried where no other one helps: what others take of the same, and two steps on one wire."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from runtime.check.order import BATCH, SAMPLE
from runtime.check.problem import ERROR, OPEN, Problem
from runtime.check.steps import edits_of
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Edge, End
from runtime.spec.listed import listed
from runtime.spec.tensor import FLOATS, Tensor, Text

if TYPE_CHECKING:
    from runtime.check.walk import Walk

Further = tuple[str, tuple[Edit, ...]]
COMPARED = ("loss", "metric")
MOST = 3  # wires of others that are tried


def further(walk: "Walk", problem: Problem) -> Iterator[Further]:
    """Labels and edits for a wire whose type does not fit; the checker tries them, so wrong guesses do not show."""
    if problem.severity != ERROR or problem.port is None or len(problem.edges) != 1 or problem.node not in walk.specs:
        return
    (edge,) = problem.edges
    if edge.target != End(problem.node, problem.port) or edge.source.node not in walk.specs:
        return
    for source, target in others(walk, edge):
        into = "" if target == edge.target else f" as {target.port}"
        yield f"Take {source}{into}", (("replace", str(source), str(target)),)
    type, graph, before, first = walk.types.output(edge.source), walk.graph, tuple[Edit, ...](), tuple[str, ...]()
    if walk.sides.get(edge.source.node) == SAMPLE and walk.specs[edge.target.node].side == BATCH:
        before, first = tuple(edits_of(graph, problem.node, (("collate", edge),))), ("Collate",)
        graph = applied(graph, before)
    if first and isinstance(type, Text):
        tokens = edits_of(graph, problem.node, (("tokenize", problem.port),))
        yield "Insert Collate and transform.Tokenize", (*before, *tokens)
    for names, steps in _steps(type, edge.target.port, bool(first)) if isinstance(type, Tensor) else ():
        yield f"Insert {listed([*first, *names])}", (*before, *edits_of(graph, problem.node, steps))
    for source in left_over(walk, edge):
        yield f"Take {source}", (("replace", str(source), str(edge.target)),)


def opened(walk: "Walk", problem: Problem) -> Iterator[Further]:
    """For the last open input of a node what leads nowhere, the nearest first; whether it fits is known by trying."""
    if problem.severity != OPEN or problem.port is None or problem.node not in walk.specs:
        return
    at, inputs = End(problem.node, problem.port), walk.ports[problem.node][0]
    lacking = [port for port in inputs if not port.optional and End(problem.node, port.name) not in walk.graph.incoming]
    if len(lacking) == 1:
        compares, fields = walk.specs[problem.node].family in COMPARED, {*_unused(walk)}
        for source in nowhere(walk, problem.node):
            if compares and (source in fields) != (problem.port != "input"):
                continue  # what a model gives is compared with a field
            yield f"Take {source}", (("connect", str(source), str(at)),)


def others(walk: "Walk", edge: Edge) -> Iterator[Edge]:
    """What could be meant: a loss for an optimizer; for what is compared, also beside it, that which others compare."""
    family, id, incoming = walk.specs[edge.target.node].family, edge.target.node, walk.graph.incoming
    if family == "optimizer":
        losses = [End(each, walk.ports[each][1][0].name) for each in walk.of("loss")]
        yield from (Edge(each, edge.target) for each in losses[:MOST])
    if family not in COMPARED:
        return
    ports = sorted((port.name for port in walk.ports[id][0]), key=lambda name: name != edge.target.port)
    for name in ports:
        at = End(id, name)
        same = [each for family in COMPARED for each in walk.of(family) if each != id]
        found = [each.source for other in same for each in incoming.get(End(other, name), ())]
        found += _unused(walk) if at == edge.target else []
        taken = {each.source for each in incoming.get(at, ())}
        yield from (Edge(each, at) for each in [each for each in dict.fromkeys(found) if each not in taken][:MOST])


def _unused(walk: "Walk") -> list[End]:
    """Fields of batches that lead nowhere."""
    ends = [End(id, port.name) for id in walk.of("collate") for port in walk.ports[id][1]]
    return [each for each in ends if each not in walk.graph.outgoing]


def left_over(walk: "Walk", edge: Edge) -> list[End]:
    """What leads nowhere, the nearest first: a wire that was drawn onto an input has taken the place of another.

    A port that takes many has lost none.
    """
    if any(port.many for port in walk.ports[edge.target.node][0] if port.name == edge.target.port):
        return []
    return nowhere(walk, edge.target.node)


def nowhere(walk: "Walk", id: str) -> list[End]:
    """Outputs that lead nowhere and do not come from a node, the nearest first."""
    later = walk.graph.downstream([id])
    free = (each for each in reversed(walk.order) if each in walk.made and each not in later)
    ends = [End(each, port.name) for each in free for port in walk.ports[each][1]]
    return [each for each in ends if each not in walk.graph.outgoing][:MOST]


def _steps(type: Tensor, port: str, sample: bool) -> Iterator[tuple[tuple[str, ...], tuple[Any, ...]]]:
    """Names of nodes and the steps that put them on the wire; a sample has a dimension more once it is in a batch."""

    def step(name: str, **parameters: Any) -> tuple[Any, ...]:
        return ("insert", name, parameters, port, None)

    rank = type.rank + sample
    shape = ("torch.unsqueeze", step("torch.unsqueeze", dim=1)) if rank < 2 else ("nn.Flatten", step("nn.Flatten"))
    numbers = [("Tensor.to float32", step("Tensor.to", dtype="float32"))]
    if type.dtype == "uint8":
        numbers = [("transform.Scale", step("transform.Scale"))]
    elif type.dtype in FLOATS:
        numbers = []
    for chain in ([*numbers, shape], numbers) if sample and numbers else ([*numbers, shape],):
        yield tuple(name for name, _ in chain), tuple(each for _, each in chain)
