"""A part of a graph that can be taken elsewhere: nodes, wires between them, and the definitions that they use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from runtime.define.change import Refused
from runtime.define.levels import TOP
from runtime.define.library import all_into
from runtime.graph.bends import carried as carried_bends
from runtime.graph.bends import with_bends
from runtime.graph.edit import free_name
from runtime.graph.file import FORMAT, MOST_BYTES, dump, load
from runtime.graph.file import Refused as Unreadable
from runtime.graph.frames import FRAMES, frames, free_frame, understood, with_frame
from runtime.graph.frames import carried as carried_frames
from runtime.graph.model import Edge, End, Graph, Node, placed
from runtime.graph.names import cleaned, fields_in, names_in
from runtime.spec.definition import PREFIX, nested, reference, references, used

Places = Mapping[str, tuple[float, float]]
HERE = (0.0, 0.0)  # no way further
PARAMETERS = "parameters"  # of the definition that the part was taken from, those that its nodes stand for


@dataclass(frozen=True)
class Joined:
    """A level with a part in it, and what the part's nodes and frames are called there, by their names in the part."""

    level: Graph
    names: Mapping[str, str]
    frames: Mapping[str, str]


def excerpt(level: Graph, ids: Iterable[str], places: Places, framed: Iterable[str] = ()) -> Graph:
    """These nodes and frames of a level as a graph of its own; `places` says where the nodes stand."""
    chosen, framed = set(ids), set(framed)
    nodes = {id: node for id, node in level.nodes.items() if id in chosen}
    corners = [*(places[id] for id in nodes), *(one.rect[:2] for id, one in frames(level).items() if id in framed)]
    left, top = (min((corner[axis] for corner in corners), default=0.0) for axis in (0, 1))
    names = {used(node.type) for node in nodes.values()} & set(level.definitions)
    needed = names.union(*(nested(level.definitions, name) for name in names))
    part = Graph(
        nodes,
        tuple(edge for edge in level.edges if edge.source.node in nodes and edge.target.node in nodes),
        layout={id: placed(places[id][0] - left, places[id][1] - top) for id in nodes},
        definitions={name: one for name, one in level.definitions.items() if name in needed},
    )
    stood_for = {name for _, _, name in references(part)}
    defaults = {name: value for name, value in level.parameters.items() if name in stood_for}
    kept = carried_frames(level, framed, (-left, -top))
    part = part.with_(extra=({PARAMETERS: defaults} if defaults else {}) | ({FRAMES: kept} if kept else {}))
    return with_bends(part, carried_bends(level, {id: id for id in nodes}, (-left, -top)))


def written(part: Graph) -> str:
    """The part as the text of a graph file, that can be pasted anywhere."""
    return dump(part)


def read(text: str) -> Graph:
    """A part from text, held to all that a file is held to. Raises Refused with a sentence that says what it is."""
    if not text.lstrip().startswith("{") or FORMAT not in text:
        raise Refused("There is no graph on the clipboard.")
    try:
        part = load(text[: MOST_BYTES + 1].encode(errors="surrogatepass"))
    except Unreadable as refused:
        why = str(refused).replace("The file", "the text on the clipboard", 1).replace("the file", "it")
        raise Refused(f"Nothing was pasted: {why[0].lower()}{why[1:]}") from None
    if not part.nodes and not frames(part):
        raise Refused("Nothing was pasted: the graph on the clipboard has no nodes.")
    return part


def joined(level: Graph, part: Graph, where: str = TOP) -> Joined:
    """The level called `where` with the part in it, which keeps its layout. Raises Refused.

    A name that is taken gives way to a free one; so does that of a definition that means something else here. What
    names a node that does not come along means the node of that name here, where it is of the type that it has to be.
    """
    wanted = dict.fromkeys(used(node.type) for node in part.nodes.values())
    try:
        made, called = all_into(level, part, [name for name in wanted if name in part.definitions])
    except Refused as refused:
        why = str(refused)
        raise Refused(f"Nothing was pasted: {why[0].lower()}{why[1:]}") from None
    types = {PREFIX + old: PREFIX + new for old, new in called.items()}
    names = _names(level, part)
    taken_from = part.extra.get(PARAMETERS)
    defaults = taken_from if isinstance(taken_from, dict) else {}
    new = {names[id]: _moved(level, node, names, types, defaults) for id, node in part.nodes.items()}
    for node in new.values():
        _examine(made, node, where)
    edges = (
        Edge(End(names[source.node], source.port), End(names[target.node], target.port))
        for source, target in part.edges
        if source.node in names and target.node in names
    )
    layout = {names[id]: at for id, at in part.layout.items() if id in names}
    whole = made.with_(nodes={**made.nodes, **new}, edges=(*made.edges, *edges), layout={**made.layout, **layout})
    framed = dict[str, str]()
    for id, each in carried_frames(part, frames(part), HERE).items() if understood(whole) else ():
        framed[id] = free_frame(whole, id)
        whole = with_frame(whole, framed[id], each)
    return Joined(with_bends(whole, carried_bends(part, names, HERE)), names, framed)


def _names(level: Graph, part: Graph) -> dict[str, str]:
    """A name for each node of a part: its own where that is free, else the next number of it."""
    taken, found = names_in(level) | set(fields_in(part)), dict[str, str]()
    for id in part.nodes:
        wish = cleaned(id)
        if wish in taken:
            wish = wish.rstrip("0123456789").rstrip("_") or wish
        found[id] = free_name(Graph(), wish, taken)
        taken.add(found[id])
    return found


def _moved(
    level: Graph, node: Node, names: Mapping[str, str], types: Mapping[str, str], defaults: Mapping[str, Any]
) -> Node:
    """A node of a part as it is in a level."""
    parameters = dict[str, Any]()
    for key, value in node.parameters.items():
        stands_for = reference(value)
        if stands_for is None or stands_for in level.parameters:
            parameters[key] = value
        elif stands_for in defaults:
            parameters[key] = defaults[stands_for]
    if isinstance(layers := parameters.get("layers"), list):
        named = [names.get(each, each) for each in layers if isinstance(each, str)]
        known = [each for each in named if each in level.nodes or each in names.values()]
        parameters = (
            {**parameters, "layers": known} if known else {k: v for k, v in parameters.items() if k != "layers"}
        )
    extra = dict(node.extra)
    if isinstance(other := extra.pop("shares", None), str):
        there = level.nodes.get(other)
        if other in names or (there is not None and there.type == node.type):
            extra["shares"] = names.get(other, other)
    return replace(node, id=names[node.id], type=types.get(node.type, node.type), parameters=parameters, extra=extra)


def _examine(level: Graph, node: Node, where: str) -> None:
    """Raise Refused for a node that cannot stand in a level."""
    name = used(node.type)
    if where != TOP and (name == where or (name in level.definitions and where in nested(level.definitions, name))):
        how = "is this definition" if name == where else f"uses {where}"
        raise Refused(f"Nothing was pasted: {name} {how}, so it cannot stand inside of it.")
    if node.type == "Input" and where == TOP:
        raise Refused("Nothing was pasted: an Input stands inside of a definition alone; leave it out to copy.")
