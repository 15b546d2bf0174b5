"""Several datasets: one of them feeds Collate, and Zip and Join take raw rows of those that they put together.

A row means the same in all fields of a batch only where one dataset gives them all.
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from runtime.check.problem import ERROR, OPEN, REMOVE
from runtime.check.rules.split import SIDES
from runtime.graph.model import Edge, End, Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.listed import listed
from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor, Text, Type

if TYPE_CHECKING:
    from runtime.check.walk import Walk

ZIP, JOIN = "data.Zip", "data.Join"
TOGETHER = f"{ZIP} puts rows together by their number, {JOIN} by a key"


def examine(walk: "Walk") -> None:
    """Note a Collate that several datasets feed, and datasets that cannot be put together."""
    walk.stage, datasets = "datasets", walk.of("dataset")
    for id in walk.of("collate")[:1]:
        found = tuple(giving(walk.graph, datasets, id))
        if len(found) > 1:
            why = f"takes the fields of one dataset, got those of {listed(found)}: {TOGETHER}"
            through = next((other for other in found if walk.graph.nodes[other].type in (ZIP, JOIN)), None)
            label = f"Lead all through {through}" if through else "Put their rows side by side with data.Zip"
            walk.tell(id, ERROR, Misfit(why, None, ((label, (("zip", found),)),)))
    for id in datasets:
        if walk.graph.nodes[id].type not in (ZIP, JOIN):
            _whole(walk, id)
            continue
        edges = [edge for edge in walk.graph.around.get(id, ()) if edge.target.node == id]
        wrong = [edge for edge in edges if _raw(walk, edge)]
        if wrong or id in walk.blocked:
            continue
        if walk.graph.nodes[id].type == ZIP:
            _lengths(walk, id, edges)
        else:
            _keys(walk, id, edges)


def giving(graph: Graph, datasets: Collection[str], id: str) -> list[str]:
    """The datasets whose rows reach a node otherwise than through another dataset."""
    found, seen, waiting = set(), {id}, [id]
    while waiting:
        for source in graph.sources[waiting.pop()]:
            if source in datasets:
                found.add(source)
            elif source not in seen:
                seen.add(source)
                waiting.append(source)
    return [other for other in datasets if other in found]


def joins_in(graph: Graph, dataset: str) -> list[str]:
    """The joins of which the rows of a dataset come, itself among them, in the order in which they were made."""
    upstream = graph.upstream([dataset])
    return [id for id, node in graph.nodes.items() if id in upstream and node.type == JOIN]


def column_of(graph: Graph, end: End) -> End:
    """Where a column is read that Zip and Join hand on."""
    passed = set[End]()
    while end not in passed and end.node in graph.nodes and graph.nodes[end.node].type in (ZIP, JOIN):
        passed.add(end)
        end = next((edge.source for edge in graph.incoming.get(end, ())), end)
    return end


def classes_of(graph: Graph, end: End) -> list[Any] | None:
    """The names of the classes whose numbers a column of a dataset holds."""
    id, port = column_of(graph, end)
    fields = graph.nodes[id].parameters.get("fields") if id in graph.nodes else None
    about = fields.get(port) if isinstance(fields, dict) else None
    classes = about.get("classes") if isinstance(about, dict) else None
    return classes if isinstance(classes, list) else None


def class_names(graph: Graph, end: End) -> list[Any] | None:
    """The same, also where the dataset itself is known to have them."""
    id, port = column_of(graph, end)
    spec = catalogue().get(graph.nodes[id].type) if id in graph.nodes else None
    declared = spec is not None and hasattr(spec.declared, "class_names")
    known = spec.values(graph.nodes[id].parameters).class_names.get(port) if spec and declared else None
    return classes_of(graph, end) or known


def columns_of(graph: Graph, end: End) -> str | list[str] | None:
    """The title of the column that a field of a table is made of, or of several in their order; None of other data."""
    id, port = column_of(graph, end)
    node = graph.nodes.get(id)
    fields = node.parameters.get("fields") if node and node.type == "data.Table" else None
    if not isinstance(fields, dict) or port not in fields:
        return None
    about = fields[port] if isinstance(fields[port], dict) else {}
    titles: str | list[str] = about.get("columns", about.get("column", port))
    return titles


def _whole(walk: "Walk", id: str) -> None:
    """Note files of rows to hold out, or for a test, of a dataset that is put together with others."""
    sides = [side for side in SIDES if walk.graph.nodes[id].parameters.get(f"{side}_path")]
    behind = [walk.graph.nodes[other] for other in walk.graph.targets.get(id, ()) if other in walk.graph.nodes]
    into = next((node.id for node in behind if node.type in (ZIP, JOIN)), None)
    if sides and into:
        names = [f"{side}_path" for side in sides]
        why = f"has a file for {listed(sides)}, but {into} takes the rows of path alone"
        walk.tell(id, ERROR, Misfit(why, None, ((f"Forget {listed(names)}", tuple(("unset", id, n) for n in names)),)))


def _raw(walk: "Walk", edge: Edge) -> bool:
    """Note a wire from anything but a dataset: rows are put together before anything is done to them."""
    source, target = edge
    if source.node not in walk.specs or walk.specs[source.node].family == "dataset":
        return False
    why = f"takes columns of datasets as they are read, got {source}: what is done to them belongs behind"
    walk.tell(target.node, ERROR, Misfit(why, target.port, (*_behind(walk, edge), *_cut(edge))), (edge,))
    return True


def _cut(edge: Edge) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    return ((REMOVE, (("disconnect", str(edge.source), str(edge.target)),)),)


def _behind(walk: "Walk", edge: Edge) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """A node with one wire in and one way out changes places with Zip or Join."""
    (id, out), target = edge
    into = [other for other in walk.graph.around.get(id, ()) if other.target.node == id]
    if len(into) != 1 or set(walk.graph.targets[id]) != {target.node} or target.port == "key":
        return
    after = walk.graph.outgoing.get(target, ())
    edits = [
        ("disconnect", str(edge.source), str(target)),
        ("replace", str(into[0].source), str(target)),
        *(("disconnect", str(other.source), str(other.target)) for other in after),
        ("replace", str(target), str(into[0].target)),
        *(("connect", f"{id}.{out}", str(other.target)) for other in after),
    ]
    yield f"Put {id} behind {target.node}", tuple(edits)


def _lengths(walk: "Walk", id: str, edges: list[Edge]) -> None:
    """Note datasets side by side that are known to differ in length."""
    from runtime.check.batches import rows_at

    known = {source.node: rows for source, _ in edges if (rows := rows_at(walk, source.node))}
    if len(set(known.values())) > 1:
        told = listed([f"{rows:,} of {name}" for name, rows in known.items()])
        why = f"puts rows side by side, and these are not as many: {told}; data.Join matches rows by a key"
        walk.tell(id, ERROR, Misfit(why))


def _keys(walk: "Walk", id: str, edges: list[Edge]) -> None:
    """Note keys that are not one of each of two datasets, and fields of any other."""
    wires = [edge for edge in edges if edge.target.port == "key"]
    keys = [edge.source for edge in wires]
    sides = [key.node for key in keys]
    if len(keys) != 2 or len(set(sides)) != 2:
        severity = OPEN if len(keys) == 1 else ERROR
        why = f"needs one wire from each of two datasets, got {listed([str(key) for key in keys])}"
        if keys:
            walk.tell(id, severity, Misfit(why, "key", () if severity == OPEN else _cut(wires[-1])), tuple(wires))
        return
    strange = next((edge for edge in edges if edge.source.node not in sides), None)
    if strange:
        why = f"takes columns of {listed(sides)}, which have keys, got {strange.source}"
        walk.tell(id, ERROR, Misfit(why, strange.target.port, _cut(strange)), (strange,))
    types = [walk.types.output(key) for key in keys]
    kinds = [_kind(type) for type in types]
    if None not in types and (kinds[0] != kinds[1] or not kinds[0]):
        why = f"needs two columns of texts or two of whole numbers, one a row, got {types[0]} and {types[1]}"
        walk.tell(id, ERROR, Misfit(why, "key", _cut(wires[-1])), tuple(wires))
    classes = [classes_of(walk.graph, key) for key in keys]
    if any(classes) and classes[0] != classes[1]:
        why = f"needs keys that mean the same, and the classes of {keys[0]} and {keys[1]} differ; read them as text"
        walk.tell(id, ERROR, Misfit(why, "key"))


def _kind(key: Type | None) -> str:
    """Whether a key is of texts or of whole numbers; empty where it is neither."""
    if isinstance(key, Tensor):
        return "numbers" if not key.shape and key.dtype.startswith(("int", "uint")) else ""
    return "texts" if isinstance(key, Text) else ""
