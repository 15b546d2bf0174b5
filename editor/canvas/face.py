"""What a node shows, as a value: title, summary, ports with types, badge, progress; made from graph and report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from editor.canvas.heat import Heat
from runtime.check.finish import frozen, root_of
from runtime.check.problem import ERROR, OPEN, WARNING, Problem, Report
from runtime.check.use import known
from runtime.graph.bypass import bypassed, origin, set_aside
from runtime.graph.model import Edge, End, Graph, Node
from runtime.graph.weights import source
from runtime.spec.definition import used
from runtime.spec.node import Input, Output, Spec
from runtime.spec.tensor import FLOATS, Loss, Picture, Several, Tensor, Text, Type, short

MORE = "+"  # the port of Collate, Zip and Join that makes a field of whatever is dropped on it
LONGEST_CHIP = 22


@dataclass(frozen=True)
class Inlet:
    """An input port as drawn. `wires` counts its edges; `stray` ports are in edges only, not in the node type."""

    name: str
    label: str = ""
    kind: str = "unknown"
    wires: int = 0
    many: bool = False
    optional: bool = False
    stray: bool = False
    severity: str = ""
    tip: str = ""


@dataclass(frozen=True)
class Outlet:
    """An output port as drawn, with the chip that says its type."""

    name: str
    label: str = ""
    kind: str = "unknown"
    wires: int = 0
    chip: str = ""
    stray: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a node is, from 0 to 1, in a few words, and how long the rest takes, for the node itself."""

    share: float
    text: str
    left: str = ""


