"""Definitions as wholes: begun, renamed, removed, and their parameters; what cannot be is said in a sentence."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runtime.check.use import TAKEN
from runtime.define.levels import TOP, in_all, level, retyped, uses_of, with_level
from runtime.graph.edit import numbered
from runtime.graph.file import MOST_DEFINITIONS
from runtime.graph.model import Edge, End, Graph, Node
from runtime.graph.names import LONGEST, NAME, cleaned
from runtime.spec.definition import REFERENCE, reference
from runtime.spec.listed import listed


class Refused(Exception):
    """A change that cannot be; the text is one sentence for the user."""


def free_definition(graph: Graph, wish: str) -> str:
    """A name that no definition has, near `wish`."""
    return next(name for name in numbered(cleaned(wish)) if name not in graph.definitions)


def with_definition(graph: Graph, name: str, definition: Graph) -> Graph:
    """The graph with a new definition. Raises Refused where a file with it could not be opened again."""
    if len(graph.definitions) >= MOST_DEFINITIONS:
        raise Refused(f"A graph has at most {MOST_DEFINITIONS} definitions.")
    return graph.with_(definitions={**graph.definitions, name: definition})


def begun(graph: Graph, name: str) -> Graph:
    """The graph with a new definition, that gives what it takes. Raises Refused."""
    nodes = {"x": Node("x", "Input"), "output": Node("output", "Output")}
    layout = {"x": (0.0, 0.0), "output": (240.0, 0.0)}
    made = Graph(nodes, (Edge(End("x", "output"), End("output", "input")),), layout=layout)
    return with_definition(graph, name, made)


def renamed(graph: Graph, old: str, new: str) -> Graph:
    """The graph with another name for a definition, at all its uses too. Raises Refused."""
    if not NAME.fullmatch(new) or len(new) > LONGEST:
        raise Refused(f"{new or 'Nothing'} is not a name: use small letters, digits and _, starting with a letter.")
    if new in graph.definitions and new != old:
        raise Refused(f"{new} is another definition already; {free_definition(graph, new)} is free.")
    return called(graph, old, new)


def called(graph: Graph, old: str, new: str) -> Graph:
    """The graph with another name, known to be free, for a definition and at all its uses."""
    definitions = {new if name == old else name: one for name, one in graph.definitions.items()}
    return retyped(graph.with_(definitions=definitions), old, new)


def removed(graph: Graph, name: str) -> Graph:
    """The graph without a definition that nothing uses. Raises Refused."""
    if there := uses_of(graph, name):
        named = [id if where == TOP else f"{id} in {where}" for where, id in there]
        shown = named if len(named) < 4 else [*named[:2], f"{len(named) - 2} more"]
        raise Refused(f"{name} is used by {listed(shown)}; remove or dissolve these first.")
    return graph.with_(definitions={at: one for at, one in graph.definitions.items() if at != name})


def with_parameter(graph: Graph, name: str, parameter: str, default: Any) -> Graph:
    """The graph with another default for a parameter of a definition, or with a new one. Raises Refused."""
    definition = graph.definitions[name]
    if parameter not in definition.parameters and (why := wrong_parameter(definition, parameter)):
        raise Refused(why)
    changed = level(graph, name).with_(parameters={**definition.parameters, parameter: default})
    return with_level(graph, name, changed)


def wrong_parameter(definition: Graph, parameter: str) -> str:
    """Why a definition can have no new parameter of that name; nothing where it can."""
    if not NAME.fullmatch(parameter) or len(parameter) > LONGEST:
        return f"{parameter or 'Nothing'} is not a name: use small letters, digits and _, starting with a letter."
    if parameter in TAKEN:
        return f"{parameter} is a word that Python, torch or the program uses."
    return f"{parameter} is a parameter already." if parameter in definition.parameters else ""


def free_parameter(definition: Graph, wish: str) -> str:
    """A name for a new parameter of a definition, near `wish`."""
    return next(name for name in numbered(cleaned(wish)) if not wrong_parameter(definition, name))


def standing_for(graph: Graph, name: str, id: str, of_node: str, parameter: str, default: Any) -> Graph:
    """The graph with a node's parameter standing for one of its definition, which is new where there is none yet."""
    if parameter not in graph.definitions[name].parameters:
        graph = with_parameter(graph, name, parameter, default)
    inside = level(graph, name)
    node = inside.nodes[id]
    node = replace(node, parameters={**node.parameters, of_node: {REFERENCE: parameter}})
    return with_level(graph, name, inside.with_(nodes={**inside.nodes, id: node}))


def without_parameter(graph: Graph, name: str, parameter: str) -> Graph:
    """The graph without a parameter of a definition: its nodes have the default, and uses say nothing of it."""
    inside = level(graph, name)
    default = inside.parameters[parameter]
    kept = {key: value for key, value in inside.parameters.items() if key != parameter}
    inside = _with_references(inside.with_(parameters=kept), parameter, default)
    return in_all(
        with_level(graph, name, inside),
        name,
        parameters=lambda given: {key: value for key, value in given.items() if key != parameter},
    )


def renamed_parameter(graph: Graph, name: str, old: str, new: str) -> Graph:
    """The graph with another name for a parameter of a definition, in it and at all its uses. Raises Refused."""
    inside = level(graph, name)
    if new != old and (why := wrong_parameter(inside, new)):
        raise Refused(why)
    inside = _with_references(inside.with_(parameters=_renamed(inside.parameters, old, new)), old, {REFERENCE: new})
    return in_all(with_level(graph, name, inside), name, parameters=lambda given: _renamed(given, old, new))


def _renamed(values: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    return {new if key == old else key: value for key, value in values.items()}


def _with_references(inside: Graph, parameter: str, value: Any) -> Graph:
    """The level with a value wherever one of its nodes stands for the parameter."""

    def told(given: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value if reference(each) == parameter else each for key, each in given.items()}

    nodes = {
        id: replace(node, parameters=told(node.parameters))
        if any(reference(each) == parameter for each in node.parameters.values())
        else node
        for id, node in inside.nodes.items()
    }
    return inside.with_(nodes=nodes)
