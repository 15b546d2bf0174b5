"""Batches larger than all rows to train on, by a number that somebody typed: each epoch is a single step."""

from typing import TYPE_CHECKING

from runtime.check.batches import training_rows
from runtime.check.problem import ERROR, OPEN, WARNING
from runtime.spec.node import Misfit

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine(walk: "Walk") -> None:
    """Note it where the dataset declares how many rows it has; the usual size is nobody's mistake for a few rows."""
    walk.stage, loaders = "large", walk.of("collate")
    if len(loaders) != 1 or walk.has(ERROR, OPEN):
        return
    spec = walk.specs[loaders[0]]
    values, usual = spec.values(walk.graph.nodes[loaders[0]].parameters), spec.defaults["batch_size"]
    rows = training_rows(walk, loaders[0], values)
    if usual < rows < values.batch_size:
        why = f"has a batch_size of more than the {rows:,} rows to train on, so that an epoch is a single step"
        repair = (f"Set batch_size to {usual}", (("set", loaders[0], "batch_size", usual),))
        walk.tell(loaders[0], WARNING, Misfit(why, None, (repair,)))
