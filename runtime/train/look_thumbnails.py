"""Small pictures of what a look found, for arrays that are shaped like pictures."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

MOST, SIDE = 12, 96  # pictures that are shown, and their largest side in pixels
LEAST_SIDE, LARGEST_SIDE = 4, 8192


def is_picture(shape: tuple[int, ...], dtype: str) -> bool:
    """Whether rows of this shape may be pictures: [H, W], [C, H, W] or [H, W, C] of bytes or floats."""
    if dtype != "uint8" and not dtype.startswith("float"):
        return False
    sides = shape if len(shape) == 2 else shape[1:] if shape[:1] in ((1,), (3,), (4,)) else shape[:2]
    channels = len(shape) == 2 or (len(shape) == 3 and (shape[0] in (1, 3, 4) or shape[2] in (1, 3, 4)))
    return channels and all(LEAST_SIDE <= side <= LARGEST_SIDE for side in sides)


def thumbnails(values: Any, classes: Any = None, names: list[str] | None = None) -> list[dict[str, str]]:
    """Rows of an array as pictures, where there are classes some of each; floats are stretched from low to high."""
    chosen = _chosen(len(values), classes)
    rows = np.stack([np.asarray(values[at]) for at in chosen]).astype("float64")
    if values.dtype != np.uint8:
        low, high = np.nanmin(rows), np.nanmax(rows)
        rows = (rows - low) / ((high - low) or 1.0) * 255
    labels = [names[int(classes[at])] if names and classes is not None else "" for at in chosen]
    return [{"class": label, "png": png(row)} for label, row in zip(labels, rows, strict=True)]


def _chosen(count: int, classes: Any) -> list[int]:
    """The first row of each class, then the second, and so on."""
    if classes is None:
        return [*range(min(MOST, count))]
    groups = [np.flatnonzero(classes == each)[:MOST] for each in np.unique(classes)]
    rounds = [int(group[turn]) for turn in range(MOST) for group in groups if turn < len(group)]
    return rounds[:MOST]


def png(row: Any) -> str:
    """A picture as PNG in base64; channels may come first or last."""
    pixels = np.nan_to_num(row).clip(0, 255).astype(np.uint8)
    if pixels.ndim == 3:
        pixels = (
            pixels if pixels.shape[2] in (1, 3, 4) and pixels.shape[0] not in (1, 3, 4) else pixels.transpose(1, 2, 0)
        )
        pixels = pixels[..., 0] if pixels.shape[2] == 1 else pixels
    picture = Image.fromarray(pixels)
    picture.thumbnail((SIDE, SIDE))
    data = io.BytesIO()
    picture.save(data, "png")
    return base64.b64encode(data.getvalue()).decode()
