"""Figures of a checked graph: how many weights each node has, its multiply-adds for a sample, the memory of a batch."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from runtime.check.port_types import Types
from runtime.check.problem import Report
from runtime.check.rules.room import held, with_rows
from runtime.check.use import known, learns
from runtime.check.weights import kept
from runtime.check.within import within
from runtime.graph.model import End, Graph, Node
from runtime.spec.definition import used
from runtime.spec.named import MODEL
from runtime.spec.node import WRONG_KIND, Spec
from runtime.spec.own import FUNCTION, MODULE
from runtime.spec.tensor import Tensor, Type

OWN = (FUNCTION, MODULE, MODEL)  # what these do inside is not declared
SINKS = ("optimizer", "metric", "output")
Known = int | None  # None: nobody knows
KINDS = {"weights": "weights", "multiply_adds": "multiply-adds", "memory": "memory"}  # in words


@dataclass(frozen=True)
class Figures:
    """Of a node, or of several together, as far as they are known."""

    weights: int = 0
    multiply_adds: int = 0
    memory: int = 0  # bytes of what it makes for a batch
    unweighed: int = 0  # of how many nodes nobody knows the weights
    unknown: int = 0  # and of how many the multiply-adds

    def __add__(self, other: "Figures") -> "Figures":
        return total((self, other))

    @property
    def lacking(self) -> int:
        """How many nodes are not wholly counted, at most."""
        return max(self.unweighed, self.unknown)

    def times(self, count: int) -> "Figures":
        """Of so many copies."""
        return Figures(*(each * count for each in self.row))

    @property
    def row(self) -> tuple[int, ...]:
        """All of them in their order."""
        return self.weights, self.multiply_adds, self.memory, self.unweighed, self.unknown


def total(figures: Iterable[Figures]) -> Figures:
    """All of them together."""
    return Figures(*map(sum, zip(*(each.row for each in figures), strict=True)))


class Counting:
    """Counts reports one after another; only what changed since is counted again."""

    def __init__(self) -> None:
        self.memo: dict[str, tuple[Node, Mapping[str, Type], int, Figures]] = {}

    def of(self, report: Report, rows: int) -> dict[str, Figures]:
        """The figures of all nodes that are known, for batches of so many rows."""
        types, found = report.types, {}
        memo = {}
        for id, made in types.made.items():
            if (node := types.graph.nodes.get(id)) is None:
                continue
            kept = self.memo.get(id)
            if kept is None or kept[0] is not node or kept[1] is not made or kept[2] != rows:
                kept = (node, made, rows, _figures(report, id, rows))
            memo[id] = kept
            found[id] = kept[3]
        self.memo = memo
        return found


def figures(report: Report, rows: int) -> dict[str, Figures]:
    """The figures of all nodes of a checked graph that are known, for batches of so many rows."""
    return Counting().of(report, rows)


def batch_rows(graph: Graph) -> int:
    """How many rows a batch of the graph has; one where nothing puts batches together."""
    loader = next((node for node in graph.nodes.values() if node.type == "Collate"), None)
    if loader is None:
        return 1
    size = known(graph)[loader.type].parameter["batch_size"]
    asked = loader.parameters.get("batch_size", size.default)
    return int(size.default if size.problem(asked) else asked)


def whole(report: Report, found: Mapping[str, Figures], ids: Iterable[str]) -> Figures:
    """Some nodes together; of layers that have no types yet nothing is known."""
    types = report.types
    lacking = (id for id in ids if id not in found and id in types.specs)
    untyped = [types.specs[id] for id in lacking]
    nobody = Figures(
        unweighed=sum(spec.weights for spec in untyped),
        unknown=sum(hasattr(spec.declared, "multiply_adds") or spec.type in OWN for spec in untyped),
    )
    return total(found[id] for id in ids if id in found) + nobody


def in_model(graph: Graph, specs: Mapping[str, Spec]) -> Collection[str]:
    """The nodes that count for the whole: those that lead to an end, where there is one."""
    ends = [id for id, spec in specs.items() if spec.family in SINKS]
    return graph.upstream(ends) if ends else graph.nodes


def _figures(report: Report, id: str, rows: int) -> Figures:
    types = report.types
    node, spec, made = types.graph.nodes[id], types.specs[id], types.made[id]
    shares = "shares" in node.extra
    if used(spec.type):
        return _inside(report, id, rows, shares)
    values = spec.values({**node.parameters, **report.inferred.get(id, {})})
    given = _given(types, id)
    weights = 0 if shares else _weights(spec, node, values, given)
    adds = _multiply_adds(spec, values, given, made)
    handed_on = getattr(spec.declared, "view", False) or spec.type == "Input"
    one = rows if report.sides.get(id) == "sample" else 1
    rooms = [] if handed_on else [held(with_rows(type, rows)) for type in made.values() if isinstance(type, Tensor)]
    return Figures(weights or 0, adds or 0, one * sum(rooms), int(weights is None), int(adds is None))


def _inside(report: Report, id: str, rows: int, shares: bool) -> Figures:
    """Of a use: of what is inside, as often as it is repeated."""
    graph = report.types.graph
    found = within(graph, report, id)
    if found is None:
        return Figures(unweighed=1, unknown=1)
    useful = in_model(found.graph, found.report.types.specs)
    counted = total(each for name, each in figures(found.report, rows).items() if name in useful)
    repeat = graph.nodes[id].parameters.get("repeat", 1)
    counted = counted.times(repeat if isinstance(repeat, int) else 1)
    return replace(counted, weights=0, unweighed=0) if shares else counted


def _weights(spec: Spec, node: Node, values: Any, given: Mapping[str, Any]) -> Known:
    if spec.type in OWN:
        return _asked(lambda: values.learned(**given))
    if not learns(spec, node):
        return 0
    buffers = getattr(spec.declared, "buffers", ())
    shapes = kept(spec, values)
    return None if shapes is None else sum(prod(shape) for name, shape in shapes.items() if name not in buffers)


def _multiply_adds(spec: Spec, values: Any, given: Mapping[str, Any], made: Mapping[str, Type]) -> Known:
    if spec.type in OWN:
        return None
    if not hasattr(spec.declared, "multiply_adds"):
        return 0
    return _asked(lambda: int(values.multiply_adds(next(iter(made.values())), **given)))


def _asked(figure: Callable[[], Known]) -> Known:
    """A figure, unless the parameters are of no use."""
    try:
        return figure()
    except (*WRONG_KIND, StopIteration):
        return None


def _given(types: Types, id: str) -> dict[str, Any]:
    """What comes into a node, by port; a list where a port takes many."""
    given: dict[str, Any] = {}
    for port in types.ports[id][0]:
        came = [types.output(edge.source) for edge in types.graph.incoming.get(End(id, port.name), ())]
        if came:
            given[port.name] = came if port.many else came[0]
    return given


UNITS = ("", "k", "M", "G", "T", "P", "E")


def brief(count: int) -> str:
    """``512``, ``11.7 M``; beyond all units the power of ten."""
    at = 0
    while count >= 999.5 * 1000**at and at < len(UNITS):
        at += 1
    if at == len(UNITS):
        return f"10^{len(str(count)) - 1}"
    return f"{count / 1000**at:.3g} {UNITS[at]}".strip()
