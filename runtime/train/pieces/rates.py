"""A piece of programs: learning rates that change."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch


def advance(schedule: torch.optim.lr_scheduler.LRScheduler) -> None:
    """Change the learning rate; where one cycle is over, it stays."""
    if schedule.last_epoch != getattr(schedule, "total_steps", 0) - 1:
        schedule.step()


def rates_of(
    optimizers: Mapping[str, torch.optim.Optimizer], names: Iterable[str]
) -> dict[str, Any]:
    """The learning rates of these optimizers as they are now."""
    return {name: optimizers[name].param_groups[0]["lr"] for name in names}
