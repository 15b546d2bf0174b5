"""What a gesture means: edits and a text for undo, or the sentence that says why it cannot be. Pure; no Qt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from editor.canvas.face import MORE
from editor.canvas.pin import Pin
from editor.canvas.spreading import Spread
from runtime.check.problem import Report
from runtime.check.use import known
from runtime.graph import bends, frames
from runtime.graph.edit import Edit, applied, free_name
from runtime.graph.model import Edge, End, Graph
from runtime.graph.names import RESERVED, cleaned, fields_of, names_in, wrong_name
from runtime.spec.node import Input
from runtime.spec.tensor import Loss, Picture, Tensor, Text, Type

PLAIN = ("output", "input")  # ports whose names tell nothing of what goes through them


@dataclass(frozen=True)
class Intent:
    """Edits that make one undo step called `text`; `node` is the id that a new or renamed node has."""

    edits: tuple[Edit, ...]
    text: str
    node: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a gesture does nothing."""

    sentence: str


def new_name(graph: Graph, wish: str, taken: Iterable[str] = ()) -> str:
    """A free name for a node or a field, near `wish`."""
    return free_name(graph, cleaned(wish), {*RESERVED, *names_in(graph), *taken})


def refusal(graph: Graph, one: Pin, other: Pin, detached: Edge | None = None) -> Refusal | None:
    """Why no wire can go between two ports: direction and cycles, or that it is there already."""
    if one.output == other.output:
        side = "outputs" if one.output else "inputs"
        return Refusal(f"Both are {side}; a wire goes from an output to an input.")
    source, target = (one, other) if one.output else (other, one)
    if source.node == target.node:
        return Refusal(f"{source.node} cannot feed itself.")
    rest = graph if detached is None else _without(graph, detached)
    if source.node in rest.downstream([target.node]):
        return Refusal(f"{target.node} already feeds {source.node}; this wire would close a circle.")
    return _twice(graph, Edge(End(*source), End(*target))) if detached is None else None


def _twice(graph: Graph, edge: Edge) -> Refusal | None:
    """That a wire is there already; a second one of the same kind would say nothing more."""
    port = input_port(graph, edge.target)
    many = port is not None and port.many
    if edge not in graph.edges or not (many or len(graph.incoming[edge.target]) == 1):
        return None
    instead = f"; {port.instead}" if port is not None and port.instead else ""
    return Refusal(f"The wire from {edge.source} to {edge.target} is there already{instead}.")


def connection(
    graph: Graph, one: Pin, other: Pin, detached: Edge | None = None, slot: int | None = None
) -> Intent | Refusal:
    """A wire between two ports; `detached` is the edge that was pulled off for it, `slot` its place among several."""
    if (why := refusal(graph, one, other, detached)) is not None:
        return why
    source, target = (End(*p) for p in ((one, other) if one.output else (other, one)))
    edge = Edge(source, target)
    if target.port == MORE:
        return _new_field(graph, source, target.node, detached)
    many = takes_many(graph, target)
    if many and slot is not None and detached is not None and detached.target == target:
        return _reordered(graph, edge, detached, slot)
    away: tuple[Edit, ...] = (_cut(detached),) if detached not in (None, edge) else ()
    verb = "connect" if many or target not in graph.incoming else "replace"
    if edge in graph.edges and (many or len(graph.incoming[target]) == 1):
        return Intent(away, f"disconnect {target}")
    return Intent((*away, (verb, str(source), str(target))), f"connect {source} to {target}")


def _without(graph: Graph, edge: Edge) -> Graph:
    return applied(graph, [_cut(edge)])


def _cut(edge: Edge) -> Edit:
    return ("disconnect", str(edge.source), str(edge.target))


