"""A piece of programs: where to train, and how batches get there."""

from typing import Any

import torch
from torch import Tensor


def on_device(value: Any, device: torch.device) -> Any:
    """A tensor, or a list of them, on the device; text stays where it is."""
    if isinstance(value, Tensor):
        return value.to(device, non_blocking=True)
    if isinstance(value, list):
        return [on_device(each, device) for each in value]
    return value


def in_float32(result: Any) -> Any:
    """What the model gives, with its floats in full precision, as losses and metrics take them."""
    if isinstance(result, dict):
        return {name: in_float32(each) for name, each in result.items()}
    return (
        result.float()
        if isinstance(result, Tensor) and result.is_floating_point()
        else result
    )


def pick_device(wish: str) -> str:
    """The device that is asked for, or the best that is there."""
    found = torch.accelerator.current_accelerator(check_available=True)
    best = found.type if found else "cpu"
    if wish == "auto":
        return best
    if torch.device(wish).type not in (best, "cpu"):
        raise SystemExit(f"There is no {wish} device here; --device cpu always works.")
    return wish
