"""Why a run of a graph failed, with the repairs that let the next one go on."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runtime.check.problem import ERROR, Problem, Repair
from runtime.check.rules.room import smaller
from runtime.check.settings import setting
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import parse_type
from runtime.spec.value import in_digits

NAMED = re.compile(r"\bbad_(rows|files)\b")  # the parameter that the sentence of a failure advises to set
HOLDS = re.compile(r"\b(\w+) holds (\w+\[[\d, ]*\]), not (\w+)\[")  # a field, its type in a file, that of the graph
SHAPED = re.compile(r"\b(\w+) has samples of shape (\[[\d, ]*\]), not (\w+)\[")
EMPTY = re.compile(r"\b(there are no|needs \d+) rows for validation\b")  # the share of so few rows is none
HELD = re.compile(r"needs .* of memory\b")  # told before a run began
SMALLER = re.compile(r"\bTry a smaller lr of (\w+) \(now ([\d.e+-]+)\) first")
MEMORY = "out of memory"  # how the sentence about it begins
SHORT = "memory is short"  # what is said where the system ended a process
WORKER = "a worker that reads samples"  # how the sentence about one that died begins
HALF = 0.5  # of two rows one is held out
BY_HAND = "The run was ended at once"  # the same where the user ended it, and nothing failed


def by_hand(event: Mapping[str, Any]) -> bool:
    """Whether the last event of a run tells that the user ended it at once, which is no failure of the run.

    The sentence says it, not the kind of event: whoever reads of such a run knows that it did not finish.
    """
    return event.get("event") == "failed" and str(event.get("message", "")).startswith(BY_HAND)


def failed(graph: Graph, event: Mapping[str, Any], run: str = "last run") -> Iterator[Problem]:
    """Why a `run` ended; repairs where the next one need not fail so: at what cannot be read and may be left out, at
    data that is otherwise than declared, or for want of memory.
    """
    told, node = str(event.get("message", "")).removesuffix("."), str(event.get("node") or "")
    if event.get("event") != "failed" or by_hand(event):
        return
    where = node if node in graph.nodes else ""
    if told.startswith(WORKER) and where:
        yield _told(run, where, told, *_fewer(graph, where, SHORT in told))
    elif told.startswith(MEMORY) or SHORT in told:
        yield from _too_large(graph, where, told, run)
    elif HELD.match(told) and where:
        spec = catalogue().get(graph.nodes[where].type)
        smaller_ones = smaller(spec, graph.nodes[where]) if spec else ()
        yield _told(run, where, told, *(Repair(label, (("unset", where, edit[2]),)) for label, (edit,) in smaller_ones))
    elif EMPTY.search(told):
        yield _told(run, where, told, *_shares(graph))
    elif (found := NAMED.search(told)) and where:
        able = [id for id in graph.nodes if id in graph.upstream([where]) and _may_skip(graph, id, found[0])]
        skip = [Repair(f"Skip bad {found[1]}", (("set", id, found[0], "skip"),)) for id in able[:1]]
        yield _told(run, able[0], told, *skip) if len(able) == 1 else _told(run, where, told)
    else:
        yield _told(run, where, told, *_declared(graph, where, told), *_gentler(graph, told))


def _declared(graph: Graph, node: str, told: str) -> Iterator[Repair]:
    """The type that a field of a file has in place of the one that is declared for it."""
    fields = graph.nodes[node].parameters.get("fields") if node else None
    found = HOLDS.search(told) or SHAPED.search(told)
    if found is None or not isinstance(fields, dict) or found[1] not in fields:
        return
    name, there, before = found.groups()
    type = there if found.re is HOLDS else f"{before}{there}"
    if parse_type(type) is not None:
        about = fields[name]
        with_classes = isinstance(about, dict) and "int" in type
        new = {**fields, name: {**about, "type": type} if with_classes else type}
        yield Repair(f"Set {name} to {type}", (("set", node, "fields", new),))


def _shares(graph: Graph) -> Iterator[Repair]:
    """A share to hold out that is at least one of two rows, or none at all."""
    loader = next((id for id, each in graph.nodes.items() if each.type == "Collate"), None)
    if loader is None or graph.nodes[loader].parameters.get("split") == "column":
        return
    if graph.nodes[loader].parameters.get("validation") != HALF:
        yield Repair(f"Set validation to {HALF:g}", (("set", loader, "validation", HALF),))
    yield Repair("Hold out nothing", (("set", loader, "validation", 0.0),))


def _gentler(graph: Graph, told: str) -> Iterator[Repair]:
    """A smaller lr of the only optimizer whose lr the sentence advises to lower: the usual one, or a tenth."""
    found = SMALLER.search(told)
    if found is None or found[1] not in graph.nodes:
        return
    spec, before = catalogue().get(graph.nodes[found[1]].type), float(found[2])
    usual = spec.defaults.get("lr") if spec else None
    smaller = usual if isinstance(usual, float) and usual < before else float(f"{before / 10:.3g}")
    yield Repair(f"Set lr to {in_digits(smaller)}", (("set", found[1], "lr", smaller),))


def _fewer(graph: Graph, loader: str, short: bool) -> Iterator[Repair]:
    """Half as many workers where memory is short; none at all shows what fails."""
    workers = graph.nodes[loader].parameters.get("num_workers", 0)
    for fewer in dict.fromkeys([workers // 2, 0] if short else [0]) if isinstance(workers, int) else ():
        yield Repair(f"Set num_workers to {fewer}", (("set", loader, "num_workers", fewer),))


def _too_large(graph: Graph, node: str, told: str, run: str) -> Iterator[Problem]:
    """The batch took more memory than there is: half of it may not, and twice as many of these make the same step."""
    loader = next((id for id, each in graph.nodes.items() if each.type == "Collate"), None)
    if loader is None or (node and node in graph.upstream([loader])):  # so did the data
        yield _told(run, node, told)
        return
    size = graph.nodes[loader].parameters.get("batch_size", catalogue()["Collate"].defaults["batch_size"])
    accumulate, repairs = setting(graph.run, "accumulate"), list[Repair]()
    if isinstance(size, int) and size > 1 and isinstance(accumulate, int):
        smaller = ("set", loader, "batch_size", size // 2)
        label, parts = f"Set batch_size to {size // 2}", ("run", "accumulate", 2 * accumulate)
        several = Repair(f"{label} and accumulate to {2 * accumulate}", (smaller, parts))
        repairs = [several, Repair(label, (smaller,))]
    yield _told(run, node or loader, told, *repairs)


def _told(run: str, node: str, told: str, *repairs: Repair) -> Problem:
    """An error that keeps nobody from running again: the cause may be gone."""
    todo = f" {repairs[0].label}." if repairs else ""
    why = f"{node} ended the {run}" if node else f"The {run} failed"
    return Problem(node, None, ERROR, f"{why}: {told}.{todo}", repairs, ran=True)


def _may_skip(graph: Graph, id: str, name: str) -> bool:
    """Whether a node has that parameter, and does not skip yet."""
    node = graph.nodes[id]
    spec = catalogue().get(node.type)
    return spec is not None and name in spec.parameter and node.parameters.get(name) != "skip"
