"""A piece of programs: samples of a batch mixed with each other, and their classes with them."""

import torch
from torch import Tensor
from torch.nn import functional as F


def mix_samples(
    input: Tensor, target: Tensor, classes: int, alpha: float, training: bool
) -> tuple[Tensor, Tensor]:
    """Each sample plus another one in shares that are drawn for it, in training only.

    Targets become shares of classes, [B, classes].
    """
    shares = F.one_hot(target, classes).to(torch.float32)
    if not training:
        return input, shares
    kept = draw_shares(input, alpha)
    other = torch.randperm(len(input), device=input.device)
    of_each = kept.reshape(-1, *[1] * (input.dim() - 1)).to(input.dtype)
    mixed = of_each * input + (1 - of_each) * input[other]
    return mixed, kept[:, None] * shares + (1 - kept[:, None]) * shares[other]


def cut_and_mix(
    picture: Tensor, target: Tensor, classes: int, alpha: float, training: bool
) -> tuple[Tensor, Tensor]:
    """A box of each picture of [B, C, H, W] from another one, in training only.

    Targets become shares of classes by the area of the box, [B, classes].
    """
    shares = F.one_hot(target, classes).to(torch.float32)
    if not training:
        return picture, shares
    device, within = picture.device, []
    side = (1 - draw_shares(picture, alpha)).sqrt()[:, None]
    for room in picture.shape[-2:]:
        middle = (torch.rand(len(picture), 1, device=device) * room).floor()
        size = (side * room).round()
        past = torch.arange(room, device=device) - middle + (size / 2).floor()
        within.append((past >= 0) & (past < size))
    boxes = within[0][:, :, None] & within[1][:, None, :]
    other = torch.randperm(len(picture), device=device)
    kept = 1 - boxes.to(torch.float32).mean((1, 2))[:, None]
    mixed = torch.where(boxes[:, None], picture[other], picture)
    return mixed, kept * shares + (1 - kept) * shares[other]


def draw_shares(input: Tensor, alpha: float) -> Tensor:
    """A number between 0 and 1 for each sample (Beta); near one of them for a small alpha."""
    both = torch.full((2, len(input)), alpha, device=input.device)
    return torch.distributions.Beta(both[0], both[1]).sample()
