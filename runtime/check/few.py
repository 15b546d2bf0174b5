"""Metrics that compare rows with each other: of fewer than they need there is no figure, and no program runs."""

from math import inf
from typing import TYPE_CHECKING, Any

from runtime.check.batches import parted
from runtime.check.counted import Counted
from runtime.check.problem import ERROR, OPEN
from runtime.check.rules.repairs import Candidate
from runtime.check.rules.split import SHARES
from runtime.graph.edit import Edit
from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine(walk: "Walk") -> None:
    """Note each metric that is shown too few rows, where the dataset declares how many it has."""
    walk.stage, loaders = "few", walk.of("collate")
    needy = [
        (id, least) for id in walk.of("metric") if (least := getattr(walk.specs[id].declared, "least_rows", 1)) > 1
    ]
    if not needy or len(loaders) != 1 or walk.has(ERROR, OPEN):
        return
    values = walk.specs[loaders[0]].values(walk.graph.nodes[loaders[0]].parameters)
    training, held = (min(rows) for rows in zip(*parted(walk, loaders[0], values), strict=True))
    for id, least in needy:
        for rows, side in ((training, "train on"), (held, "hold out")):
            if 0 < rows < least:
                why = f"needs at least {least} rows, and there is only {rows} to {side}"
                walk.tell(id, ERROR, Misfit(why, None, _ways_out(loaders[0], values, training + held, least)))
                return  # what others lack is mended with it
            drops = values.drop_last and side == "train on"
            if (rows or side == "train on") and _shown(walk, id, rows, values.batch_size, drops) < least:
                why = f"needs at least {least} rows an epoch, and of the batches that come to {side} fewer are left"
                larger = 2 * values.batch_size
                repair: Candidate = (f"Set batch_size to {larger}", (("set", loaders[0], "batch_size", larger),))
                walk.tell(id, ERROR, Misfit(why, "input", (repair,)))
                return


def _shown(walk: "Walk", id: str, rows: int, size: int, drop_last: bool) -> float:
    """How many rows a metric is shown in an epoch, which may be a slice of each batch: 0 where one batch is empty."""
    full, rest = divmod(rows, size) if rows else (inf, 0)
    sizes = [(size, full), (rest, 1)] if rest and not drop_last else [(size, full)]
    shown = [(batches, _first(walk, id, size)) for size, batches in sizes if batches]
    return sum(batches * rows for batches, rows in shown) if all(rows for _, rows in shown) else 0


def _first(walk: "Walk", id: str, count: int) -> int:
    """How many rows stand at the input of a node for a batch of so many; as many where that is not known."""
    given = Counted(walk, count).given(id) or ()
    first = next((type.shape[0] for _, types in given for type in types if isinstance(type, Tensor) and type.shape), 0)
    return first if isinstance(first, int) else count


def _ways_out(loader: str, values: Any, rows: int, least: int) -> tuple[Candidate, ...]:
    """Another share to hold out, or none at all; fewer folds."""
    if values.folds:
        folds = rows // least
        return ((f"Set folds to {folds}", (("set", loader, "folds", folds),)),) if folds > 1 else ()
    enough = next((share for share in SHARES if least <= round(rows * share) <= rows - least), None)
    share = 0.0 if enough is None else enough
    if share == values.validation:
        return ()
    edit: Edit = ("set", loader, "validation", share)
    return ((f"Hold out {share:.0%} of the rows" if share else "Hold out nothing", (edit,)),)
