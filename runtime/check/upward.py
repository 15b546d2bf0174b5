"""Steps of repairs that change what stands further up than the node with the problem."""

from collections.abc import Iterator
from itertools import islice

from runtime.check.placed import inserted, omitted
from runtime.graph.edit import Edit, applied, free_name
from runtime.graph.model import Edge, End, Graph
from runtime.spec.catalogue import catalogue

NEAR = 20  # wires upstream within which a recurrent layer is looked for
SCALING = ("transform.Scale", "transform.Normalize")
DECODING = "transform.Decode"  # behind which pictures are numbers
TOKENIZING, TOKENS = "transform.Tokenize", 64  # that are read of a text
CROPPING = ("transform.CenterCrop", "transform.RandomCrop", "transform.RandomResizedCrop")
AS_LARGE = ("Tensor.to", "transform.Resize", *CROPPING)  # what comes out is as large as what went in
FLATTENING = ("nn.Flatten", "torch.flatten")


def upward(graph: Graph, node: str, port: str) -> Iterator[Edge]:
    """The wire into a port, the first wire into the node that it comes from, and so on."""
    edges = graph.incoming.get(End(node, port), ())
    seen: set[str] = set()
    while edges and (id := edges[0].source.node) not in seen and id in graph.nodes:
        yield edges[0]
        seen.add(id)
        edges = tuple(edge for edge in graph.around.get(id, ()) if edge.target.node == id)


def before(graph: Graph, edge: Edge) -> Edge | None:
    """The wire by which what a wire brings came into the node that it comes from: in Collate that of the same field."""
    spec = catalogue()[graph.nodes[edge.source.node].type]
    into = edge.source.port if spec.family == "collate" else spec.inputs[0].name if spec.inputs else ""
    edges = graph.incoming.get(End(edge.source.node, into), ())
    return edges[0] if len(edges) == 1 else None


def sized(graph: Graph, node: str, port: str) -> tuple[str, str] | None:
    """The nearest layer upstream that has a size to set, and the parameter that sets it."""
    for edge in upward(graph, node, port):
        spec = catalogue().get(graph.nodes[edge.source.node].type)
        width = next((n for n in ("out_features", "out_channels") if spec and n in spec.parameter), None)
        if width:
            return edge.source.node, width
    return None


def widened(graph: Graph, node: str, port: str, size: int) -> Iterator[Edit]:
    """Set the size that the nearest layer upstream gives."""
    if found := sized(graph, node, port):
        yield ("set", *found, size)


def flattened(graph: Graph, node: str, port: str) -> Iterator[Edit]:
    """Make rows of what comes into the nearest layer upstream."""
    if found := sized(graph, node, port):
        yield from inserted(graph, found[0], "nn.Flatten", {}, "input", None, set())


def skipped(graph: Graph, node: str, port: str) -> Iterator[Edit]:
    """Lead past the nearest node upstream that keeps its numbers within bounds; it goes if nothing else needs it."""
    for edge in upward(graph, node, port):
        id = edge.source.node
        spec, before = catalogue().get(graph.nodes[id].type), next(upward(graph, id, "input"), None)
        bounds, same = spec.facts if spec else (None, False)
        if before is None or not (bounds or same):
            return
        if bounds:
            yield from _past(graph, before, edge)
            return


def unflattened(graph: Graph, node: str, port: str) -> Iterator[Edit]:
    """Lead past what flattens on the way from a batch with more dimensions, if nothing with weights comes between."""
    for edge in upward(graph, node, port):
        id = edge.source.node
        spec, before = catalogue().get(graph.nodes[id].type), next(upward(graph, id, "input"), None)
        if spec is None or before is None or spec.weights or spec.family not in ("layer", "transform"):
            return
        if spec.type in FLATTENING:
            yield from _past(graph, before, edge)
            return


def scaled(graph: Graph, node: str, port: str, maximum: float) -> Iterator[Edit]:
    """Divide where the data comes from, so that all who get it get it scaled.

    At the port where other numbers are made of it on the way, or where somebody scales it already.
    """
    edge, seen = next(iter(graph.incoming.get(End(node, port), ())), None), set[str]()
    while edge is not None and (id := edge.source.node) not in seen and id in graph.nodes:
        spec = catalogue().get(graph.nodes[id].type)
        if spec and (spec.family == "dataset" or spec.type == DECODING):
            if any(graph.nodes[each].type in SCALING for each in graph.downstream([id])):
                break
            name = free_name(graph, catalogue()[SCALING[0]].called, ())
            ends = (str(edge.source), str(edge.target))
            yield ("insert", name, SCALING[0], {"maximum": maximum}, *ends, "input", "output")
            return
        if spec is None or not (spec.family == "collate" or spec.facts[1] or spec.type in AS_LARGE):
            break
        seen.add(id)
        edge = before(graph, edge)
    yield from inserted(graph, node, SCALING[0], {"maximum": maximum}, port, None, set())


