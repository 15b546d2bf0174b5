"""How rows are split, as far as more than Collate knows: the wire of `split_by`, and files that count more."""

from collections.abc import Iterator, Mapping
from posixpath import normpath
from typing import TYPE_CHECKING, Any

from runtime.check.batches import rows_at
from runtime.check.datasets import classes_of, giving, joins_in
from runtime.check.problem import ERROR, WARNING
from runtime.check.rules.repairs import Candidate
from runtime.check.rules.split import COLUMN, RANDOM, SHARES, SIDES, SPLIT_BY, STRATIFIED, WORDS, Split, split_of
from runtime.check.ways import twice
from runtime.graph.edit import Edit
from runtime.graph.model import Edge, End, Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.listed import listed
from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor

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
        found = giving(walk.graph, walk.of("dataset"), id)
        if id in walk.blocked or len(found) != 1:
            continue
        files = walk.graph.nodes[found[0]].parameters
        joins = joins_in(walk.graph, found[0])
        plan, rows = split_of(values, files), 0 if joins else rows_at(walk, found[0])
        if joins and (plan.told or plan.folds or any(plan.shares)):
            _ways(walk, found[0])
        for misfit in _same(found[0], files):
            walk.tell(found[0], WARNING, misfit)
        for misfit in _files(walk, id, found[0], values, plan):
            walk.tell(id, WARNING, misfit)
        for severity, misfit in (*_folds(walk, id, plan, rows), *_shares(id, plan, rows)):
            walk.tell(id, severity, misfit)


def folds_in(graph: Graph) -> int:
    """How many folds a graph is trained in; 0 where it is trained once, as with a file of rows to hold out."""
    loader = next((node for node in graph.nodes.values() if node.type == "Collate"), None)
    folds = loader.parameters.get("folds") if loader else None
    if loader is None or type(folds) is not int or folds < 2:
        return 0
    known = catalogue()
    datasets = [id for id, node in graph.nodes.items() if node.type in known and known[node.type].family == "dataset"]
    feeding = [graph.nodes[id] for id in giving(graph, datasets, loader.id)]
    return 0 if any(node.parameters.get("validation_path") for node in feeding) else folds


def _words(walk: "Walk", edge: Edge, values: Any) -> Misfit | None:
    """Classes that are no names of parts, where they are to say it."""
    classes = classes_of(walk.graph, edge.source)
    if values.split != COLUMN or classes is None:
        return None
    strange = next((name for name in classes if str(name).strip().lower() not in WORDS), None)
    if strange is None:
        return None
    other = (("Split each class alike", (("set", "{node}", "split", "stratified"),)),)
    return Misfit(f"needs a column that says train, validation or test, but it says {strange!r:.40}", SPLIT_BY, other)


def _ways(walk: "Walk", dataset: str) -> None:
    """Note rows that may be in several parts, although those which share the key of a join stay together."""
    if several := twice(walk.graph, dataset):
        id, shared = several
        why = f"has rows of {shared} by several ways, so that a row of it may be in several parts of the split"
        walk.tell(id, WARNING, Misfit(f"{why}; lead {shared} in by one way"))


def _same(dataset: str, files: Mapping[str, Any]) -> Iterator[Misfit]:
    """Rows that are trained on and measured as well, or held out and tested: two names of one file."""
    named: dict[str, str] = {}
    for name in ("path", *(f"{side}_path" for side in SIDES)):
        path = files.get(name)
        if isinstance(path, str) and path and (other := named.setdefault(normpath(path), name)) != name:
            why = f"has the same file for {other} and {name}, so that figures are of rows that are known already"
            yield Misfit(why, None, ((f"Forget {name}", (("unset", dataset, name),)),))


def _files(walk: "Walk", id: str, dataset: str, values: Any, plan: Split) -> Iterator[Misfit]:
    """What is set in Collate and does not count, as files say it."""
    node = walk.graph.nodes[id]
    for side in plan.given:
        if node.parameters.get(side):
            usual: Candidate = (f"Forget {side}", (("unset", id, side),))
            yield Misfit(f"has a share for {side}, but {dataset} has a file for it, which counts", None, (usual,))
    if values.folds and "validation" in plan.given:
        off: Candidate = ("Forget folds", (("unset", id, "folds"),))
        yield Misfit(f"has {values.folds} folds, but {dataset} has a file for validation, which counts", None, (off,))
    if (
        plan.given
        and not plan.folds
        and values.split != "random"
        and (plan.kind != values.split or not any(plan.shares))
    ):
        wires = walk.graph.incoming.get(End(id, SPLIT_BY), ())
        cut: list[Edit] = [("disconnect", str(each.source), str(each.target)) for each in wires]
        forget = ("Forget split", (("unset", id, "split"), *cut))
        rows = listed(plan.given)
        why = f"has the split {values.split}, but {dataset} has a file for {rows}, which counts"
        yield Misfit(why, None, (forget,))


def _folds(walk: "Walk", id: str, plan: Split, whole: int) -> Iterator[tuple[str, Misfit]]:
    """Folds for which there are too few rows, or too few of a class, where the dataset declares how many it has."""
    if not plan.folds:
        return
    rows = whole - round(whole * plan.test)
    if 0 < rows < plan.folds:
        why = f"has {plan.folds} folds, but there are only {rows} rows to part into them"
        yield ERROR, Misfit(why, None, _fewer(id, rows))
        return
    by = [walk.types.get(edge.source) for edge in walk.graph.incoming.get(End(id, SPLIT_BY), ())]
    classes = (by[0].classes or 0) if by and isinstance(by[0], Tensor) else 0
    if plan.kind == STRATIFIED and 0 < rows < classes * plan.folds:
        why = (
            f"has {plan.folds} folds, but {rows} rows of {classes} classes: of some class there are not enough for all"
        )
        yield WARNING, Misfit(why, None, _fewer(id, rows // classes))


def _shares(id: str, plan: Split, rows: int) -> Iterator[tuple[str, Misfit]]:
    """Shares of so few rows that a part has none, where the dataset declares how many it has."""
    if not rows or plan.kind != RANDOM or sum(plan.shares) >= 1:  # which is wrong for any number of rows
        return
    parts = {side: round(rows * share) for side, share in zip(SIDES, plan.shares, strict=True) if share}
    for side in (side for side, count in parts.items() if not count):
        enough = next((share for share in SHARES if 1 <= round(rows * share) < rows), 0.0)
        why = f"takes {100 * getattr(plan, side):g}% of {rows:,} row{'s' * (rows > 1)} for {side}, which is none"
        yield ERROR, Misfit(why, None, ((f"Set {side} to {enough:g}", (("set", id, side, enough),)),))
    if sum(parts.values()) >= rows and all(parts.values()):
        usual: Candidate = (f"Forget {listed(parts)}", tuple(("unset", id, side) for side in parts))
        yield ERROR, Misfit(f"takes all of {rows:,} rows for {listed(parts)}: none is left to train on", None, (usual,))


def _fewer(id: str, most: int) -> tuple[Candidate, ...]:
    """As many folds as there are rows for, five at most."""
    folds = min(most, 5)
    fewer: Candidate = (f"Set folds to {folds}", (("set", id, "folds", folds),))
    return ((fewer,) if folds > 1 else ()) + (("Forget folds", (("unset", id, "folds"),)),)
