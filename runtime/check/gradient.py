"""Where no gradient flows back: nodes that make whole numbers of scores, so that the layers behind them never learn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runtime.check.finish import frozen, reachable
from runtime.check.problem import ERROR, OPEN, WARNING
from runtime.check.rules.repairs import Candidate
from runtime.check.types import carries, carrying
from runtime.check.use import learns
from runtime.graph.edit import Edit
from runtime.graph.model import Edge, End
from runtime.spec.listed import listed
from runtime.spec.node import Input, Misfit
from runtime.spec.tensor import Tensor

if TYPE_CHECKING:
    from runtime.check.walk import Walk

APART = ("dataset", "collate")  # families of what stands before all layers


@dataclass(frozen=True)
class Cut:
    """A way along which no gradient flows: a wire of floats, and the wires without gradient that follow it."""

    into: Edge
    way: tuple[Edge, ...]
    layers: tuple[str, ...]  # that lie before it

    @property
    def node(self) -> str:
        """Where the gradient stops."""
        return self.into.target.node


def named(walk: "Walk", misfit: Misfit, port: Input, edge: Edge) -> Misfit | None:
    """The misfit of whole numbers where scores are needed, with the name of what cuts the gradient."""
    came, accepts = walk.types.output(edge.source), port.pattern.accepts_dtype
    if port.target or not isinstance(came, Tensor) or not accepts("float32") or accepts(came.dtype):
        return None
    loss = walk.specs[edge.target.node].family == "loss"
    cut = next((cut for cut in cuts(walk, edge) if loss or cut.layers), None)
    if cut is None:
        return None
    takes = f"takes the scores themselves, got {came}" if loss else misfit.message
    why = f"{takes}: no gradient flows back through {called(walk, cut.node)}"
    return Misfit(why, misfit.port, (*past(walk, cut), *(() if loss else misfit.repairs)))


def called(walk: "Walk", id: str) -> str:
    """A node as a sentence further down names it."""
    return f"{walk.specs[id].type} ({id})"


def examine(walk: "Walk") -> None:
    """Note layers that lead to a loss only through such a node: no optimizer has them, so they never learn."""
    walk.stage, nodes, optimizers = "gradient", walk.graph.nodes, walk.of("optimizer")
    if walk.given is not None or not walk.reached or walk.has(ERROR, OPEN):
        return
    if "weights" in walk.graph.extra or all(nodes[id].parameters.get("layers") for id in optimizers):
        return  # what has learned before, or is not to learn
    if walk.cuts is None:
        walk.cuts = tuple(_hiding(walk, optimizers))
    for cut in walk.cuts:
        layers = [id for id in cut.layers if learns(walk.specs[id], nodes[id])]
        behind = walk.graph.downstream([cut.node])
        loss = next((id for id in walk.of("loss") if id in behind), None)
        if layers and loss:
            why = f"leads to {loss} only through {called(walk, cut.node)}, through which no gradient flows"
            repairs = past(walk, cut, *_onward(walk, cut.way[-1]))
            walk.tell(_nearest(walk, cut, layers), WARNING, Misfit(f"{why}, so it never learns", None, tuple(repairs)))
    _only_measured(walk)


def _only_measured(walk: "Walk") -> None:
    """Note a layer behind which there is a metric and no loss: its answers are measured, and it never learns."""
    graph, trained = walk.graph, {layer for layers in walk.reached.values() for layer in layers}
    idle = [id for id in walk.specs if id not in trained and learns(walk.specs[id], graph.nodes[id])]
    for id in [id for id in idle if _apart(walk, id)]:
        behind = graph.downstream([id])
        metric = next((each for each in walk.of("metric") if each in behind), None)
        if metric and not behind & ({*walk.of("loss"), *walk.of("output"), *idle} - {id}):
            why = f"leads to {metric} and to no loss, so it is measured and never learns"
            freeze: Candidate = (f"Freeze {id}", (("freeze", id, True),))
            walk.tell(id, WARNING, Misfit(why, None, (*_led_to_losses(walk, metric), freeze)))


def _led_to_losses(walk: "Walk", metric: str) -> Iterator[Candidate]:
    """Let the losses of the same labels take what the metric takes."""
    incoming = walk.graph.incoming
    scores, labels = (incoming.get(End(metric, port), ()) for port in ("input", "target"))
    for loss in walk.of("loss") if len(scores) == 1 and labels else ():
        same = [edge.source for edge in incoming.get(End(loss, "target"), ())] == [edge.source for edge in labels]
        if same and incoming.get(End(loss, "input")):
            source = str(scores[0].source)
            yield f"Lead {source} to {loss}", (("replace", source, f"{loss}.input"),)


def _nearest(walk: "Walk", cut: Cut, layers: list[str]) -> str:
    """The layer that lies closest to the cut."""
    waiting = [cut.into.source.node]
    seen = set(waiting)
    for id in waiting:
        if id in layers:
            return id
        more = [source for source in carrying(walk.graph, walk.specs[id], walk.made, id) if source not in seen]
        seen.update(more)
        waiting += more
    return layers[-1]  # its weights are shared by one that lies there


def _hiding(walk: "Walk", optimizers: list[str]) -> Iterator[Cut]:
    """What cuts layers off that no optimizer has; of those with weights from a file nothing is known."""
    graph, specs = walk.graph, walk.specs
    trained = {layer for layers in walk.reached.values() for layer in layers}
    if not any(_apart(walk, id) for id, spec in specs.items() if spec.weights and id not in trained):
        return
    seen, waiting, found = set(optimizers), [*optimizers], set[str]()
    while waiting:
        id = waiting.pop()
        for source in carrying(graph, specs[id], walk.made, id):
            if source not in seen and source in specs:
                seen.add(source)
                waiting.append(source)
    incoming: Mapping[Any, tuple[Edge, ...]] = graph.incoming
    for id in (id for id in graph.nodes if id in seen):
        for port in walk.ports[id][0]:
            edges = incoming.get((id, port.name), ()) if port.gradient and not port.target else ()
            for edge in (edge for edge in edges if not _flows(walk, edge)):
                for cut in cuts(walk, edge):
                    hidden = [id for id in cut.layers if id not in trained and _apart(walk, id)]
                    if hidden and cut.node not in found:
                        found.add(cut.node)
                        yield Cut(cut.into, cut.way, tuple(hidden))


def _apart(walk: "Walk", id: str) -> bool:
    """Whether a layer is to learn, and no file says what it has learned already."""
    node = walk.graph.nodes.get(id)
    return node is not None and not frozen(node) and "weights" not in node.extra


def _flows(walk: "Walk", edge: Edge) -> bool:
    (id, port), _ = edge
    return id not in walk.made or carries(walk.made[id].get(port))


def cuts(walk: "Walk", edge: Edge) -> Iterator[Cut]:
    """What stops the gradient on the ways that end in a wire without one; first where there are layers before it."""
    ways: list[tuple[Edge, ...]] = [(edge,)]
    seen, found = set[str](), list[Cut]()
    while ways:
        way = ways.pop()
        id = way[0].source.node
        if (
            id in seen
            or id not in walk.specs
            or walk.specs[id].family in APART
            or carries(walk.types.output(way[0].source))
        ):
            continue
        seen.add(id)
        for port in walk.ports[id][0]:
            for before in walk.graph.incoming.get(End(id, port.name), ()) if port.gradient else ():
                if carries(walk.types.output(before.source)):
                    layers = reachable(walk.graph, walk.specs, walk.types, before.source.node)
                    found.append(Cut(before, way, tuple(layers)))
                else:
                    ways.append((before, *way))
    yield from sorted(found, key=lambda cut: not cut.layers)


def _onward(walk: "Walk", edge: Edge) -> Iterator[Edge]:
    """The wires behind one, down to the loss or to where there are several."""
    while (id := edge.target.node) in walk.specs and walk.specs[id].family != "loss":
        behind = [each for each in walk.graph.around[id] if each.source.node == id]
        if len(behind) != 1:
            return
        edge = behind[0]
        yield edge


def past(walk: "Walk", cut: Cut, *onward: Edge) -> Iterator[Candidate]:
    """Lead the floats past the cut, at each place on the way; what then leads nowhere goes."""
    way = (*cut.way, *onward)
    for at, edge in enumerate(way):
        gone = list[str]()
        for before in reversed(way[: at + 1]):
            id = before.source.node
            outgoing = [each for each in walk.graph.around[id] if each.source.node == id and each != edge]
            if any(each.target.node not in gone for each in outgoing):
                break
            gone.append(id)
        edits: list[Edit] = [("disconnect", str(edge.source), str(edge.target))]
        edits += [("connect", str(cut.into.source), str(edge.target)), *(("remove", id) for id in gone)]
        yield f"Remove {listed(gone[::-1])}" if gone else f"Lead {cut.into.source} to {edge.target}", tuple(edits)
