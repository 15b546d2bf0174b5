"""What schedules come to over a whole run: some reach a learning rate or a number of steps that torch cannot take."""

from math import inf
from typing import TYPE_CHECKING, Any

from runtime.check.batches import training_rows
from runtime.check.problem import ERROR, OPEN, WARNING
from runtime.check.settings import RUN
from runtime.spec.node import Misfit
from runtime.spec.schedule import chosen

if TYPE_CHECKING:
    from runtime.check.walk import Walk

HIGHEST = 1e30  # of a learning rate: float32 ends at 3e38, and optimizers divide by small numbers


def examine(walk: "Walk") -> None:
    """Note every schedule that ends beyond what torch can take, or that lets the learning rate grow."""
    walk.stage, specs = "lengths", walk.specs
    if walk.has(ERROR, OPEN):
        return
    epochs = walk.graph.run.get("epochs", RUN[0].default)
    for id in walk.of("optimizer"):
        optimizer = specs[id].values(walk.graph.nodes[id].parameters)
        if (found := chosen(optimizer.schedule)) is None:
            continue
        if hasattr(found[1], "growth") and found[1].gamma > 1:
            _growing(walk, id, optimizer.lr, found[1], epochs)
        elif getattr(found[1], "pct_start", 0) * (steps := epochs * _steps(walk)) == 1:
            usual = (("Leave out pct_start", (("setting", "schedule", "pct_start", None),)),)
            why = f"has a schedule that climbs in one step, {found[1].pct_start:g} of {steps}: torch divides by zero"
            walk.tell(id, ERROR, Misfit(why, None, usual))


def _growing(walk: "Walk", id: str, lr: float, values: Any, epochs: int) -> None:
    """Torch cannot step beyond float32; before that the growth is hardly meant."""
    try:
        highest = lr * values.growth(max(0, epochs - 1 - values.warmup))
    except OverflowError:
        highest = inf
    usual = (("Leave out gamma", (("setting", "schedule", "gamma", None),)),)
    why = f"has a schedule whose gamma of {values.gamma:g} lets the learning rate grow"
    if highest > HIGHEST:
        walk.tell(id, ERROR, Misfit(f"{why} too large within {epochs} epochs", None, usual))
    else:
        walk.tell(id, WARNING, Misfit(why, None, usual))


def _steps(walk: "Walk") -> int:
    """How many batches an epoch has; 0 where the dataset does not declare its rows."""
    loaders = walk.of("collate")
    if len(loaders) != 1:
        return 0
    values = walk.specs[loaders[0]].values(walk.graph.nodes[loaders[0]].parameters)
    rows = training_rows(walk, loaders[0], values)
    return int(rows // values.batch_size if values.drop_last else -(-rows // values.batch_size))
