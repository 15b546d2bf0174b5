"""A piece of programs: the colours of pictures, and how sharp they are; each is drawn by itself."""

import torch
from torch import Tensor
from torch.nn import functional as F


def as_gray(picture: Tensor, channels: int = 1) -> Tensor:
    """How bright red, green and blue of [..., 3, H, W] look together (ITU-R 601-2)."""
    red, green, blue = picture.to(torch.float32).unbind(-3)
    found = (0.299 * red + 0.587 * green + 0.114 * blue).unsqueeze(-3)
    if not picture.is_floating_point():
        found = found.round().to(picture.dtype)
    return found.expand(*picture.shape[:-3], channels, *picture.shape[-2:])


def gray_at_random(
    picture: Tensor, p: float, generator: torch.Generator | None = None
) -> Tensor:
    """Take the colours out of each picture of [..., 3, H, W] with probability `p`."""
    drawn = torch.rand(picture.shape[:-3], generator=generator, device=picture.device)
    chosen = (drawn < p).reshape(*picture.shape[:-3], 1, 1, 1)
    return torch.where(chosen, as_gray(picture, 3), picture)


def jitter_at_random(
    picture: Tensor,
    brightness: float,
    contrast: float,
    saturation: float,
    hue: float,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Change the colours of each picture of [..., C, H, W], in an order of its own.

    Factors lie between 1 less and 1 more than a setting; hue turns by up to `hue` of a
    circle. Floats lie between 0 and 1.
    """
    most = 1.0 if picture.is_floating_point() else 255.0
    flat = picture.reshape(-1, *picture.shape[-3:]).to(torch.float32) / most
    settings = torch.tensor([brightness, contrast, saturation])
    found = []
    for each in flat:
        order = torch.randperm(4, generator=generator, device=each.device).tolist()
        drawn = torch.rand(4, generator=generator, device=each.device).cpu() * 2 - 1
        bright, steep, full = (1 + drawn[:3] * settings).clamp(min=0).tolist()
        for way in order:
            if way == 0:
                each = (each * bright).clamp(0, 1)
            elif way == 1:
                mean = (as_gray(each) if len(each) == 3 else each).mean()
                each = (mean + steep * (each - mean)).clamp(0, 1)
            elif way == 2 and len(each) == 3:
                plain = as_gray(each)
                each = (plain + full * (each - plain)).clamp(0, 1)
            elif way == 3 and len(each) == 3 and hue:
                each = turn_hue(each, drawn[3].item() * hue)
        found.append(each)
    jittered = torch.stack(found).reshape(picture.shape) * most
    return jittered if most == 1 else jittered.round().to(picture.dtype)


def turn_hue(picture: Tensor, turn: float) -> Tensor:
    """Turn the hue of [3, H, W], between 0 and 1, by a part of a circle."""
    most, least = picture.amax(0), picture.amin(0)
    spread = most - least
    red, green, blue = (most - picture) / spread.where(spread > 0, 1)
    hue = torch.where(most == picture[1], 2 + red - blue, 4 + green - red)
    hue = torch.where(most == picture[0], blue - green, hue) / 6 + turn
    # how far red, green and blue stand below the brightest, by where the hue stands
    places = torch.tensor([5.0, 3.0, 1.0], device=picture.device)[:, None, None]
    near = (places + 6 * hue).remainder(6)
    return most - spread * torch.minimum(near, 4 - near).clamp(0, 1)


def blur_at_random(
    picture: Tensor,
    kernel_size: tuple[int, int],
    sigma: tuple[float, float],
    generator: torch.Generator | None = None,
) -> Tensor:
    """Blur each picture of [..., C, H, W] by a bell whose width in pixels is drawn."""
    flat = picture.reshape(-1, *picture.shape[-3:]).to(torch.float32)
    count, channels = flat.shape[:2]
    drawn = torch.rand(count, 1, generator=generator, device=flat.device)
    widths = sigma[0] + drawn * (sigma[1] - sigma[0])
    bells = []
    for size in kernel_size:
        places = torch.arange(size, device=flat.device) - (size - 1) / 2
        bell = torch.exp(-0.5 * (places / widths) ** 2)
        bell = bell / bell.sum(1, keepdim=True)
        bells.append(bell.repeat_interleave(channels, 0)[:, None])
    high, wide = (size // 2 for size in kernel_size)
    planes = F.pad(flat, [wide, wide, high, high], "reflect")
    planes = planes.reshape(1, count * channels, *planes.shape[-2:])
    planes = F.conv2d(planes, bells[0][:, :, :, None], groups=count * channels)
    planes = F.conv2d(planes, bells[1][:, :, None, :], groups=count * channels)
    found = planes.reshape(picture.shape)
    return found if picture.is_floating_point() else found.round().to(picture.dtype)
