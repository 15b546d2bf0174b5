"""What was meant by names that are not known: types, ports, parameters, settings, keys of a node; as repairs."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runtime.check.problem import WARNING
from runtime.check.rules.repairs import Candidate
from runtime.graph.edit import Edit
from runtime.graph.file import NODE_KEYS
from runtime.graph.model import Edge, End, Graph, Node
from runtime.graph.names import MOST_FIELDS
from runtime.spec.near import nearest
from runtime.spec.node import Misfit, Spec
from runtime.spec.parameter import Parameter
from runtime.spec.tensor import of_a_sample
from runtime.spec.value import option_of

if TYPE_CHECKING:
    from runtime.check.walk import Walk

FROM_OTHERS = ("Input", "Output")  # node types that other words lie near, but that mean something else

SURE = 0.8  # of a type: another one makes another program


def type_meant(node: Node, known: Mapping[str, Spec]) -> Iterator[Candidate]:
    """A known node type with nearly this name, in whichever place of torch it stands."""
    titles = {spec.title: name for name, spec in known.items() if name not in FROM_OTHERS}
    found = nearest(node.type, known, SURE) or titles.get(nearest(node.type.rpartition(".")[2], titles, SURE) or "")
    if found:
        yield f"Use {found}", (("remake", found, node.parameters, node.extra),)


def port_meant(walk: "Walk", edge: Edge, side: int) -> Iterator[Candidate]:
    """A port with nearly this name, or the only one that waits for a wire; `side` 1 is that of outputs."""
    at = edge[1 - side]
    ports = [port.name for port in walk.ports[at.node][side]]
    if side == 0:
        taken = {name for name in ports if walk.graph.incoming.get(End(at.node, name))}
        many = {port.name for port in walk.ports[at.node][0] if port.many}
        ports = [name for name in ports if name not in taken or name in many]
        needed = [port.name for port in walk.ports[at.node][0] if port.name in ports and not port.optional]
    else:
        needed = ports
    found = nearest(at.port, ports) or (needed[0] if len(needed) == 1 else None)
    if found is not None:
        new = End(at.node, found)
        ends = (str(edge.source), str(new)) if side == 0 else (str(new), str(edge.target))
        label = f"Lead it to {new}" if side == 0 else f"Take it from {new}"
        yield label, (("rewire", str(edge.source), str(edge.target), *ends),)


def parameter_meant(node: Node, name: str, spec: Spec) -> Iterator[Candidate]:
    """A parameter with nearly this name that has no value yet."""
    free = [each for each in spec.parameter if each not in node.parameters]
    if found := nearest(name, free):
        edits: tuple[Edit, ...] = (("unset", node.id, name), ("set", node.id, found, node.parameters[name]))
        yield f"Call it {found}", edits


def value_meant(parameter: Parameter, value: Any) -> Any:
    """A word, a schedule or a setting in one that lies near a value that cannot be; None where nothing does."""
    if parameter.kind == "choice" and isinstance(value, str):
        return nearest(value, parameter.choices)
    if parameter.kind != "schedule":
        return None
    given = {"type": value} if isinstance(value, str) else value
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        return None
    if (option := option_of(parameter, given)) is None:
        found = nearest(given["type"], [each.name for each in parameter.options])
        return {**given, "type": found} if found else None
    free = [each for each in option.parameter if each not in given]
    new = {name: name if name == "type" or name in option.parameter else nearest(name, free) for name in given}
    if given is value and all(name == known for name, known in new.items()):
        return None
    if None in new.values() or len(set(new.values())) < len(new):
        return None
    return {str(known): given[name] for name, known in new.items()}


def without_batch(parameter: Parameter, value: Any) -> Any:
    """The types of samples where those of batches are declared; None where something else is wrong."""
    told = value.get("outputs") if parameter.kind == "source" and isinstance(value, dict) else value
    if parameter.kind not in ("fields", "joining", "types", "source") or not isinstance(told, dict):
        return None
    if len(told) > MOST_FIELDS:
        return None  # which is what is wrong with it
    found = {name: _of_samples(about) for name, about in told.items()}
    if parameter.kind == "source":
        found = {**value, "outputs": found}
    return found if found != value and parameter.problem(found) is None else None


def without_types(parameter: Parameter, value: Any) -> Any:
    """A function that somebody wrote, where nothing but the types that it declares is wrong; else None."""
    if parameter.kind != "source" or not isinstance(value, dict) or "outputs" not in value:
        return None
    bare = {key: each for key, each in value.items() if key != "outputs"}
    return bare if parameter.problem(bare) is None else None


def _of_samples(about: Any) -> Any:
    if isinstance(about, dict):
        return {key: _of_samples(each) if key in ("type", "output") else each for key, each in about.items()}
    return (of_a_sample(about) if isinstance(about, str) else None) or about


def examine_keys(walk: "Walk", graph: Graph, id: str, spec: Spec) -> None:
    """Keys of a node that no version up to this one knows; in a definition, and in newer files, nothing is said."""
    node = graph.nodes[id]
    if walk.given is not None or "version" in graph.extra:
        return
    for key in node.extra:
        if key in NODE_KEYS:
            continue
        rest = {name: value for name, value in node.extra.items() if name != key}
        repairs: tuple[Candidate, ...] = ()
        why = f"has a key that is not known here, so it is ignored: {key[:60]}"
        near = walk.may_search() and nearest(
            key, [name for name in NODE_KEYS if name not in ("type", "parameters", *node.extra)]
        )
        if key in spec.parameter and key not in node.parameters:
            why = f"has {key} beside its parameters, where it is ignored"
            moved = {**node.parameters, key: node.extra[key]}
            repairs = ((f"Move {key} into the parameters", (("remake", node.type, moved, rest),)),)
        elif near:
            edit = ("remake", node.type, node.parameters, {**rest, near: node.extra[key]})
            repairs = ((f"Call it {near}", (edit,)),)
        forget = (f"Remove {key[:60]}", (("remake", node.type, node.parameters, rest),))
        walk.tell(id, WARNING, Misfit(why, None, (*repairs, forget)))
