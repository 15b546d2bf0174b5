"""A piece of programs: what was added up over an epoch, and what torchmetrics says of it."""

from collections.abc import Mapping
from typing import Any

import torchmetrics


def averages(sums: Mapping[str, tuple[float, int]]) -> dict[str, float]:
    """Each sum over its count."""
    return {name: amount / rows for name, (amount, rows) in sums.items() if rows}


def figures_of(metrics: Mapping[str, torchmetrics.Metric]) -> dict[str, float]:
    """What each metric says of the rows it was shown, which it forgets."""
    found = {name: float(metric.compute()) for name, metric in metrics.items()}
    for metric in metrics.values():
        metric.reset()
    return found


def go_on(metric: torchmetrics.Metric, begun: Mapping[str, Any]) -> None:
    """Fill a metric with what it had added up."""
    for name, value in begun.items():
        setattr(metric, name, value)
    metric.to(metric.device)  # a checkpoint is read on the CPU
    metric._update_count = 1  # otherwise it warns that it was shown nothing
