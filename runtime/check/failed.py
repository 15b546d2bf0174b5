"""What a run that failed says of its graph, with the repairs that let the next one go on."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runtime.check.problem import WARNING, Problem, Repair
from runtime.check.settings import setting
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue

NAMED = re.compile(r"\bbad_(rows|files)\b")  # the parameter that the sentence of a failure advises to set
MEMORY = "out of memory"  # how the sentence about it begins


def failed(graph: Graph, event: Mapping[str, Any]) -> Iterator[Problem]:
    """A failure that the next run need not have: at what cannot be read and may be left out, or for want of memory."""
    if event.get("event") != "failed":
        return
    told, node = str(event.get("message", "")).removesuffix("."), str(event.get("node") or "")
    if told.startswith(MEMORY):
        yield from _too_large(graph, node, told)
    elif (found := NAMED.search(told)) and node in graph.nodes:
        able = [id for id in graph.nodes if id in graph.upstream([node]) and _may_skip(graph, id, found[0])]
        if len(able) == 1:
            yield _told(able[0], told, Repair(f"Skip bad {found[1]}", (("set", able[0], found[0], "skip"),)))


def _too_large(graph: Graph, node: str, told: str) -> Iterator[Problem]:
    """The batch took more memory than there is: half of it may not, and twice as many of these make the same step."""
    loader = next((id for id, each in graph.nodes.items() if each.type == "Collate"), None)
    if loader is None or (node in graph.nodes and node in graph.upstream([loader])):  # so did the data
        return
    size = graph.nodes[loader].parameters.get("batch_size", catalogue()["Collate"].defaults["batch_size"])
    accumulate = setting(graph.run, "accumulate")
    if isinstance(size, int) and size > 1 and isinstance(accumulate, int):
        smaller = ("set", loader, "batch_size", size // 2)
        label, parts = f"Set batch_size to {size // 2}", ("run", "accumulate", 2 * accumulate)
        repairs = Repair(f"{label} and accumulate to {2 * accumulate}", (smaller, parts)), Repair(label, (smaller,))
        yield _told(node if node in graph.nodes else loader, told, *repairs)


def _told(node: str, told: str, *repairs: Repair) -> Problem:
    return Problem(node, None, WARNING, f"{node} ended the last run: {told}. {repairs[0].label}.", repairs)


def _may_skip(graph: Graph, id: str, name: str) -> bool:
    """Whether a node has that parameter, and does not skip yet."""
    node = graph.nodes[id]
    spec = catalogue().get(node.type)
    return spec is not None and name in spec.parameter and node.parameters.get(name) != "skip"
