"""Pieces of programs: learning rates that change, and settings that are others once a run goes on."""

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


def kept_of(schedule: Any) -> dict[str, Any]:
    """What a schedule keeps, and what its optimizer was set to."""
    return {**schedule.state_dict(), "set": schedule.optimizer.defaults}


def in_step(schedule: Any, kept: Mapping[str, Any], moved: Mapping[str, Any]) -> None:
    """Go on with what a schedule kept, which had `moved` its optimizer.

    What that is set to now and was not then counts. Of another learning rate as much
    is left as of the one before, but where a cycle has rates of its own.
    """
    schedule.load_state_dict({k: v for k, v in kept.items() if k != "set"})
    group, settings = schedule.optimizer.param_groups[0], schedule.optimizer.defaults
    then, was = moved["param_groups"][0], kept.get("set", settings)
    now = {k: v for k, v in settings.items() if v != was.get(k, v)}
    group.update({**then, **now, "params": group["params"], "lr": then["lr"]})
    if "lr" in now and then.get("initial_lr", was["lr"]) == was["lr"]:
        share = then["lr"] / was["lr"] if was["lr"] else 1.0
        group.update(lr=share * now["lr"], initial_lr=now["lr"])
        for each in (schedule, *getattr(schedule, "_schedulers", ())):
            if hasattr(each, "base_lrs"):
                each.base_lrs = [now["lr"]] * len(each.base_lrs)