def _new_field(graph: Graph, source: End, node: str, detached: Edge | None) -> Intent:
    """A wire on the "+": a field named after the port that it comes from; those of Collate are unlike all names."""
    fields = fields_of(graph.nodes[node])
    wish = source.port if source.port not in PLAIN else source.node
    if detached is not None and detached.target.node == node and wish in fields:
        return Intent((), "")
    if graph.nodes[node].type == "Collate":
        of_data = _of_data(graph, source)
        name = of_data if of_data and new_name(graph, of_data) == of_data else new_name(graph, wish)
    else:
        name = new_name(Graph(), wish, fields)
    edits: list[Edit] = [("set", node, "fields", [*fields, name]), ("connect", str(source), f"{node}.{name}")]
    return Intent((*([_cut(detached)] if detached else []), *edits), f"add field {name}")


def _of_data(graph: Graph, at: End) -> str:
    """What the data is called that comes out of a port, also behind nodes that only transform it; "" for several."""
    passed = set[End]()
    while at.port in PLAIN:
        feeding = [edge.source for edge in graph.around.get(at.node, ()) if edge.target.node == at.node]
        if len(feeding) != 1 or at in passed:  # a file may hold a ring
            return ""
        passed.add(at)
        at = feeding[0]
    return at.port


def _reordered(graph: Graph, edge: Edge, detached: Edge | None, slot: int) -> Intent:
    """A wire of a port that takes many moved to another place among its wires."""
    before = [each for each in graph.incoming.get(edge.target, ()) if each not in (edge, detached)]
    after = [*before[:slot], edge, *before[slot:]]
    if after == list(graph.incoming.get(edge.target, ())):
        return Intent((), "")
    away = [_cut(each) for each in graph.incoming.get(edge.target, ())]
    back: list[Edit] = [("connect", str(each.source), str(each.target)) for each in after]
    return Intent((*away, *back), f"order the wires of {edge.target}")


def input_port(graph: Graph, at: End) -> Input | None:
    """The declaration of an input; None for unknown node types and ports."""
    node = graph.nodes.get(at.node)
    spec = known(graph).get(node.type) if node else None
    inputs = spec.ports(node.parameters)[0] if spec and node else ()
    return next((port for port in inputs if port.name == at.port), None)


def takes_many(graph: Graph, at: End) -> bool:
    """Whether an input takes several wires."""
    port = input_port(graph, at)
    return port is not None and port.many


def disconnection(edges: Iterable[Edge]) -> Intent:
    """Wires away."""
    found = tuple(_cut(edge) for edge in edges)
    return Intent(found, "disconnect" if len(found) != 1 else f"disconnect {found[0][2]}")


def removal(ids: Iterable[str], edges: Iterable[Edge]) -> Intent:
    """Nodes with their wires away, and some wires more."""
    nodes = list(ids)
    cuts = [_cut(edge) for edge in edges if edge.source.node not in nodes and edge.target.node not in nodes]
    text = f"remove {nodes[0]}" if len(nodes) == 1 else f"remove {len(nodes)} nodes" if nodes else "disconnect"
    return Intent((*cuts, *(("remove", id) for id in nodes)), text)


def movement(places: dict[str, tuple[float, float]]) -> Intent:
    """Nodes at new positions."""
    text = f"move {next(iter(places))}" if len(places) == 1 else f"move {len(places)} nodes"
    return Intent(tuple(("move", id, at) for id, at in places.items()), text)


def renaming(graph: Graph, id: str, typed: str) -> Intent | Refusal:
    """Another name for a node; typed blanks become ``_``."""
    name = "_".join(typed.split()).lower()
    if name == id or not name:
        return Intent((), "", id)
    if name in graph.nodes:
        return Refusal(f"{name} is another node already; {new_name(graph, name)} is free.")
    edits: tuple[Edit, ...] = (("rename", id, name),)
    if (why := wrong_name(applied(graph, edits), name)) is not None:
        return Refusal(f"{typed.strip()} {why}; {new_name(graph, name)} is free.")
    return Intent(edits, f"rename {id} to {name}", name)


