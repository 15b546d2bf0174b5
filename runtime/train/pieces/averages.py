"""A piece of programs: what is added up over an epoch, and what torchmetrics says of it."""

from collections.abc import Mapping
from typing import Any

import torch
import torchmetrics
from torch import Tensor

from runtime.train.pieces.shared import of_all, tensors_of_all

DISTRIBUTED = False  # processes share the rows of each batch


class Sums:
    """What is added up over an epoch; on the device until somebody asks for it."""

    def __init__(self, totals: Mapping[str, tuple[float, int]]) -> None:
        self.totals = dict(totals)
        self.waiting: list[tuple[str, Tensor, int, int]] = []

    def add(self, name: str, amount: Tensor, rows: int, times: int = 1) -> None:
        """Add an amount that stands for so many rows; a mean counts `times` over."""
        self.waiting.append((name, amount.detach(), rows, times))
        if len(self.waiting) == 4096:  # which take room
            self.fetch()

    def fetch(self) -> dict[str, tuple[float, int]]:
        """The sum of each figure, and of how many rows; waits for the device once."""
        waiting, self.waiting = self.waiting, []
        found = torch.stack([each[1] for each in waiting] or [torch.zeros(())]).tolist()
        for (name, _, rows, times), number in zip(waiting, found, strict=False):
            total, count = self.totals.get(name, (0.0, 0))
            self.totals[name] = (total + number * times, count + rows)
        return self.totals

    def averages(self) -> dict[str, float]:
        """Each sum over its count."""
        if DISTRIBUTED:
            self.totals = of_all(self.fetch())
        return {k: total / rows for k, (total, rows) in self.fetch().items() if rows}


def figures_of(metrics: Mapping[str, torchmetrics.Metric]) -> dict[str, float]:
    """What each metric says of the rows it was shown, which it forgets."""
    if DISTRIBUTED:
        for metric in metrics.values():
            metric.dist_sync_fn = tensors_of_all
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
