"""Pictures that a linear layer gets as they are: it maps their rows alone, and what fails of it fails far behind it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runtime.check.layers import LINEAR
from runtime.check.problem import ERROR, WARNING, Problem
from runtime.check.rules.repairs import Candidate
from runtime.check.upward import DECODING, FLATTENING, before
from runtime.graph.edit import Edit, free_name
from runtime.graph.model import Edge, End
from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor

if TYPE_CHECKING:
    from runtime.check.walk import Walk

CHANNELS = (1, 3, 4)  # of what a dataset gives as pictures
KEEPING = frozenset(  # groups of node types behind which a picture is one still
    "activation arithmetic cast colour crop dropout normalization padding picture pointwise squashing threshold".split()
)


def examine(walk: "Walk") -> None:
    """Note such layers where a type does not fit further down; where all fits, rows of pictures are meant."""
    walk.stage, graph = "pictures", walk.graph
    told = walk.told["rules"].items()
    wrong = {id for id, problems in told if any(_unfit(problem) for problem, _ in problems)}
    if walk.given is not None or not wrong:
        return
    found = dict[End, list[Edge]]()
    for edge in (edge for edge in graph.edges if _reads_picture(walk, edge)):
        found.setdefault(edge.source, []).append(edge)
    for source, edges in found.items():
        layers = {edge.target.node for edge in edges}
        if not wrong.isdisjoint(graph.downstream(layers) - layers):
            type, repairs = walk.types.output(source), tuple(_repairs(walk, edges))
            why = f"gets pictures, {type}, and works on the last dimension alone, their width"
            for edge in edges:
                walk.tell(edge.target.node, WARNING, Misfit(why, edge.target.port, repairs), (edge,))


def _unfit(problem: Problem) -> bool:
    """Whether something does not fit, also where torch stretches it to what is compared with it."""
    return problem.severity == ERROR or problem.port == "target"


def _reads_picture(walk: "Walk", edge: Edge) -> bool:
    """Whether a wire brings pictures to a linear layer, with nothing on its way that makes something else of them."""
    spec, type = walk.specs.get(edge.target.node), walk.types.output(edge.source)
    if spec is None or spec.type != LINEAR or not isinstance(type, Tensor) or type.rank != 4 or 1 in type.shape[2:]:
        return False
    way: Edge | None = edge
    while way is not None and (spec := walk.specs.get(way.source.node)):
        type = walk.types.output(way.source)
        if spec.type.endswith("2d"):
            return True
        if spec.family == "dataset" or spec.type == DECODING:
            return isinstance(type, Tensor) and type.rank == 3 and type.shape[0] in CHANNELS
        if spec.family != "collate" and spec.group not in KEEPING:
            return False
        way = before(walk.graph, way)
    return False


def _repairs(walk: "Walk", edges: list[Edge]) -> Iterator[Candidate]:
    """Lead what flattens the same pictures, or a new one, into all these layers."""
    graph, first = walk.graph, edges[0]
    for edge in graph.outgoing[first.source]:
        flat, type = edge.target.node, walk.types.output(End(edge.target.node, "output"))
        if graph.nodes[flat].type in FLATTENING and isinstance(type, Tensor) and type.rank == 2:
            yield f"Take {flat}.output", tuple(_led(f"{flat}.output", edges))
            return
    name = free_name(graph, "flatten")
    insert: Edit = ("insert", name, "nn.Flatten", {}, str(first.source), str(first.target), "input", "output")
    yield "Insert nn.Flatten", (insert, *_led(f"{name}.output", edges[1:]))


def _led(source: str, edges: list[Edge]) -> Iterator[Edit]:
    yield from (("replace", source, str(edge.target)) for edge in edges)