def addition(graph: Graph, report: Report, type_name: str, at: tuple[float, float], *starts: End) -> Intent:
    """A new node, joined to the port that a wire was pulled from, or to several in their order."""
    spec = known(graph)[type_name]
    id = new_name(graph, spec.called)
    edits: list[Edit] = [("add", id, type_name, dict(spec.starts), at)]
    for start in starts:
        pin, made = as_pin(graph, start), applied(graph, edits)
        if pin is not None and (other := counterpart(made, report, pin, id)) is not None:
            joined = connection(made, pin, other)
            edits += joined.edits if isinstance(joined, Intent) else ()
    return Intent(tuple(edits), f"add {id}", id)


def as_pin(graph: Graph, start: End | None) -> Pin | None:
    """A start that came without its side is an output where the node has one of that name."""
    if start is None or isinstance(start, Pin) or start.node not in graph.nodes:
        return start if isinstance(start, Pin) else None
    node = graph.nodes[start.node]
    spec = known(graph).get(node.type)
    outputs = spec.ports(node.parameters)[1] if spec else ()
    return Pin(*start, start in graph.outgoing or any(port.name == start.port for port in outputs))


def counterpart(graph: Graph, report: Report, pin: Pin, id: str) -> Pin | None:
    """The port of a new node that a wire goes to: the first one that fits, else the first free one."""
    node = graph.nodes[id]
    spec = known(graph).get(node.type)
    if spec is None:
        return None
    inputs, outputs = spec.ports(node.parameters)
    if not pin.output:
        return Pin(id, outputs[0].name, True) if outputs else None
    if spec.grows:
        return Pin(id, MORE, False)
    made = report.types.get(End(*pin))
    free = [port for port in inputs if port.many or End(id, port.name) not in graph.incoming]
    could = [port for port in free if made is not None and _could_take(port, made)]
    fitting = [port for port in could if made is not None and port.pattern.bound(made) is not None]
    best = next(iter([*fitting, *could, *free, *inputs]), None)
    return Pin(id, best.name, False) if best else None


def _could_take(port: Input, made: Type) -> bool:
    if isinstance(made, Tensor):
        return port.pattern.accepts_dtype(made.dtype) and not (port.target and made.dtype.startswith("float"))
    word = {Text: "text", Picture: "picture", Loss: "loss"}.get(type(made), "")
    return any(kind in ("any", word) for kind, _, _ in port.pattern.options)


def copies(graph: Graph, places: Mapping[str, tuple[float, float]]) -> tuple[Intent, list[str]]:
    """The nodes once more, with the wires between them, each copy at a place; their new ids."""
    names: dict[str, str] = {}
    edits: list[Edit] = []
    for id, at in places.items():
        node = graph.nodes[id]
        names[id] = new_name(graph, id.rstrip("0123456789").rstrip("_") or id, names.values())
        parameters, extra = _deep(dict(node.parameters)), _deep(dict(node.extra))
        edits.append(("add", names[id], node.type, parameters, at, extra))
    for source, target in graph.edges:
        if source.node in names and target.node in names:
            edits.append(("connect", f"{names[source.node]}.{source.port}", f"{names[target.node]}.{target.port}"))
    said = ", ".join(names) if len(names) < 4 else f"{len(names)} nodes"
    return Intent(tuple(edits), f"duplicate {said}"), list(names.values())


def layout_of_copies(
    graph: Graph, names: Mapping[str, str], ids: Iterable[str], spread: Spread
) -> tuple[list[Edit], list[str]]:
    """The copied nodes, the bends of their wires and copies of frames where they go; what these frames are called."""
    edits: list[Edit] = [("move", id, place) for id, place in spread.places().items()]
    for edge, points in bends.carried(graph, names, (0.0, 0.0)).items():
        edits.append(("bend", str(edge.source), str(edge.target), [spread.point(each) for each in points]))
    called = list[str]()
    for id, frame in frames.carried(graph, ids, (0.0, 0.0)).items():
        called.append(frames.free_frame(graph, id, called))
        edits.append(("frame", called[-1], {**frame, "rect": spread.frame(frame["rect"])}))
    return edits, called


def _deep(value: Any) -> Any:
    """A copy of plain JSON values that shares nothing."""
    if isinstance(value, dict):
        return {key: _deep(item) for key, item in value.items()}
    return [_deep(item) for item in value] if isinstance(value, list) else value
