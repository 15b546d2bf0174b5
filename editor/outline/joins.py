"""The wires that could be drawn from and to a node, those first that fit: what a mouse finds by pulling. No Qt."""

from collections.abc import Iterable
from dataclasses import dataclass

from editor.canvas.face import MORE
from editor.canvas.fitting import takes
from editor.canvas.pin import Pin
from runtime.check.problem import Report
from runtime.check.use import known
from runtime.graph.model import Edge, End, Graph
from runtime.spec.node import Input
from runtime.spec.tensor import FLOATS, Tensor, short


@dataclass(frozen=True)
class Join:
    """A wire that could be: whether its types fit, and whether it takes the place of another one."""

    source: Pin
    target: Pin
    fits: bool
    likely: bool  # a target is hardly what a layer gives, and a sample goes to no batch
    replaces: bool
    type: str

    @property
    def text(self) -> str:
        """From where to where, in words that can be searched."""
        target = f"{self.target.node}, a new field" if self.target.port == MORE else str(self.target)
        return f"{self.source} → {target}"

    @property
    def names(self) -> tuple[str, ...]:
        """What it is found by: nodes, ports, and each word of its text."""
        ends = (self.source, self.target)
        return (*(name for end in ends for name in (end.node, end.port)), *self.text.split())

    @property
    def remark(self) -> str:
        """What to know of it before it is drawn."""
        return "does not fit" if not self.fits else "replaces a wire" if self.replaces else ""


def joins(graph: Graph, report: Report, ids: Iterable[str], port: Pin | None = None) -> list[Join]:
    """The wires that could be drawn: of one node to and from all others, of several among themselves, or of a port."""
    chosen = [id for id in ids if id in graph.nodes]
    alone = chosen[0] if len(chosen) == 1 else ""
    among = list(graph.nodes) if alone else chosen
    outs = {id: _outputs(graph, id) for id in among}
    ins = {id: _inputs(graph, id) for id in among}
    found: list[Join] = []
    for source in among:
        barred = {*graph.upstream([source]), source}
        targets = among if not alone or source == alone else [alone]
        pairs = [(pin, id) for pin in outs[source] for id in targets if id not in barred]
        found += [join for pin, id in pairs for target in ins[id] if (join := _join(graph, report, pin, *target))]
    if port is not None:
        found = [join for join in found if (join.source if port.output else join.target) == port]

    def place(join: Join) -> tuple[bool, ...]:
        return not join.fits, join.replaces, not join.likely, join.target.port == MORE, join.source in graph.outgoing

    return sorted(found, key=place)


def _outputs(graph: Graph, id: str) -> list[Pin]:
    node, spec = graph.nodes[id], known(graph).get(graph.nodes[id].type)
    return [Pin(id, port.name, True) for port in spec.ports(node.parameters)[1]] if spec else []


def _inputs(graph: Graph, id: str) -> list[tuple[Pin, Input | None]]:
    """Each input with its declaration; the last may make a new field."""
    node, spec = graph.nodes[id], known(graph).get(graph.nodes[id].type)
    if spec is None:
        return []
    ports = [(Pin(id, port.name, False), port) for port in spec.ports(node.parameters)[0]]
    return [*ports, *([(Pin(id, MORE, False), None)] if spec.grows else [])]


def _join(graph: Graph, report: Report, source: Pin, target: Pin, port: Input | None) -> Join | None:
    """The wire between two ports; None where it is there already."""
    if Edge(End(*source), End(*target)) in graph.incoming.get(target, ()):
        return None
    made = report.types.get(End(*source))
    scores = port is not None and port.target and isinstance(made, Tensor) and made.dtype in FLOATS
    crosses = (report.sides.get(source.node), report.sides.get(target.node)) == ("sample", "batch")
    replaces = port is not None and not port.many and target in graph.incoming
    return Join(
        source, target, takes(port, made), not scores and not crosses, replaces, "" if made is None else short(made)
    )
