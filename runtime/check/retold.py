"""What the rules told of a wire, told anew where a node further up is the cause: its name, and a repair there."""

from typing import TYPE_CHECKING

from runtime.check import gradient
from runtime.check.placed import omitted
from runtime.check.problem import ERROR
from runtime.check.rules.elementwise import counts_rows
from runtime.graph.model import Edge, End
from runtime.spec.node import Input, Misfit
from runtime.spec.tensor import Tensor

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine(walk: "Walk") -> None:
    """Begins with what the rules found, not with what was told before: nodes further up may have changed."""
    told = walk.told["rules"]
    for id in [id for id, group in told.items() if any(problem.severity == ERROR for problem, _ in group)]:
        misfit = walk.memo[id][3].misfit
        port = next((port for port in walk.ports[id][0] if misfit and port.name == misfit.port), None)
        edges = walk.graph.incoming.get(End(id, port.name), ()) if port else ()
        if misfit and port and len(edges) == 1:
            walk.stage, told[id] = "rules", []
            walk.tell(id, ERROR, _with_cause(walk, misfit, port, edges[0]), edges)


def _with_cause(walk: "Walk", misfit: Misfit, port: Input, edge: Edge) -> Misfit:
    return gradient.named(walk, misfit, port, edge) or _turned(walk, misfit, edge) or misfit


def _turned(walk: "Walk", misfit: Misfit, edge: Edge) -> Misfit | None:
    """Samples in the last dimension: the name of what put them there."""
    came = walk.types.output(edge.source)
    if not isinstance(came, Tensor) or not came.shape or counts_rows(came.shape[0]) or not counts_rows(came.shape[-1]):
        return None
    id = edge.source.node
    while id in walk.specs and not walk.specs[id].weights and walk.specs[id].family in ("transform", "layer"):
        before = walk.graph.incoming.get(End(id, walk.specs[id].inputs[0].name), ())
        type = walk.types.output(before[0].source) if len(before) == 1 else None
        if not isinstance(type, Tensor) or not type.shape:
            return None
        if counts_rows(type.shape[0]):
            why = f"{misfit.message}: {gradient.called(walk, id)} takes the batch from the front, so that samples mix"
            return Misfit(why, misfit.port, ((f"Remove {id}", tuple(omitted(walk.graph, id))), *misfit.repairs))
        id = before[0].source.node
    return None
