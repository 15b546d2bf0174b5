"""Two linear layers with nothing between: together they compute no more than one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from runtime.check.problem import ERROR, OPEN, WARNING
from runtime.check.rules.repairs import insert
from runtime.graph.model import End, Graph
from runtime.spec.node import Misfit

if TYPE_CHECKING:
    from runtime.check.walk import Walk

LINEAR = "nn.Linear"
APART = ("frozen", "shares", "weights")  # keys of layers that are apart for a reason


def examine(walk: "Walk") -> None:
    """Note them where nothing says that it is meant: no bottleneck, no other reader, no layer that is apart."""
    walk.stage, graph = "layers", walk.graph
    if walk.given is not None or "weights" in graph.extra or walk.has(ERROR, OPEN):
        return
    pairs = list(_pairs(walk))
    shared = {node.shares for node in graph.nodes.values() if "shares" in node.extra} if pairs else set()
    named = [graph.nodes[id].parameters.get("layers") or () for id in walk.of("optimizer")] if pairs else []
    for one, two in pairs:
        apart = any(key in graph.nodes[id].extra for id in (one, two) for key in APART)
        alone = any((one in layers) != (two in layers) for layers in named)
        if not apart and not alone and not {one, two} & shared:
            why = f"follows {one} with nothing between, so that both compute no more than one layer"
            walk.tell(two, WARNING, Misfit(why, "input", (insert("nn.ReLU", "Insert nn.ReLU"),)))


def _pairs(walk: "Walk") -> Iterator[tuple[str, str]]:
    """Linear layers of which the second alone reads the first, which is as wide as one of the ends at least."""
    for two in sorted(walk.stacked & walk.made.keys(), key=walk.place.__getitem__):
        one = walk.graph.incoming[End(two, "input")][0].source.node
        wide, middle, last = _width(walk, one, "in"), _width(walk, two, "in"), _width(walk, two, "out")
        if middle >= min(wide, last):
            yield one, two


def stacked(graph: Graph, id: str) -> bool:
    """Whether a node is a linear layer that alone reads another one."""
    node = graph.nodes.get(id)
    edges = graph.incoming.get(End(id, "input"), ()) if node and node.type == LINEAR else ()
    one = graph.nodes.get(edges[0].source.node) if edges else None
    return one is not None and one.type == LINEAR and len(graph.outgoing.get(edges[0].source, ())) == 1


def _width(walk: "Walk", id: str, end: str) -> Any:
    """How many numbers a layer takes, as the wire tells it, or gives."""
    given = walk.specs[id].values({**walk.graph.nodes[id].parameters, **walk.inferred.get(id, {})})
    return getattr(given, f"{end}_features")