def _past(graph: Graph, before: Edge, edge: Edge) -> Iterator[Edit]:
    """Lead what comes into a node to where one of its wires leads; the node goes if nothing else needs it."""
    yield ("replace", str(before.source), str(edge.target))
    if len(graph.outgoing[edge.source]) == 1:
        yield ("remove", edge.source.node)


def stacked(graph: Graph, node: str, port: str) -> Iterator[Edit]:
    """Let Collate stack the samples of the field from which a wire comes."""
    for edge in upward(graph, node, port):
        loader = graph.nodes[edge.source.node]
        ways = loader.parameters.get("collate")
        if loader.type == "Collate" and isinstance(ways, dict):
            rest = {field: way for field, way in ways.items() if field != edge.source.port}
            yield ("set", loader.id, "collate", rest)


def passed(graph: Graph, node: str, port: str) -> Iterator[Edge]:
    """The wires along which the same numbers come, also in another shape, as long as they lead nowhere else."""
    edges = graph.incoming.get(End(node, port), ())
    while len(edges) == 1 and edges[0].source.node in graph.nodes:
        source = edges[0].source
        if len(graph.outgoing[source]) > 1:
            return
        yield edges[0]
        spec = catalogue().get(graph.nodes[source.node].type)
        if spec is None or spec.family not in ("collate", "transform", "layer") or spec.weights:
            return
        into = source.port if spec.family == "collate" else spec.inputs[0].name
        edges = graph.incoming.get(End(source.node, into), ())


def unscaled(graph: Graph, node: str, port: str, dtype: str = "") -> Iterator[Edit]:
    """Leave out what scales the numbers on the way to a port, and make a dtype of them there."""
    edits = list[Edit]()
    for id in [edge.source.node for edge in passed(graph, node, port)]:
        if graph.nodes[id].type in SCALING:
            edits += omitted(applied(graph, edits), id)
    yield from edits
    if edits and dtype:
        yield from inserted(applied(graph, edits), node, "Tensor.to", {"dtype": dtype}, port, None, set())


def tokenized(graph: Graph, node: str, port: str, vocabulary: int | None = None) -> Iterator[Edit]:
    """Make numbers of the words of a text before Collate: as many as `node` knows, or as a `vocabulary` has."""
    edge = next(iter(graph.incoming.get(End(node, port), ())), None)
    while edge is not None and edge.source.node in graph.nodes and graph.nodes[edge.source.node].type == "Collate":
        edge = before(graph, edge)
    spec = catalogue().get(graph.nodes[node].type)
    if edge is None or spec is None:
        return
    known = getattr(spec.values(graph.nodes[node].parameters), "num_embeddings", 0)
    size = vocabulary or (known if isinstance(known, int) else 0)
    settings = {"length": TOKENS} | ({"vocabulary": size} if size >= 3 else {})
    name = free_name(graph, catalogue()[TOKENIZING].called, ())
    yield ("insert", name, TOKENIZING, settings, str(edge.source), str(edge.target), "input", "output")


def filled(graph: Graph, node: str, port: str, type_name: str) -> Iterator[Edit]:
    """Fill the gaps of the fields that may have some, right behind the dataset that they come from."""
    spec, names = catalogue()[type_name], set[str]()
    first = [edge.source.node for edge in graph.incoming.get(End(node, port), ())]
    within = {node, *first, *graph.upstream(first)}
    for edge in graph.edges:
        fields = graph.nodes[edge.source.node].parameters.get("fields") if edge.source.node in graph.nodes else None
        about = fields.get(edge.source.port) if isinstance(fields, dict) else None
        if edge.target.node in within and isinstance(about, dict) and about.get("missing") == "keep":
            name = free_name(graph, spec.called, names)
            names.add(name)
            into, out = spec.inputs[0].name, spec.outputs[0].name
            yield ("insert", name, type_name, {}, str(edge.source), str(edge.target), into, out)


def last_of(graph: Graph, node: str, whole: bool) -> Iterator[Edit]:
    """Of a recurrent layer upstream take what is known at the end: its last state, or the last step of the `whole`."""
    into = [edge for edge in graph.around.get(node, ()) if edge.target.node == node]
    for edge in (edge for first in into for edge in islice(upward(graph, node, first.target.port), NEAR)):
        source = edge.source
        spec = catalogue().get(graph.nodes[source.node].type)
        if spec is None or spec.group != "recurrent":
            continue
        if whole == (source.port == "output"):
            steps_first = whole and graph.nodes[source.node].parameters.get("batch_first") is not True
            which = {"index": -1} if whole and not steps_first else {"dim": 0, "index": -1}
            name = free_name(graph, "last")
            yield ("insert", name, "torch.select", which, str(source), str(edge.target), "input", "output")
        return
