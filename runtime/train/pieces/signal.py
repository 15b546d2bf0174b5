"""Pieces of programs: signals and rows of tables, changed at random."""

import torch
from torch import Tensor


def add_noise(
    numbers: Tensor, std: float, generator: torch.Generator | None = None
) -> Tensor:
    """Add normal noise of this standard deviation."""
    noise = torch.empty_like(numbers).normal_(generator=generator)
    return numbers + std * noise


def shift_at_random(
    signal: Tensor, most: int, around: bool, generator: torch.Generator | None = None
) -> Tensor:
    """Shift a signal along its last dimension by `most` steps at most, to either side.

    What is shifted out comes in again on the other side, or zeros do.
    """
    by = int(torch.randint(-most, most + 1, (), generator=generator))
    shifted = signal.roll(by, -1)
    if not around and by > 0:
        shifted[..., :by] = 0
    elif not around and by < 0:
        shifted[..., by:] = 0
    return shifted


def scale_at_random(
    numbers: Tensor, low: float, high: float, generator: torch.Generator | None = None
) -> Tensor:
    """Multiply all numbers by one factor that lies between two limits."""
    factor = low + (high - low) * torch.rand((), generator=generator).item()
    return numbers * factor
