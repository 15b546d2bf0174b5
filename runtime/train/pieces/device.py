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
    """What the model gives, what is half precise in full, as losses and metrics take it."""
    if isinstance(result, dict):
        return {name: in_float32(each) for name, each in result.items()}
    half = isinstance(result, Tensor) and result.dtype in (
        torch.float16,
        torch.bfloat16,
    )
    return result.float() if half else result


def pick_device(wish: str) -> str:
    """The device that is asked for, or the best that is there."""
    found = torch.accelerator.current_accelerator(check_available=True)
    device = torch.device((found or "cpu") if wish == "auto" else wish)
    if device.type not in ("cpu", found and found.type):
        raise SystemExit(f"There is no {wish} device here; --device cpu always works.")
    if device.index:  # random numbers are kept of the current one
        torch.accelerator.set_device_index(device)
    return str(device)
