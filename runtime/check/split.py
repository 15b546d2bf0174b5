"""How rows are split, as far as more than Collate knows: the wire of `split_by`, and files that count more."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from runtime.check.problem import ERROR, WARNING
from runtime.check.rules.repairs import Candidate
from runtime.check.rules.split import COLUMN, SIDES, SPLIT_BY, WORDS, split_of
from runtime.graph.edit import Edit
from runtime.graph.model import Edge, End
from runtime.spec.node import Misfit

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine(walk: "Walk") -> None:
    """Note what rows cannot be split by, and what does not count."""
    walk.stage = "split"
    for id in walk.of("collate")[:1]:
        values = walk.specs[id].values(walk.graph.nodes[id].parameters)
        for edge in walk.graph.incoming.get(End(id, SPLIT_BY), ()):
            if misfit := _words(walk, edge, values):
                walk.tell(id, ERROR, misfit, (edge,))
        if id not in walk.blocked:
            upstream = walk.graph.upstream([id])
            for dataset in [each for each in walk.of("dataset") if each in upstream][:1]:
                for misfit in _files(walk, id, dataset, values):
                    walk.tell(id, WARNING, misfit)


def _words(walk: "Walk", edge: Edge, values: Any) -> Misfit | None:
    """Classes that are no names of parts, where they are to say it."""
    source = walk.graph.nodes.get(edge.source.node)
    fields = source.parameters.get("fields") if source else None
    about = fields.get(edge.source.port) if isinstance(fields, dict) else None
    classes = about.get("classes") if isinstance(about, dict) else None
    if values.split != COLUMN or not isinstance(classes, list):
        return None
    strange = next((name for name in classes if str(name).strip().lower() not in WORDS), None)
    if strange is None:
        return None
    other = (("Split each class alike", (("set", "{node}", "split", "stratified"),)),)
    return Misfit(f"needs a column that says train, validation or test, but it says {strange!r:.40}", SPLIT_BY, other)


def _files(walk: "Walk", id: str, dataset: str, values: Any) -> Iterator[Misfit]:
    """What is set in Collate and does not count, as files say it."""
    node, files = walk.graph.nodes[id], walk.graph.nodes[dataset].parameters
    plan = split_of(values, files)
    for side in plan.given:
        if node.parameters.get(side):
            usual: Candidate = (f"Forget {side}", (("unset", id, side),))
            yield Misfit(f"has a share for {side}, but {dataset} has a file for it, which counts", None, (usual,))
    if plan.given and values.split != "random" and (plan.kind != values.split or not any(plan.shares)):
        wires = walk.graph.incoming.get(End(id, SPLIT_BY), ())
        cut: list[Edit] = [("disconnect", str(each.source), str(each.target)) for each in wires]
        forget = ("Forget split", (("unset", id, "split"), *cut))
        rows = " and ".join(side for side in SIDES if side in plan.given)
        why = f"has the split {values.split}, but {dataset} has a file for {rows}, which counts"
        yield Misfit(why, None, (forget,))
