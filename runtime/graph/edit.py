"""Edits as data: what a gesture, a repair or `--set` does to a graph; they can be shown, tried and stored."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from runtime.graph.bends import bends, bent, led, parted, settled, with_bends
from runtime.graph.frames import with_frame, without_frame
from runtime.graph.model import Edge, End, Graph, Node, end, placed
from runtime.graph.names import LONGEST, RESERVED, names_in
from runtime.graph.weights import renamed as known_as

PORTS = ("Input", "Output")  # the node types that are ports of a definition
ALL_LOSSES = "loss"  # as the best figure of a run, whatever nodes are called
DEFINITION = "definition."  # what the node type of a use begins with
Edit = tuple[Any, ...]
"""A verb and its arguments:

    ("add", id, type, parameters, (x, y))      a new node
    ("add", id, type, parameters, (x, y), extra)   one with a note and what else its node carries beside parameters
    ("remove", id)                             a node and its edges
    ("set", id, parameter, value)              a parameter
    ("unset", id, parameter)                   a parameter back to its default
    ("connect", "a.output", "b.input")         an edge, after those that are there
    ("replace", "a.output", "b.input")         an edge instead of those that are there
    ("disconnect", "a.output", "b.input")      an edge away
    ("lead", "a.output", "b.input", "c.output", "d.input")   an edge between other ports, in the place where it stood
    ("insert", id, type, parameters, "a.output", "b.input", in_port, out_port)   a node on an edge
    ("retype", id, type, parameters)           another node type; its edges stay, whether it has such ports or not
    ("rename", old, new)                       an id, its edges follow
    ("port", id, old, new)                     the edges of a renamed port follow
    ("move", id, (x, y))                       a position
    ("note", id, text)                         a node's note
    ("run", key, value)                        a setting of the run
    ("share", id, other)                       the node has the weights of another; None for its own again
    ("freeze", id, frozen)                     whether training leaves the node's weights as they are
    ("bypass", id, port)                       what comes in at `port` goes out, as if the node were not there; or None
    ("weights", id, source)                    the file that its weights are from, see `runtime.graph.weights`; None for
                                               none, and for the id None the file of the whole model
    ("frame", id, {"rect": [x, y, w, h], ...}) what a frame has from now on; one that is not there is new
    ("unframe", id)                            a frame away; nodes in it stay
    ("bend", "a.output", "b.input", [(x, y)])  the dots through which a wire goes
    ("before", id, other)                      a node stands before another in the order of nodes, for None last
    ("define", name, definition)               a new definition, or another one of that name
    ("in", definition, edit)                   an edit of a definition; wires at its uses follow its ports
"""


def applied(graph: Graph, edits: Iterable[Edit]) -> Graph:
    """The graph after `edits`, in their order.

    Bends go with their wires. Raises KeyError where a node that is to change is not there, or a name that is to be new
    is: our mistake.
    """
    had = [graph.edges]
    for verb, *arguments in edits:
        graph = VERBS[verb](graph, *arguments)
        if graph.edges is not had[-1]:
            had.append(graph.edges)
    return settled(had, graph)


def free_name(graph: Graph, wish: str, taken: Iterable[str] = ()) -> str:
    """`wish`, or `wish_2`, `wish_3`, ... when it is reserved or a node or field has that name already."""
    used = names_in(graph) | set(taken)
    return next(name for name in numbered(wish) if name not in used and name not in RESERVED)


def numbered(wish: str) -> Iterator[str]:
    """`wish`, `wish_2`, `wish_3`, ... without end, none longer than a name may be."""
    yield wish
    for number in count(2):
        yield f"{wish[: LONGEST - 1 - len(str(number))]}_{number}"


def _there(graph: Graph, id: str) -> str:
    return graph.nodes[id].id


def _new(graph: Graph, id: str) -> str:
    if id in graph.nodes:
        raise KeyError(f"there is a node {id} already")
    return id


def _add(
    graph: Graph,
    id: str,
    type: str,
    parameters: dict[str, Any],
    at: tuple[float, float] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Graph:
    layout = graph.layout if at is None else {**graph.layout, id: placed(*at)}
    node = Node(_new(graph, id), type, dict(parameters), dict(extra or {}))
    return graph.with_(nodes={**graph.nodes, id: node}, layout=layout)


def _remove(graph: Graph, id: str) -> Graph:
    gone = _there(graph, id)
    return graph.with_(
        nodes={key: node for key, node in graph.nodes.items() if key != gone},
        edges=tuple(e for e in graph.edges if id not in (e.source.node, e.target.node)),
        layout={key: at for key, at in graph.layout.items() if key != id},
    )


def _set(graph: Graph, id: str, parameter: str, value: Any) -> Graph:
    node = graph.nodes[id]
    return _with_node(graph, replace(node, parameters={**node.parameters, parameter: value}))


def _unset(graph: Graph, id: str, parameter: str) -> Graph:
    node = graph.nodes[id]
    return _with_node(graph, replace(node, parameters={k: v for k, v in node.parameters.items() if k != parameter}))


def _note(graph: Graph, id: str, text: str) -> Graph:
    node = graph.nodes[id]
    rest = {key: value for key, value in node.extra.items() if key != "note"}
    return _with_node(graph, replace(node, extra={**rest, "note": text} if text else rest))


def _with_node(graph: Graph, node: Node) -> Graph:
    return graph.with_(nodes={**graph.nodes, node.id: node})


def _connect(graph: Graph, source: str, target: str) -> Graph:
    edge = Edge(end(source), end(target))
    return graph if edge in graph.edges else graph.with_(edges=(*graph.edges, edge))


def _replace(graph: Graph, source: str, target: str) -> Graph:
    edges = tuple(e for e in graph.edges if e.target != end(target))
    return graph.with_(edges=(*edges, Edge(end(source), end(target))))


def _disconnect(graph: Graph, source: str, target: str) -> Graph:
    gone = Edge(end(source), end(target))
    return graph.with_(edges=tuple(edge for edge in graph.edges if edge != gone))


def _lead(graph: Graph, source: str, target: str, new_source: str, new_target: str) -> Graph:
    old, new = Edge(end(source), end(target)), Edge(end(new_source), end(new_target))
    return graph.with_(edges=_once(new if edge == old else edge for edge in graph.edges))


def _once(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Wires that have come to lie between the same ports are one; no file may hold two."""
    return tuple(dict.fromkeys(edges))


