"""The user's own library: a file for each definition, with those that it uses; any graph can take them from there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from runtime.define.change import Refused as Unusable
from runtime.define.change import called, free_definition, with_definition
from runtime.define.levels import retyped
from runtime.graph.file import Refused, dump, load
from runtime.graph.model import Graph
from runtime.graph.names import NAME
from runtime.graph.save import write_whole
from runtime.places import definitions_folder
from runtime.spec.definition import nested, unfolded

SUFFIX = ".json"
LIBRARY = "library."  # what the palette calls a definition of the library begins with


@dataclass(frozen=True)
class Taken:
    """A graph with a definition of another one in it, and what that is called there."""

    graph: Graph
    name: str


def library() -> dict[str, Graph]:
    """By name a graph for each definition that was kept, that holds nothing but it and what it uses.

    A file that cannot be read is left out, and stays as it is.
    """
    found: dict[str, Graph] = {}
    for file in sorted(definitions_folder().glob(f"*{SUFFIX}")):
        try:
            graph = load(file.read_bytes())
        except (OSError, Refused):
            continue
        if file.stem in graph.definitions:
            found[file.stem] = graph
    return found


def keep(graph: Graph, name: str) -> str:
    """Keep a definition in the library; the name that it has there, another where that one is of something else.

    Raises OSError.
    """
    kept = library()
    heads = {at: each.definitions[at] for at, each in kept.items()}
    used = {at: graph.definitions[at] for at in graph.definitions if at in {name, *nested(graph.definitions, name)}}
    for at in _candidates(Graph(definitions=heads), name):
        taken = into(kept[at], Graph(definitions=used), name)
        if taken == Taken(kept[at], at):
            return at  # the same is there already, with the same that it uses
    free = name if name not in kept else free_definition(Graph(definitions=heads | used), name)
    folder = definitions_folder()
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{free}{SUFFIX}", dump(called(Graph(definitions=used), name, free)).encode())
    return free


def forget(name: str) -> None:
    """Away with a definition of the library; graphs that took it keep it. Raises OSError."""
    if NAME.fullmatch(name):
        (definitions_folder() / f"{name}{SUFFIX}").unlink(missing_ok=True)


def into(graph: Graph, other: Graph, name: str) -> Taken:
    """The graph with a definition of another one and what that uses; see `all_into`. Raises Refused."""
    graph, names = all_into(graph, other, [name])
    return Taken(graph, names[name])


def all_into(graph: Graph, other: Graph, wanted: Iterable[str]) -> tuple[Graph, dict[str, str]]:
    """The graph with definitions of another one and what they use, and the names that they have there.

    What is there already, alike in all but the places of its nodes, is used; a name that means something else in
    `graph` gives way to a free one. Raises Refused.
    """
    sound, needed = unfolded(other.definitions), set[str]()
    for name in wanted:
        if name not in sound:
            raise Unusable(f"{name} uses itself, so nothing can use it.")
        if name not in needed:
            needed |= {name, *nested(other.definitions, name)}
    names: dict[str, str] = {}
    for each in (at for at in sound if at in needed):  # those that others use come first
        one = _using(other.definitions[each], names)
        free = next((at for at in _candidates(graph, each) if _alike(graph.definitions.get(at), one)), None)
        names[each] = free or free_definition(graph, each)
        if free is None:
            graph = with_definition(graph, names[each], one)
    return graph, names


def _candidates(graph: Graph, name: str) -> list[str]:
    """The definitions of a graph that may be this one, taken before."""
    return [at for at in graph.definitions if at == name or at.removeprefix(f"{name}_").isdecimal()]


def _using(definition: Graph, names: Mapping[str, str]) -> Graph:
    """A definition whose uses have other names."""
    for old, new in names.items():
        if old != new:
            definition = retyped(definition, old, f"{new}\n")  # no name that another one has
    nodes = {id: replace(node, type=node.type.rstrip("\n")) for id, node in definition.nodes.items()}
    return definition.with_(nodes=nodes)


def _alike(one: Graph | None, other: Graph) -> bool:
    """Whether two definitions say the same; where their nodes stand is no matter."""
    if one is None:
        return False
    left, right = (each.with_(layout={}, definitions={}) for each in (one, other))
    return left == right and list(left.nodes) == list(right.nodes)
