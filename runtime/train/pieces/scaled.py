"""A piece of programs: updates where gradients are scaled, so that half precision can hold them."""

from collections.abc import Iterable
from typing import Any

import torch

from runtime.train.pieces.drawn import clip_gradients

CLIPPING = True  # gradients are kept small


def step_scaled(
    scaler: torch.amp.GradScaler,
    optimizers: Iterable[torch.optim.Optimizer],
    model: Any,
) -> None:
    """Update the weights, unless a gradient was scaled beyond what can be held."""
    if CLIPPING:
        for optimizer in optimizers:
            scaler.unscale_(optimizer)
        clip_gradients(model)
    for optimizer in optimizers:
        scaler.step(optimizer)
    scaler.update()
