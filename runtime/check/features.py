"""Labels where numbers are wanted: what was meant is nearly always the features of the same rows, or what is unused."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from runtime.check.further import Further, left_over
from runtime.check.order import SAMPLE
from runtime.check.problem import ERROR, Problem
from runtime.check.steps import edits_of
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Edge, End
from runtime.spec.listed import listed
from runtime.spec.tensor import FLOATS, Tensor

if TYPE_CHECKING:
    from runtime.check.walk import Walk

LABELS = ("label", "labels", "target", "targets", "class", "y")  # what people call them
ROW, SEQUENCE = 2, 3  # dimensions with the batch; pictures have more
MOST = 8  # outputs that are thought of: each is tried with a whole check


def features(walk: "Walk", problem: Problem) -> Iterator[Further]:
    """Labels and edits for a wire from a label into a layer with weights; the checker tries them."""
    if problem.severity != ERROR or problem.port is None or len(problem.edges) != 1:
        return
    (edge,) = problem.edges
    spec = walk.specs.get(edge.target.node)
    if spec is None or spec.family != "layer" or not spec.weights or not _label(walk, edge.source):
        return
    for end in islice(dict.fromkeys((*left_over(walk, edge), *_beside(walk, edge.source))), MOST):
        type = walk.types.output(end)
        if end != edge.source and isinstance(type, Tensor) and type.dtype in FLOATS and not _label(walk, end):
            sample = walk.sides.get(end.node) == SAMPLE
            rank = type.rank + sample
            flat = (True, False) if rank > SEQUENCE else (False, True) if rank > ROW else (False,)
            yield from (_taken(walk, Edge(end, edge.target), sample, each) for each in flat)


def _beside(walk: "Walk", source: End) -> list[End]:
    """The fields of batches; without any, those of the dataset that the label comes from."""
    ids = walk.of("collate") or [id for id in walk.of("dataset") if id == source.node]
    return [End(id, port.name) for id in ids for port in walk.ports[id][1]]


def _taken(walk: "Walk", edge: Edge, sample: bool, flat: bool) -> Further:
    """Another wire into a port, through Collate where it brings samples, and flattened."""
    edits: tuple[Edit, ...] = (("replace", str(edge.source), str(edge.target)),)
    steps: list[tuple[str, tuple[Any, ...]]] = [("Collate", ("collate", edge))] if sample else []
    steps += [("nn.Flatten", ("insert", "nn.Flatten", {}, edge.target.port, None))] if flat else []
    for _, step in steps:
        edits = (*edits, *edits_of(applied(walk.graph, edits), edge.target.node, (step,)))
    more = f" and insert {listed([name for name, _ in steps])}" if steps else ""
    return f"Take {edge.source}{more}", edits


def _label(walk: "Walk", end: End) -> bool:
    """Whether an output holds whole numbers that are called a label, or that something is measured by."""
    type, graph = walk.types.output(end), walk.graph
    if not isinstance(type, Tensor) or type.dtype in FLOATS:
        return False
    fed = {edge.target for edge in graph.outgoing.get(end, ()) if edge.target.node in walk.ports}
    ports = ((at, port) for at in fed for port in walk.ports[at.node][0])
    return end.port in LABELS or any(port.target and port.name == at.port for at, port in ports)