@dataclass(frozen=True)
class Face:
    """Everything that is drawn of one node. Two equal faces look the same."""

    id: str
    type: str
    family: str = ""
    known: bool = True
    pill: bool = False
    summary: str = ""
    inlets: tuple[Inlet, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    problem: Problem | None = None
    progress: Progress | None = None
    doc: str = ""
    bypassed: str = ""  # the input that goes through
    frozen: bool = False
    heat: Heat | None = None  # a figure that is shown on demand

    @property
    def enters(self) -> bool:
        """Whether it is a use of a definition that is there."""
        return self.known and bool(used(self.type))


@dataclass(frozen=True)
class Scenery:
    """What faces are made from: the graph, the latest report, and what a run says of its nodes."""

    graph: Graph
    report: Report = field(default_factory=Report)
    progress: Mapping[str, Progress] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    heat: Mapping[str, Heat] = field(default_factory=dict)

    def faces(self, ids: Iterable[str] | None = None) -> dict[str, Face]:
        """The faces of these nodes, or of all."""
        nodes, worst = self.graph.nodes, worst_problems(self.report)
        wanted = nodes if ids is None else ids
        return {id: self._face(nodes[id], used_ports(self.graph, id), worst.get(id)) for id in wanted}

    @cached_property
    def wrong_ports(self) -> Mapping[End, Problem]:
        """For each port its first problem."""
        found: dict[End, Problem] = {}
        for problem in self.report.problems:
            for at in _doubted(problem) if problem.port else ():
                found.setdefault(at, problem)
        return found

    def _face(self, node: Node, used: "Used", problem: Problem | None) -> Face:
        spec = known(self.graph).get(node.type)
        inlets, outlets = self._inlets(node, spec, used), self._outlets(node, spec, used)
        through = set_aside(self.graph, node.id)
        summary = "bypassed" if through else "" if spec is None else self._summary(node, spec)
        if node.id in self.failures:
            problem = Problem(node.id, None, ERROR, self.failures[node.id])
        return Face(
            node.id,
            node.type,
            spec.family if spec else "",
            spec is not None,
            spec is not None and not summary and len(inlets) < 2 and len(outlets) < 2 and not _has_many(inlets),
            summary,
            inlets,
            outlets,
            problem,
            self.progress.get(node.id),
            spec.doc if spec else "This node type is not known here; it is kept as it is.",
            through,
            _is_frozen(self.graph, node, spec),
            None if through else self.heat.get(node.id),
        )

    def _summary(self, node: Node, spec: Spec) -> str:
        """The small line of the node, and where its weights are from."""
        told = spec.summary({**self.report.inferred.get(node.id, {}), **node.parameters})
        if not spec.weights:
            return told
        root = root_of(self.graph, node.id)
        file = source(node.extra.get("weights"))
        known = [f"from {PurePosixPath(file.path).name[:24]}"] if file else []
        whose = [f"weights of {root}"] if root != node.id else known
        return ", ".join(filter(None, [told, *whose]))

    def _inlets(self, node: Node, spec: Spec | None, used: "Used") -> tuple[Inlet, ...]:
        declared = spec.ports(node.parameters)[0] if spec else ()
        names = {port.name for port in declared}
        ports = [*declared, *(Input(name=name) for name in used.inputs if name not in names)]
        growing = spec is not None and spec.grows
        lone = len(ports) == 1 and not growing
        found = [self._inlet(node, port, port.name not in names, lone) for port in ports]
        if growing:
            found.append(Inlet(MORE, "", optional=True, tip="Drop a wire here to add a field."))
        return tuple(found)

    def _inlet(self, node: Node, port: Input, stray: bool, lone: bool) -> Inlet:
        at = End(node.id, port.name)
        edges = self.graph.incoming.get(at, ())
        came = self._type(edges[0].source) if edges else None
        wrong = self.wrong_ports.get(at)
        return Inlet(
            port.name,
            "" if lone else port.name,
            kind(came),
            len(edges),
            port.many,
            port.optional,
            stray,
            wrong.severity if wrong else "",
            _input_tip(port, stray, came, wrong),
        )

    def _type(self, at: End) -> Type | None:
        """What an output gives, a bypassed one what comes through it."""
        source = origin(self.graph, at)
        return self.report.types.get(source) if source is not None else None

    def _outlets(self, node: Node, spec: Spec | None, used: "Used") -> tuple[Outlet, ...]:
        declared = spec.ports(node.parameters)[1] if spec else ()
        names = {port.name for port in declared}
        ports = [*declared, *(Output(name=name) for name in used.outputs if name not in names)]
        return tuple(self._outlet(node, port, port.name not in names, len(ports) == 1) for port in ports)

    def _outlet(self, node: Node, port: Output, stray: bool, lone: bool) -> Outlet:
        at = End(node.id, port.name)
        made = self._type(at)
        wires = len(self.graph.outgoing.get(at, ()))
        odd = "not a port of this node type" if stray else ""
        tip = _tip(port.name, port.doc, odd, f"gives {made}" if made else "")
        told = "" if bypassed(self.graph, node.id) else chip(made)  # where it comes from it is told already
        return Outlet(port.name, "" if lone else port.name, kind(made), wires, told, stray, tip)


@dataclass(frozen=True)
class Used:
    """The ports of a node that edges name, in the order of the edges."""

    inputs: Mapping[str, None] = field(default_factory=dict)
    outputs: Mapping[str, None] = field(default_factory=dict)


def used_ports(graph: Graph, id: str) -> Used:
    """The ports of a node that edges name; what an unknown node type is drawn with."""
    near = graph.around.get(id, ())
    inputs = {edge.target.port: None for edge in near if edge.target.node == id}
    return Used(inputs, {edge.source.port: None for edge in near if edge.source.node == id})


SEVERITIES = (ERROR, WARNING, OPEN)


def worst_problems(report: Report) -> dict[str, Problem]:
    """For each node its gravest problem."""
    found: dict[str, Problem] = {}
    for severity in SEVERITIES:
        for problem in report.of(severity):
            for at in _doubted(problem):
                found.setdefault(at.node, problem)
    return found


def _doubted(problem: Problem) -> list[End]:
    """The ports that show a problem: its own, and where the other wires end that one doubt is about."""
    others = [edge.target for edge in problem.edges] if problem.severity == WARNING else []
    return [End(problem.node, problem.port or ""), *others]


def wrong_edges(report: Report) -> dict[Edge, Problem]:
    """The wires that a problem is about, with the gravest."""
    found: dict[Edge, Problem] = {}
    for severity in (ERROR, WARNING):
        for problem in report.of(severity):
            for edge in problem.edges:
                found.setdefault(edge, problem)
    return found


def kind(type: Type | None) -> str:
    """What colour a wire has: by its dtype or by what else it carries."""
    match type:
        case Tensor(dtype="bool"):
            return "bool"
        case Tensor(dtype=dtype):
            return "float" if dtype in FLOATS else "int"
        case Several(each=each):
            return kind(each)
        case Text():
            return "text"
        case Picture():
            return "picture"
        case Loss():
            return "loss"
    return "unknown"


@lru_cache(maxsize=4096)
def chip(type: Type | None) -> str:
    """The few characters beside an output port; the middle of a long shape gives way."""
    if type is None:
        return ""
    text = short(type)
    if len(text) <= LONGEST_CHIP or not isinstance(type, Tensor):
        return text if len(text) <= LONGEST_CHIP else f"{text[: LONGEST_CHIP - 1]}…"
    first, last = str(type.shape[0]), str(type.shape[-1])
    return f"{short(Tensor(type.dtype))[:-2]}[{first}, …, {last}]" if len(first + last) < LONGEST_CHIP - 8 else "[…]"


def _is_frozen(graph: Graph, node: Node, spec: Spec | None) -> bool:
    return spec is not None and spec.weights and frozen(graph.nodes[root_of(graph, node.id)])


def _has_many(inlets: tuple[Inlet, ...]) -> bool:
    return any(inlet.many for inlet in inlets)


def _input_tip(port: Input, stray: bool, came: Type | None, wrong: Problem | None) -> str:
    if stray:
        return _tip(port.name, "", "not a port of this node type", "")
    needs = "" if str(port.pattern) == "any" else f"accepts {port.pattern}"
    how = " (optional)" if port.optional else " (any number of wires)" if port.many else ""
    said = wrong.message if wrong and wrong.severity != OPEN else ""  # a port to connect says what it accepts already
    return _tip(port.name + how, port.doc, needs, f"gets {came}" if came else "", said)


def _tip(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
