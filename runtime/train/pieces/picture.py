"""A piece of programs: transforms of pictures."""

import torch
from torch import Tensor
from torch.nn import functional as F


def resize_picture(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize the last two dimensions of [..., C, H, W], smoothly."""
    flat = picture.reshape(-1, *picture.shape[-3:])
    resized = F.interpolate(flat, size, mode="bilinear", antialias=True)
    return resized.reshape(*picture.shape[:-2], *size)


def normalize_channels(picture: Tensor, mean: list[float], std: list[float]) -> Tensor:
    """Subtract a mean and divide by a deviation, one a channel of [..., C, H, W]."""
    means = torch.tensor(mean, dtype=picture.dtype, device=picture.device)
    deviations = torch.tensor(std, dtype=picture.dtype, device=picture.device)
    return (picture - means.view(-1, 1, 1)) / deviations.view(-1, 1, 1)


def flip_at_random(
    picture: Tensor, p: float, generator: torch.Generator | None = None
) -> Tensor:
    """Mirror each picture of [..., C, H, W] left to right with probability `p`."""
    drawn = torch.rand(picture.shape[:-3], generator=generator, device=picture.device)
    if not drawn.dim():  # a single one
        return picture.flip(-1) if drawn < p else picture
    flipped = (drawn < p).reshape(*picture.shape[:-3], 1, 1, 1)
    return torch.where(flipped, picture.flip(-1), picture)


def flip_upside_down_at_random(
    picture: Tensor, p: float, generator: torch.Generator | None = None
) -> Tensor:
    """Mirror each picture of [..., C, H, W] top to bottom with probability `p`."""
    drawn = torch.rand(picture.shape[:-3], generator=generator, device=picture.device)
    flipped = (drawn < p).reshape(*picture.shape[:-3], 1, 1, 1)
    return torch.where(flipped, picture.flip(-2), picture)
