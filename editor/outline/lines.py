"""What the outline says: a line for each node in the order of the program, with ports, types and problems. No Qt."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from editor.canvas.pin import Pin
from runtime.check.problem import ERROR, OPEN, WARNING, Problem, Report
from runtime.check.use import known
from runtime.graph.model import Edge, End, Graph
from runtime.spec.tensor import short

WORDS = {ERROR: "error", WARNING: "warning", OPEN: "to connect"}
NOTHING = "nothing yet"


@dataclass(frozen=True)
class Part:
    """A port with one of its wires, or a problem, below a node; `severity` is empty for ports."""

    text: str
    type: str = ""
    severity: str = ""
    pin: Pin | None = None
    edge: Edge | None = None


@dataclass(frozen=True)
class NodeLine:
    """A node: its name, its type, what it gives, the worst that is wrong, and all of it as a sentence."""

    id: str
    type: str
    family: str
    gives: str
    severity: str
    parts: tuple[Part, ...]

    @property
    def sentence(self) -> str:
        """For whoever hears the outline."""
        said = [f"{self.id}, {self.type}"]
        said += [f"{part.text} {part.type}".strip() for part in self.parts if part.pin]
        said += [f"{WORDS[part.severity]}: {part.text}" for part in self.parts if part.severity]
        return ". ".join(sentence.rstrip(".") for sentence in said) + "."


def lines(graph: Graph, report: Report, ids: Iterable[str] | None = None) -> list[NodeLine]:
    """A line for each node, or for some of them, what feeds it before it."""
    problems: dict[str, list[Problem]] = {}
    for problem in report.problems:
        problems.setdefault(problem.node, []).append(problem)
    order = [id for id in report.order if id in graph.nodes]
    order += [id for id in graph.nodes if id not in set(order)]
    wanted = set(order if ids is None else ids)
    return [_line(graph, report, id, problems.get(id, [])) for id in order if id in wanted]


def _line(graph: Graph, report: Report, id: str, wrong: list[Problem]) -> NodeLine:
    node, spec = graph.nodes[id], known(graph).get(graph.nodes[id].type)
    inputs, outputs = spec.ports(node.parameters) if spec else ((), ())
    given = [short(made) for port in outputs if (made := report.types.get(End(id, port.name))) is not None]
    parts = [Part(problem.finding, "", problem.severity) for problem in wrong]
    parts += [part for port in inputs for part in _ports(graph, report, Pin(id, port.name, False))]
    parts += [part for port in outputs for part in _ports(graph, report, Pin(id, port.name, True))]
    worst = next((each for each in (ERROR, WARNING, OPEN) if any(each == one.severity for one in wrong)), "")
    return NodeLine(id, node.type, spec.family if spec else "", ", ".join(given), worst, tuple(parts))


def _ports(graph: Graph, report: Report, pin: Pin) -> Iterator[Part]:
    """A port once for each of its wires."""
    edges = (graph.outgoing if pin.output else graph.incoming).get(pin, ())
    for edge in edges:
        other = edge.target if pin.output else edge.source
        yield Part(f"{pin.port} {'to' if pin.output else 'from'} {other}", _type(report, edge.source), "", pin, edge)
    if not edges:
        text = f"{pin.port} to nothing" if pin.output else f"{pin.port} from {NOTHING}"
        yield Part(text, _type(report, pin) if pin.output else "", "", pin)


def _type(report: Report, end: End) -> str:
    made = report.types.get(end)
    return "" if made is None else str(made)
