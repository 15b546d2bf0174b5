"""Definitions: sub-graphs as functions. A use of one is a node whose ports and parameters the definition gives."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from runtime.graph.edit import DEFINITION
from runtime.graph.model import Graph, Node
from runtime.spec.parameter import Bool, Float, Int, Parameter, Sizes, Text

PREFIX = DEFINITION
REFERENCE = "parameter"  # {"parameter": name} stands for the definition's own parameter of that name


def used(type_name: str) -> str:
    """The name of the definition that a node type uses, or nothing."""
    return type_name.removeprefix(PREFIX) if type_name.startswith(PREFIX) else ""


def reference(value: Any) -> str | None:
    """The name of the definition's parameter that a value stands for."""
    name = value.get(REFERENCE) if isinstance(value, dict) and len(value) == 1 else None
    return name if isinstance(name, str) else None


def references(definition: Graph) -> Iterator[tuple[Node, str, str]]:
    """Each node and parameter of it that stands for a parameter of the definition, and which."""
    for node in definition.nodes.values():
        for parameter, value in node.parameters.items():
            if (name := reference(value)) is not None:
                yield node, parameter, name


def ports(definition: Graph) -> tuple[list[str], list[str]]:
    """Its inputs and outputs, in the order in which they were drawn."""
    inputs = [id for id, node in definition.nodes.items() if node.type == "Input"]
    return inputs, [id for id, node in definition.nodes.items() if node.type == "Output"]


def filled(definition: Graph, values: Mapping[str, Any]) -> Graph:
    """The definition with values in the places of its parameters; one that has no such parameter stays as it is."""
    given = {**definition.parameters, **values}

    def value(written: Any) -> Any:
        name = reference(written)
        return given[name] if name is not None and name in given else written

    nodes = {
        id: replace(node, parameters={key: value(each) for key, each in node.parameters.items()})
        if any(reference(each) is not None for each in node.parameters.values())
        else node
        for id, node in definition.nodes.items()
    }
    return definition.with_(nodes=nodes, parameters=given)


def uses(definitions: Mapping[str, Graph]) -> dict[str, list[str]]:
    """The definitions that each definition uses itself, once a use."""
    return {
        name: [inner for node in one.nodes.values() if (inner := used(node.type)) in definitions]
        for name, one in definitions.items()
    }


def nested(definitions: Mapping[str, Graph], name: str) -> set[str]:
    """The definitions that a definition uses, directly and through others; itself where it goes round in a circle."""
    return reached(uses(definitions), name)


def reached(inner: Mapping[str, list[str]], name: str) -> set[str]:
    """What lies below a name, itself too where it goes round in a circle."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for each in inner[waiting.pop()]:
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def unfolded(definitions: Mapping[str, Graph]) -> dict[str, tuple[int, int]]:
    """For each definition how many nodes it stands for and how deep its uses lie in each other.

    Those that go round in a circle, and those that use one of these, have no such numbers.
    """
    inner = uses(definitions)
    users: dict[str, list[str]] = {name: [] for name in definitions}
    waiting = {name: len(below) for name, below in inner.items()}
    for name, below in inner.items():
        for each in below:
            users[each].append(name)
    ready = [name for name, count in waiting.items() if not count]
    found: dict[str, tuple[int, int]] = {}
    while ready:
        name = ready.pop()
        told = [found[each] for each in inner[name]]
        plain = len(definitions[name].nodes) - len(told)
        found[name] = plain + sum(count for count, _ in told), 1 + max((depth for _, depth in told), default=0)
        for user in users[name]:
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)
    return found


def plain(name: str, default: Any) -> Parameter:
    """A parameter of a definition that no node's parameter describes further."""
    made: Any = Text("", str(default))
    if isinstance(default, bool):
        made = Bool("", default)
    elif isinstance(default, int):
        made = Int("", default, least=-(2**31))
    elif isinstance(default, float):
        made = Float("", default)
    elif isinstance(default, list):
        made = Sizes("", default, least=-(2**31))
    described: Parameter = replace(made, name=name, doc=f"The parameter {name} of the definition.")
    return described
