"""A piece of programs: pictures decoded to tensors."""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor


def decode_picture(
    picture: Any, mode: str = "RGB", size: tuple[int, int] | None = None
) -> Tensor:
    """A picture, its file or its bytes as uint8[C, H, W]; of several frames the first.

    Raises ValueError where it is no picture, ends early or is too large to open.
    """
    called = "a picture"
    if isinstance(picture, str | Path):
        called = "/".join(Path(picture).parts[-2:])
        if Path(picture).is_fifo():  # which would be waited for
            raise ValueError(f"{called} is no file but a pipe")
    elif isinstance(picture, bytes):
        called, picture = f"a picture of {len(picture)} bytes", io.BytesIO(picture)
    try:
        is_open = isinstance(picture, Image.Image)
        with picture.copy() if is_open else Image.open(picture) as opened:
            if size:  # JPEG can be read at half its size, or less, for the half of time
                opened.draft(None, (2 * max(size), 2 * max(size)))
            ImageOps.exif_transpose(opened, in_place=True)  # as the camera was held
            pixels = as_bytes(opened, mode)
            if size:
                pixels = pixels.resize(size[::-1], Image.Resampling.BILINEAR)
            values = torch.from_numpy(np.array(pixels))
    except UnidentifiedImageError:
        raise ValueError(f"{called} is not a picture that Pillow knows") from None
    except Image.DecompressionBombError as error:
        raise ValueError(f"{called} is too large to be decoded: {error}") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        why = getattr(error, "strerror", None) or error
        raise ValueError(f"{called} cannot be decoded: {why}") from None
    return values[None] if mode == "L" else values.permute(2, 0, 1).contiguous()


def decode_pictures(
    pictures: Sequence[Any], mode: str = "RGB", size: tuple[int, int] = (224, 224)
) -> Tensor:
    """Pictures of one size as uint8[N, C, h, w], several decoded at a time."""
    channels = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
    found = torch.empty((len(pictures), channels, *size), dtype=torch.uint8)

    def decode(row: int) -> None:
        try:
            found[row] = decode_picture(pictures[row], mode, size)
        except ValueError as error:
            error.add_note(f"(row {row} of the data, counted from 0)")
            raise

    with ThreadPoolExecutor(torch.get_num_threads()) as threads:
        for _ in threads.map(decode, range(len(pictures))):
            pass
    return found


def as_bytes(picture: Image.Image, mode: str) -> Image.Image:
    """The picture in RGB, RGBA or L, whose numbers lie between 0 and 255."""
    if picture.mode == "F":
        raise ValueError("it holds fractions, for which no range is known")
    if picture.mode.startswith("I"):  # 16 bits, of which the upper 8 are kept
        values = np.asarray(picture).astype(np.int64).clip(0, 65535)
        picture = Image.fromarray((values >> 8).astype(np.uint8))
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    return picture if picture.mode == mode else picture.convert(mode)
