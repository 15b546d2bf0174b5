"""A piece of programs: parts of pictures, cut out or blotted out; each picture is drawn by itself."""

import torch
from torch import Tensor
from torch.nn import functional as F

from runtime.train.pieces.picture import resize_picture


def crop_center(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """The middle of [..., C, H, W]; zeros stand around what is smaller."""
    ends = []
    for wanted, there in zip(size[::-1], picture.shape[:-3:-1], strict=True):
        lack = wanted - there
        before = lack // 2 if lack > 0 else -round(-lack / 2)
        ends += [before, lack - before]
    return F.pad(picture, ends)


def crop_at_random(
    picture: Tensor,
    size: tuple[int, int],
    padding: int = 0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """A part of each picture of [..., C, H, W], which has zeros around it.

    Raises ValueError where a picture is smaller than the part.
    """
    device, padded = picture.device, F.pad(picture, [padding] * 4)
    flat = padded.reshape(-1, *padded.shape[-3:])
    count, channels, *room = flat.shape
    places = []
    for there, wanted in zip(room, size, strict=True):
        if there < wanted:
            told = f"a picture of {room[0]} x {room[1]} has no part of "
            raise ValueError(f"{told}{size[0]} x {size[1]}")
        last = there - wanted
        start = torch.randint(last + 1, (count, 1), generator=generator, device=device)
        places.append(start + torch.arange(wanted, device=device))
    rows, columns = places
    pictures = torch.arange(count, device=device)[:, None, None, None]
    planes = torch.arange(channels, device=device)[:, None, None]
    found = flat[pictures, planes, rows[:, None, :, None], columns[:, None, None, :]]
    return found.reshape(*picture.shape[:-2], *size)


def draw_boxes(
    count: int,
    room: tuple[int, int],
    scale: tuple[float, float],
    ratio: tuple[float, float],
    generator: torch.Generator | None = None,
    device: torch.device | None = None,
) -> Tensor:
    """Boxes within height and width, [count, 4]: top, left, height and width.

    `scale` is the share of the area that they cover, `ratio` their width by height. Of
    ten tries for a box the first that fits is taken, or else the first is cut.
    """
    drawn = torch.rand(4, count, 10, generator=generator, device=device)
    area = (scale[0] + drawn[0] * (scale[1] - scale[0])) * room[0] * room[1]
    ends = torch.tensor(ratio, device=device).log()
    shape = (ends[0] + drawn[1] * (ends[1] - ends[0])).exp()
    heights, widths = (area / shape).sqrt().round(), (area * shape).sqrt().round()
    fits = (heights <= room[0]) & (widths <= room[1])
    first = fits.int().argmax(1, keepdim=True)
    heights, widths = heights.clamp(1, room[0]), widths.clamp(1, room[1])
    tops = (drawn[2] * (room[0] - heights + 1)).floor()
    lefts = (drawn[3] * (room[1] - widths + 1)).floor()
    tries = torch.stack([tops, lefts, heights, widths], 2).long()
    return tries.gather(1, first[:, :, None].expand(-1, -1, 4))[:, 0]


def crop_and_resize_at_random(
    picture: Tensor,
    size: tuple[int, int],
    scale: tuple[float, float],
    ratio: tuple[float, float],
    generator: torch.Generator | None = None,
) -> Tensor:
    """A part of each picture of [..., C, H, W], brought to one size."""
    flat = picture.reshape(-1, *picture.shape[-3:])
    room = (flat.shape[-2], flat.shape[-1])
    boxes = draw_boxes(len(flat), room, scale, ratio, generator, picture.device)
    parts = [
        resize_picture(each[:, top : top + high, left : left + wide], size)
        for each, (top, left, high, wide) in zip(flat, boxes.tolist(), strict=True)
    ]
    return torch.stack(parts).reshape(*picture.shape[:-2], *size)


def erase_at_random(
    picture: Tensor,
    p: float,
    scale: tuple[float, float],
    ratio: tuple[float, float],
    value: float = 0.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Write `value` into a box of each picture of [..., C, H, W] with probability p."""
    count, device = picture.shape[:-3].numel(), picture.device
    chosen = torch.rand(count, generator=generator, device=device) < p
    room = (picture.shape[-2], picture.shape[-1])
    boxes = draw_boxes(count, room, scale, ratio, generator, device)
    top, left, high, wide = boxes.unbind(1)
    rows, columns = (torch.arange(each, device=device) for each in room)
    within = (rows >= top[:, None]) & (rows < (top + high)[:, None])
    beside = (columns >= left[:, None]) & (columns < (left + wide)[:, None])
    erased = chosen[:, None, None] & within[:, :, None] & beside[:, None, :]
    return picture.masked_fill(erased.reshape(*picture.shape[:-3], 1, *room), value)
