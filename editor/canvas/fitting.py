"""Which ports a wire in the hand could end in, and which one a node takes it at that it is dropped on. Pure; no Qt."""

import math
from collections.abc import Iterable

from editor.canvas.face import MORE
from editor.canvas.intents import Refusal, input_port, refusal
from editor.canvas.pin import Pin
from runtime.check.problem import Report
from runtime.check.use import known
from runtime.graph.edit import applied
from runtime.graph.model import Edge, End, Graph
from runtime.spec.node import Input, Output, Spec
from runtime.spec.tensor import Type


def takes(port: Input | None, made: Type | None) -> bool:
    """Whether an input accepts a type; what is not known is not held against it."""
    return made is None or port is None or port.pattern.bound(made) is not None


def fitting(graph: Graph, report: Report, pin: Pin, detached: Edge | None = None) -> dict[str, tuple[str, ...]]:
    """By node the ports that a wire from `pin` can go to and whose types fit; `detached` was pulled off for it."""
    rest = _without(graph, detached)
    barred = rest.upstream([pin.node]) if pin.output else rest.downstream([pin.node])
    found = {id: _fitting_at(rest, report, pin, id) for id in graph.nodes if id not in barred}
    return {id: names for id, names in found.items() if names}


def _fitting_at(graph: Graph, report: Report, pin: Pin, id: str) -> tuple[str, ...]:
    """The ports of one node that take the wire, those that other wires hold among them."""
    spec, inputs, outputs = _ports(graph, id)
    if not pin.output:
        wanted = input_port(graph, End(*pin))
        return tuple(port.name for port in outputs if takes(wanted, report.types.get(End(id, port.name))))
    made = report.types.get(End(*pin))
    more = (MORE,) if spec is not None and spec.grows else ()
    return (*(port.name for port in inputs if takes(port, made)), *more)


def offered(graph: Graph, report: Report, pin: Pin, id: str, detached: Edge | None = None) -> tuple[Pin, ...] | Refusal:
    """The free ports of a node for a wire that is dropped on it, or in one sentence why there is none."""
    if (why := refusal(graph, pin, Pin(id, "", not pin.output), detached)) is not None:
        return why
    rest = _without(graph, detached)
    spec, inputs, outputs = _ports(rest, id)
    if spec is None:
        return Refusal(f"What {id} takes is not known here; drop the wire on a port of it.")
    if not pin.output:
        ports = [Pin(id, name, True) for name in _fitting_at(rest, report, pin, id)]
        return _new(rest, pin, ports) if ports else Refusal(_gives_nothing(rest, pin, id, outputs))
    made = report.types.get(End(*pin))
    free = [port for port in inputs if port.many or End(id, port.name) not in rest.incoming]
    found = [Pin(id, port.name, False) for port in free if takes(port, made)]
    found += [Pin(id, MORE, False)] if spec.grows else []
    return _new(rest, pin, found) if found else Refusal(_takes_nothing(pin, id, inputs, free, made))


def _new(graph: Graph, pin: Pin, ports: list[Pin]) -> tuple[Pin, ...] | Refusal:
    """Those to which no wire leads yet; where one leads to all of them, that it does."""
    why = [refusal(graph, pin, port) for port in ports]
    free = tuple(port for port, no in zip(ports, why, strict=True) if no is None)
    return free or next(no for no in why if no is not None)


def _takes_nothing(pin: Pin, id: str, inputs: Iterable[Input], free: list[Input], made: Type | None) -> str:
    ports = list(inputs)
    if not ports:
        return f"{id} has no inputs."
    if not free:
        which = f"{id}.{ports[0].name} is" if len(ports) == 1 else f"All inputs of {id} are"
        there = "it" if len(ports) == 1 else "one of them"
        return f"{which} taken already; drop the wire on {there} to replace what is there."
    wanted = " and ".join(f"{port.name} accepts {port.pattern}" for port in free[:3])
    return f"No free input of {id} takes {made} from {pin}: {wanted}. Drop the wire on a port to connect it anyway."


def _gives_nothing(graph: Graph, pin: Pin, id: str, outputs: Iterable[Output]) -> str:
    if not list(outputs):
        return f"{id} has no outputs."
    port = input_port(graph, End(*pin))
    wanted = f": it accepts {port.pattern}" if port else ""
    return f"No output of {id} fits {pin}{wanted}. Drop the wire on a port to connect it anyway."


def joint(spec: Spec, parameters: dict[str, object], made: Type | None) -> tuple[str, str] | None:
    """The input and output by which a node of a type stands in the middle of a wire; None where it cannot."""
    inputs, outputs = spec.ports(parameters)
    if spec.grows or not inputs or not outputs:
        return None
    best = next((port for port in inputs if takes(port, made) and not port.target), inputs[0])
    return best.name, outputs[0].name


def wires_at_once(spec: Spec) -> float:
    """How many wires of one kind a new node of a type takes: all where a port takes many, none as a target."""
    inputs = spec.ports(dict(spec.starts))[0]
    if spec.grows or any(port.many for port in inputs):
        return math.inf
    return max(1, sum(not port.target for port in inputs))


def _ports(graph: Graph, id: str) -> tuple[Spec | None, tuple[Input, ...], tuple[Output, ...]]:
    node = graph.nodes[id]
    spec = known(graph).get(node.type)
    return (spec, *spec.ports(node.parameters)) if spec else (None, (), ())


def _without(graph: Graph, edge: Edge | None) -> Graph:
    return applied(graph, [("disconnect", str(edge.source), str(edge.target))]) if edge is not None else graph
