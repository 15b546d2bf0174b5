"""Freeze layers: training leaves their weights as they are, and gradient still flows through. Pure; no Qt."""

from collections.abc import Iterable

from editor.canvas.intents import Intent, Refusal
from runtime.check.finish import frozen, root_of
from runtime.check.use import known
from runtime.graph.edit import Edit
from runtime.graph.model import Graph


def weighty(graph: Graph, ids: Iterable[str]) -> list[str]:
    """Those whose weights the nodes have, which may be others than they."""
    specs = known(graph)
    roots = dict.fromkeys(root_of(graph, id) for id in ids)
    return [id for id in roots if (spec := specs.get(graph.nodes[id].type)) is not None and spec.weights]


def freezing(graph: Graph, ids: Iterable[str], inside: bool = False) -> Intent | Refusal:
    """Freeze nodes, or unfreeze them where all of them are frozen; those `inside` a definition are as its uses are."""
    if inside:
        return Refusal("What is inside of a definition is frozen with its use; go out and freeze that.")
    found = weighty(graph, ids)
    if not found:
        return Refusal("Select nodes with weights to freeze them.")
    on = [id for id in found if not frozen(graph.nodes[id])]
    edits: list[Edit] = [("freeze", id, bool(on)) for id in on or found]
    named = ", ".join(on or found) if len(on or found) < 4 else f"{len(on or found)} nodes"
    return Intent(tuple(edits), f"{'Freeze' if on else 'Unfreeze'} {named}")
