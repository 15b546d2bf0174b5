"""What a run that failed says of its graph, with the repair that lets the next one go on."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runtime.check.problem import WARNING, Problem, Repair
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue

NAMED = re.compile(r"\bbad_(rows|files)\b")  # the parameter that the sentence of a failure advises to set


def failed(graph: Graph, event: Mapping[str, Any]) -> Iterator[Problem]:
    """A failure at a row or a file that cannot be read, at the one dataset that may leave such out."""
    found = NAMED.search(str(event.get("message", "")))
    if event.get("event") != "failed" or found is None or event.get("node") not in graph.nodes:
        return
    name = found[0]
    able = [id for id in graph.nodes if id in graph.upstream([event["node"]]) and _may_skip(graph, id, name)]
    if len(able) == 1:
        repair = Repair(f"Skip bad {found[1]}", (("set", able[0], name, "skip"),))
        told = str(event["message"]).removesuffix(".")
        yield Problem(able[0], None, WARNING, f"{able[0]} ended the last run: {told}. {repair.label}.", (repair,))


def _may_skip(graph: Graph, id: str, name: str) -> bool:
    """Whether a node has that parameter, and does not skip yet."""
    node = graph.nodes[id]
    spec = catalogue().get(node.type)
    return spec is not None and name in spec.parameter and node.parameters.get(name) != "skip"