def _retype(graph: Graph, id: str, type: str, parameters: dict[str, Any]) -> Graph:
    return _with_node(graph, replace(graph.nodes[id], type=type, parameters=dict(parameters)))


def _insert(
    graph: Graph, id: str, type: str, parameters: dict[str, Any], source: str, target: str, into: str, out: str
) -> Graph:
    """Put the new node between the ends of an edge; the second half keeps the place of the old edge in its port.

    Dots of the edge go to the half that they lie on.
    """
    places = [graph.layout.get(end(text).node, (0.0, 0.0)) for text in (source, target)]
    middle = (places[0][0] + places[1][0]) / 2, (places[0][1] + places[1][1]) / 2
    graph = _add(graph, id, type, parameters, middle)
    old = Edge(end(source), end(target))
    halves = Edge(old.source, End(id, into)), Edge(End(id, out), old.target)
    dots = parted(bends(graph).get(old, ()), (places[0], places[1]), middle)
    graph = graph.with_(edges=_once(e for edge in graph.edges for e in (halves if edge == old else (edge,))))
    return with_bends(graph, {half: some for half, some in zip(halves, dots, strict=True) if some})


def _rename(graph: Graph, old: str, new: str) -> Graph:
    if _there(graph, old) != new:
        _new(graph, new)
    return renamed(graph, {old: new})


def renamed(graph: Graph, names: Mapping[str, str]) -> Graph:
    """Nodes under new names by old ones, all at once: none of the new ones is there yet. What names them follows."""

    def end_of(at: End) -> End:
        return End(names[at.node], at.port) if at.node in names else at

    extra, run = graph.extra, graph.run
    for old, new in names.items() if "weights" in extra else ():
        extra = {**extra, "weights": known_as(extra["weights"], old, new)}
    if (best := run.get("best")) != ALL_LOSSES and (other := _name(best, names)) != best:
        run = {**run, "best": other}
    named = (_naming(node, names) for node in graph.nodes.values())
    changed = graph.with_(
        nodes={node.id: node for node in named},
        edges=_once(Edge(end_of(e.source), end_of(e.target)) for e in graph.edges),
        layout={names.get(key, key): at for key, at in graph.layout.items()},
        run=run,
        extra=extra,
    )
    return led(changed, end_of)


def _naming(node: Node, names: Mapping[str, str]) -> Node:
    """Where a node is named, by itself, by optimizers and by those that share its weights, its name changes too."""
    if node.id in names:
        node = replace(node, id=names[node.id])
    if (shares := node.shares) in names:
        node = replace(node, extra={**node.extra, "shares": _name(shares, names)})
    layers = node.parameters.get("layers")
    if not isinstance(layers, list) or (after := [_name(each, names) for each in layers]) == layers:
        return node
    return replace(node, parameters={**node.parameters, "layers": after})


