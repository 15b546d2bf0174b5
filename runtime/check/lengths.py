"""What schedules come to over a whole run: some reach a learning rate or a number of steps that torch cannot take."""

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from runtime.check.batches import training_rows
from runtime.check.problem import ERROR, OPEN
from runtime.check.settings import RUN
from runtime.spec.node import Misfit, Spec
from runtime.spec.schedule import MOST, chosen

if TYPE_CHECKING:
    from runtime.check.check import Walk


def examine(walk: "Walk", specs: Mapping[str, Spec]) -> None:
    """Note every schedule that ends beyond what torch can take."""
    if any(problem.severity in (ERROR, OPEN) for problem in walk.problems):
        return
    epochs = walk.graph.run.get("epochs", RUN[0].default)
    for id, spec in specs.items():
        if spec.family == "optimizer":
            optimizer = spec.values(walk.graph.nodes[id].parameters)
            found = chosen(optimizer.schedule)
            if found and (wrong := _wrong(optimizer.lr, found[1], epochs, epochs * _steps(walk, specs))):
                walk.tell(id, ERROR, wrong)


def _wrong(lr: float, values: Any, epochs: int, steps: int) -> Misfit | None:
    if hasattr(values, "growth"):
        try:
            highest = lr * values.growth(max(0, epochs - 1 - values.warmup))
        except OverflowError:
            highest = inf
        if highest > MOST:
            usual = (("Leave out gamma", (("setting", "schedule", "gamma", None),)),)
            why = f"has a schedule whose gamma makes the learning rate too large within {epochs} epochs"
            return Misfit(why, None, usual)
    if getattr(values, "pct_start", 0) * steps == 1:
        usual = (("Leave out pct_start", (("setting", "schedule", "pct_start", None),)),)
        why = f"has a schedule that climbs in one step, {values.pct_start:g} of {steps}: torch divides by zero"
        return Misfit(why, None, usual)
    return None


def _steps(walk: "Walk", specs: Mapping[str, Spec]) -> int:
    """How many batches an epoch has; 0 where the dataset does not declare its rows."""
    loaders = [id for id, spec in specs.items() if spec.family == "collate"]
    if len(loaders) != 1:
        return 0
    values = specs[loaders[0]].values(walk.graph.nodes[loaders[0]].parameters)
    rows = training_rows(walk, specs, loaders[0], values)
    return int(rows // values.batch_size if values.drop_last else -(-rows // values.batch_size))
