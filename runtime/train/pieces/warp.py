"""A piece of programs: pictures turned, shifted, scaled and sheared; each is drawn by itself."""

import torch
from torch import Tensor
from torch.nn import functional as F


def warp_at_random(
    picture: Tensor,
    degrees: tuple[float, float],
    translate: tuple[float, float] = (0.0, 0.0),
    scale: tuple[float, float] = (1.0, 1.0),
    shear: tuple[float, float] = (0.0, 0.0),
    mode: str = "nearest",
    generator: torch.Generator | None = None,
) -> Tensor:
    """Turn, shift, scale and shear each picture of [..., C, H, W] around its middle.

    It is turned and sheared along x by degrees, shifted by shares of its width and
    height; zeros stand where nothing was.
    """
    flat = picture.reshape(-1, *picture.shape[-3:])
    drawn = torch.rand(5, len(flat), generator=generator, device=flat.device)
    height, width = flat.shape[-2:]
    turned = torch.deg2rad(degrees[0] + drawn[0] * (degrees[1] - degrees[0]))
    right = ((2 * drawn[1] - 1) * translate[0] * width).round()
    down = ((2 * drawn[2] - 1) * translate[1] * height).round()
    larger = scale[0] + drawn[3] * (scale[1] - scale[0])
    leaning = torch.deg2rad(shear[0] + drawn[4] * (shear[1] - shear[0])).tan()
    cos, sin = turned.cos() / larger, turned.sin() / larger
    # where a pixel comes from: shifted back, turned back, then sheared back
    across = torch.stack([cos + leaning * sin, leaning * cos - sin], 1)
    along = torch.stack([sin, cos], 1)
    shift = torch.stack([right, down], 1)
    theta = torch.stack(
        [
            across[:, 0],
            across[:, 1] * height / width,
            -(across * shift).sum(1) * 2 / width,
            along[:, 0] * width / height,
            along[:, 1],
            -(along * shift).sum(1) * 2 / height,
        ],
        1,
    ).reshape(-1, 2, 3)
    return read_at(flat, theta, mode).reshape(picture.shape)


def read_at(pictures: Tensor, theta: Tensor, mode: str) -> Tensor:
    """Pictures [B, C, H, W] read where matrices [B, 2, 3] say; zeros beyond their ends."""
    numbers = pictures.to(torch.float32)
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    found = F.grid_sample(numbers, grid, mode, "zeros", align_corners=False)
    return found if pictures.is_floating_point() else found.round().to(pictures.dtype)
