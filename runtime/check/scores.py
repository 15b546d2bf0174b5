"""Far more scores a row than there are classes: a last layer of another size, or one in the middle that is scored."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runtime.check.further import COMPARED, others
from runtime.check.problem import ERROR, OPEN, WARNING
from runtime.check.rules.repairs import Candidate
from runtime.check.upward import sized
from runtime.graph.edit import free_name
from runtime.graph.model import Edge, End
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Tensor

if TYPE_CHECKING:
    from runtime.check.walk import Walk

FAR = 2  # times as many scores as classes; a few more are left for classes to come
APART = frozenset({"frozen", "shares", "weights"})  # keys of layers that have learned, or learn with others
NOISE = "data.Noise"  # which stands in for data whose classes nobody has counted yet


def examine(walk: "Walk") -> None:
    """Note every loss and metric that gets so many; where others find the same scores right, nothing is said."""
    walk.stage = "scores"
    if walk.given is not None or "weights" in walk.graph.extra or walk.has(ERROR, OPEN):
        return
    compared = [found for id in (*walk.of("loss"), *walk.of("metric")) if (found := _compared(walk, id))]
    fitting = {edge.source for edge, scores, classes in compared if scores < FAR * classes}
    for edge, scores, classes in compared:
        if edge.source not in fitting and not _meant(walk, edge):
            why = f"has scores for {scores} classes, but labels go up to {classes - 1}, so that most stand for no class"
            repairs = tuple(_repairs(walk, edge, scores, classes))
            walk.tell(edge.target.node, WARNING, Misfit(why, edge.target.port, repairs), (edge,))


def _compared(walk: "Walk", id: str) -> tuple[Edge, int, int] | None:
    """The wire of scores into a loss or metric of classes, how many there are a row, and how many classes."""
    node, spec = walk.graph.nodes[id], walk.specs[id]
    edge, target = (next(iter(walk.graph.incoming.get(End(id, port), ())), None) for port in ("input", "target"))
    if edge is None or target is None or node.parameters.get("weight"):
        return None
    input, labels = walk.types.output(edge.source), walk.types.output(target.source)
    if not isinstance(input, Tensor) or not isinstance(labels, Tensor) or not labels.classes or labels.dtype in FLOATS:
        return None
    alike = input.rank == labels.rank + 1 > 1 and (input.shape[0], *input.shape[2:]) == labels.shape
    scores = input.shape[1] if alike and input.dtype in FLOATS else None
    if not isinstance(scores, int) or (spec.family == "loss" and not hasattr(spec.declared, "below")):
        return None
    return edge, scores, labels.classes


def _meant(walk: "Walk", edge: Edge) -> bool:
    """Whether the classes are those of noise that nobody has set, or the last layer is apart for a reason."""
    nodes = walk.graph.nodes
    if (found := sized(walk.graph, edge.target.node, edge.target.port)) and not APART.isdisjoint(nodes[found[0]].extra):
        return True
    upstream = (nodes[each] for each in walk.graph.upstream([edge.target.node]))
    return any(node.type == NOISE and "classes" not in node.parameters for node in upstream)


def _repairs(walk: "Walk", edge: Edge, scores: int, classes: int) -> Iterator[Candidate]:
    """What another one takes for the same labels; else another size of the last layer, or one for all who get these."""
    graph, found = walk.graph, False
    for source, target in others(walk, edge):
        type = walk.types.output(source)
        if target == edge.target and isinstance(type, Tensor) and type.shape[1:2] == (classes,):
            yield f"Take {source}", (("replace", str(source), str(target)),)
            found = True
    layer, width = sized(graph, edge.target.node, edge.target.port) or ("", "")
    type = walk.types.output(edge.source)
    if found or not isinstance(type, Tensor):
        return
    if layer and _wide(walk, layer, width) == scores:
        yield f"Set {width} of {layer} to {classes}", (("set", layer, width, classes),)
    elif type.rank == 2:
        name = free_name(graph, "linear")
        first, *rest = [each for each in graph.outgoing[edge.source] if walk.specs[each.target.node].family in COMPARED]
        wires = (str(edge.source), str(first.target), "input", "output")
        more = [("replace", f"{name}.output", str(each.target)) for each in rest]
        insert = ("insert", name, "nn.Linear", {"out_features": classes}, *wires)
        yield f"Insert nn.Linear with {classes} outputs", (insert, *more)


def _wide(walk: "Walk", layer: str, width: str) -> object:
    """How many numbers a layer gives."""
    return getattr(walk.specs[layer].values(walk.graph.nodes[layer].parameters), width)
