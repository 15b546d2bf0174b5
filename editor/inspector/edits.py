"""What a change in the form means for the graph: edits that set a parameter and let ports and wires follow."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.graph.edit import Edit, applied
from runtime.graph.model import End, Graph, Node
from runtime.graph.names import fields_of, further_names
from runtime.spec.following import renamed_settings
from runtime.spec.node import Spec

Renames = Mapping[str, str]  # old name of a field to its new one


def setting(
    graph: Graph, spec: Spec, ids: Sequence[str], name: str, value: Any, renames: Renames | None = None
) -> list[Edit]:
    """Give `value` to the parameter of all nodes; the default is given by writing nothing."""
    edits: list[Edit] = []
    for id in ids:
        node = graph.nodes[id]
        edits += _written(spec, node, name, value)
        after = {**node.parameters, name: value}
        edits += _following(graph, spec, node, after, {old: new for old, new in (renames or {}).items() if old != new})
    return edits


def taking(graph: Graph, spec: Spec, id: str, values: Mapping[str, Any]) -> list[Edit]:
    """What a look at a file told; the wires of a port that is gone go to the one that takes its place."""
    node = graph.nodes[id]
    edits: list[Edit] = [("port", id, *pair) for pair in _in_place(graph, spec, node, {**node.parameters, **values})]
    moved = applied(graph, edits)
    return [*edits, *(edit for name, value in values.items() for edit in setting(moved, spec, [id], name, value))]


def classed(spec: Spec) -> bool:
    """Whether it reads a folder whose folders are its classes: it has a field of each type at most."""
    beside = spec.parameter.get("validation_path")
    return beside is not None and beside.folder


def kept_names(fields: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a folder of classes under the names that the node has for those of their types."""
    names = {_type(about): name for name, about in before.items()}
    kept = {names.get(_type(about), name): about for name, about in fields.items()}
    return kept if len(kept) == len(fields) else dict(fields)


def _type(about: Any) -> str:
    return str(about.get("type") if isinstance(about, dict) else about)


def _in_place(graph: Graph, spec: Spec, node: Node, after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The one input whose wires lead nowhere, with the one that is needed and has none; the same for outputs."""
    inputs, outputs = spec.ports(after)
    coming = {edge.target.port for edge in graph.edges if edge.target.node == node.id}
    going = {edge.source.port for edge in graph.edges if edge.source.node == node.id}
    for wired, others, ports in ((coming, going, inputs), (going, coming, outputs)):
        gone = wired - {port.name for port in ports}
        free = {port.name for port in ports if not getattr(port, "optional", False)} - wired
        if len(gone) == len(free) == 1 and gone.isdisjoint(others):
            yield gone.pop(), free.pop()


def _written(spec: Spec, node: Node, name: str, value: Any) -> list[Edit]:
    if same(value, spec.parameter[name].default):
        return [("unset", node.id, name)] if name in node.parameters else []
    return [("set", node.id, name, value)]


def same(one: Any, other: Any) -> bool:
    """Equal, where ``1`` is not ``True``."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _following(graph: Graph, spec: Spec, node: Node, after: Mapping[str, Any], renames: Renames) -> list[Edit]:
    """Wires follow a renamed port and go with one that is gone; settings per field follow its name."""
    settings = renamed_settings(spec, node.parameters, renames)
    if spec.ports(node.parameters) == (ports := spec.ports({**after, **settings})):
        return []
    renames = {**renames, **_beside(spec, node, renames)}
    edits: list[Edit] = [("port", node.id, old, new) for old, new in renames.items()]
    edits += [("set", node.id, name, value) for name, value in settings.items()]
    inputs, outputs = ({port.name for port in side} for side in ports)
    for edge in graph.edges:
        for at, kept in ((edge.target, inputs), (edge.source, outputs)):
            if at.node == node.id and renames.get(at.port, at.port) not in kept:
                source, target = (_renamed(end, node.id, renames) for end in edge)
                edits.append(("disconnect", str(source), str(target)))
    return edits


def _renamed(end: End, id: str, renames: Renames) -> End:
    return End(id, renames.get(end.port, end.port)) if end.node == id else end


def _beside(spec: Spec, node: Node, renames: Renames) -> Renames:
    """What padding adds to a field follows its name."""
    there = {port.name for port in spec.ports(node.parameters)[1]}
    pairs = [pair for old, new in renames.items() for pair in zip(further_names(old), further_names(new), strict=True)]
    return {old: new for old, new in pairs if old in there and spec.family == "collate" and old not in fields_of(node)}