def _name(value: Any, names: Mapping[str, str]) -> Any:
    """What a file says where the name of a node should stand, with the new name where it is one."""
    return names.get(value, value) if isinstance(value, str) else value


def _port(graph: Graph, id: str, old: str, new: str) -> Graph:
    def renamed(at: End) -> End:
        return End(id, new) if at == (id, old) else at

    node = graph.nodes.get(id)
    if node is not None and node.extra.get("bypass") == old:
        graph = _bypass(graph, id, new)
    return led(graph.with_(edges=_once(Edge(renamed(e.source), renamed(e.target)) for e in graph.edges)), renamed)


def _move(graph: Graph, id: str, at: tuple[float, float]) -> Graph:
    return graph.with_(layout={**graph.layout, _there(graph, id): placed(*at)})


def _run(graph: Graph, key: str, value: Any) -> Graph:
    return graph.with_(run={**graph.run, key: value})


def _share(graph: Graph, id: str, other: str | None) -> Graph:
    node = graph.nodes[id]
    rest = {key: value for key, value in node.extra.items() if key != "shares"}
    return _with_node(graph, replace(node, extra=rest if other is None else {**rest, "shares": other}))


def _freeze(graph: Graph, id: str, frozen: bool) -> Graph:
    node = graph.nodes[id]
    rest = {key: value for key, value in node.extra.items() if key != "frozen"}
    return _with_node(graph, replace(node, extra={**rest, "frozen": True} if frozen else rest))


def _bypass(graph: Graph, id: str, port: str | None) -> Graph:
    node = graph.nodes[id]
    rest = {key: value for key, value in node.extra.items() if key != "bypass"}
    return _with_node(graph, replace(node, extra=rest if port is None else {**rest, "bypass": port}))


def _weights(graph: Graph, id: str | None, source: Any) -> Graph:
    extra = graph.extra if id is None else graph.nodes[id].extra
    rest = {key: value for key, value in extra.items() if key != "weights"}
    changed = rest if source is None else {**extra, "weights": source}  # where they stood
    return graph.with_(extra=changed) if id is None else _with_node(graph, replace(graph.nodes[id], extra=changed))


def _bend(graph: Graph, source: str, target: str, points: Iterable[tuple[float, float]]) -> Graph:
    return bent(graph, Edge(end(source), end(target)), points)


def _before(graph: Graph, id: str, other: str | None) -> Graph:
    node = graph.nodes[id]
    nodes: dict[str, Node] = {}
    for key, each in graph.nodes.items():
        if key == other:
            nodes[id] = node
        if key != id:
            nodes[key] = each
    return graph.with_(nodes={**nodes, id: node})


def _define(graph: Graph, name: str, definition: Graph) -> Graph:
    return graph.with_(definitions={**graph.definitions, name: definition})


def _in(graph: Graph, definition: str, edit: Edit) -> Graph:
    before = graph.definitions[definition]
    graph = graph.with_(definitions={**graph.definitions, definition: applied(before, [edit])})
    verb, *arguments = edit
    if verb not in ("rename", "remove") or before.nodes[arguments[0]].type not in PORTS:
        return graph
    port, new = arguments[0], arguments[1] if verb == "rename" else None
    used = DEFINITION + definition
    definitions = {name: _followed(one, used, port, new) for name, one in graph.definitions.items()}
    return _followed(graph, used, port, new).with_(definitions=definitions)


def _followed(graph: Graph, used: str, port: str, new: str | None) -> Graph:
    """The wires at all uses of a definition once a port of it has another name, or is gone."""
    ends = {
        End(id, port): None if new is None else End(id, new) for id, node in graph.nodes.items() if node.type == used
    }
    if not any(end in ends for edge in graph.edges for end in edge):
        return graph
    renamed = ((ends.get(edge.source, edge.source), ends.get(edge.target, edge.target)) for edge in graph.edges)
    changed = graph.with_(edges=_once(Edge(source, target) for source, target in renamed if source and target))
    return settled([graph.edges], led(changed, lambda at: ends.get(at, at)))


VERBS: dict[str, Callable[..., Graph]] = {
    "add": _add,
    "remove": _remove,
    "set": _set,
    "unset": _unset,
    "note": _note,
    "connect": _connect,
    "replace": _replace,
    "disconnect": _disconnect,
    "lead": _lead,
    "retype": _retype,
    "insert": _insert,
    "rename": _rename,
    "port": _port,
    "move": _move,
    "run": _run,
    "share": _share,
    "freeze": _freeze,
    "bypass": _bypass,
    "weights": _weights,
    "frame": with_frame,
    "unframe": without_frame,
    "bend": _bend,
    "before": _before,
    "define": _define,
    "in": _in,
}
