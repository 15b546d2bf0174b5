"""What a look at a value tells, as JSON: its type, its figures, and as much of it as a person can take in."""

import base64
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageOps
from torch import Tensor

from runtime.train.pieces.decode import as_bytes

PICTURES, SIDE = 16, 96  # how many are shown, and pixels of their longer side
ROWS, COLUMNS = 8, 12  # of the table
BINS = 20
CLASSES = 50  # more different whole numbers than this are amounts, no classes
TRUTH = ("false", "true")
LONGEST = 400  # characters of a text
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, Image.DecompressionBombError)
Facts = dict[str, Any]


def facts(value: Any, batched: bool, names: Sequence[str] = ()) -> Facts:
    """What is told of a value: a tensor, or a list with a tensor, text or picture a sample.

    `batched` says whether the first dimension is the batch; `names` are those of classes or columns.
    """
    if isinstance(value, Tensor):
        return _of_tensor(value.detach().cpu(), batched, names)
    first = value[0] if value else ""
    if isinstance(first, Tensor):
        if len({each.shape for each in value}) == 1:
            found = _of_tensor(torch.stack([each.detach().cpu() for each in value]), True, names)
            return {**found, "shape": list(first.shape)}
        return _of_lengths([each.detach().cpu() for each in value], names)
    if isinstance(first, str):
        lengths = torch.tensor([len(each) for each in value])
        return {
            "kind": "text",
            "dtype": "text",
            "shape": [],
            "rows": len(value),
            "texts": [each[:LONGEST] for each in value[:ROWS]],
            "stats": {"empty": sum(not each.strip() for each in value), "letters": _span(lengths)},
        }
    return _of_files(value)


def _of_tensor(value: Tensor, batched: bool, names: Sequence[str]) -> Facts:
    """`value` has the samples along its first dimension where `batched`."""
    shown = value if batched and value.ndim else value.reshape(1, *value.shape)
    found: Facts = {
        "kind": "numbers",
        "dtype": str(value.dtype).removeprefix("torch."),
        "shape": list(value.shape),
        "rows": len(value) if batched and value.ndim else 1,
        **_figures(value),
    }
    if value.dtype == torch.bool:
        found["kind"] = "mask"
    if classes := _classes(value, shown, names or (TRUTH if value.dtype == torch.bool else ())):
        found["stats"]["classes"] = classes
        found["kind"] = "labels"
    elif names and shown.ndim == 2:
        found["columns"] = list(names[:COLUMNS])
    if shown.ndim == 4 and min(shown.shape) > 0 and min(shown.shape[2:]) > 1:
        found |= {"kind": "pictures", **_pictures(shown)}
    rows = shown if batched or value.ndim < 2 else value  # a matrix alone has rows of its own
    flat = rows.reshape(len(rows), -1) if rows.numel() else rows.reshape(len(rows), 0)
    found["table"] = [[_plain(each) for each in row] for row in flat[:ROWS, :COLUMNS].tolist()]
    found["width"] = flat.shape[1]
    if found["kind"] == "labels" and names:
        found["texts"] = [names[n] if 0 <= n < len(names) else str(n) for n in flat[:, 0].tolist()[:ROWS]]
    return found


def _of_lengths(value: list[Tensor], names: Sequence[str]) -> Facts:
    """Samples of different shapes, such as the tokens of sentences."""
    whole = torch.cat([each.reshape(-1) for each in value])
    sizes = [{each.shape[at] for each in value} for at in range(value[0].ndim)]
    return {
        "kind": "numbers",
        "dtype": str(whole.dtype).removeprefix("torch."),
        "shape": [each.pop() if len(each) == 1 else f"{min(each)} to {max(each)}" for each in sizes],
        "rows": len(value),
        **_figures(whole),
        "table": [[_plain(n) for n in each.reshape(-1)[:COLUMNS].tolist()] for each in value[:ROWS]],
        "width": max(each.numel() for each in value),
    }


def _of_files(value: Sequence[Any]) -> Facts:
    """Pictures that are not decoded yet, their files or their bytes: how large they are, and what they look like."""
    shown, texts, sizes, modes = [], [], [], set()
    for each in value[:PICTURES]:
        called = str(each) if isinstance(each, str | Path) else "a picture"
        try:
            picture, size, mode = _opened(each)
        except UNREADABLE as error:
            texts.append(f"{called}: {error}")
            continue
        shown.append(_png(picture))
        texts.append(f"{called} ({size[0]} x {size[1]} {mode})")
        sizes.append(size)
        modes.add(mode)
    stats: Facts = {"broken": len(texts) - len(shown)}
    if sizes:
        stats["sizes"] = _span_of_sizes(sizes)
        stats["modes"] = ", ".join(sorted(modes))
    found: Facts = {"kind": "pictures", "dtype": "picture", "shape": [], "rows": len(value), "stats": stats}
    return {**found, "pictures": shown, "texts": texts[:ROWS]}


def _opened(value: Any) -> tuple[Image.Image, tuple[int, int], str]:
    """A small one of a picture, as it would be decoded, with its size and mode before that."""
    if isinstance(value, str | Path) and Path(value).is_fifo():  # which would be waited for
        raise ValueError("it is no file but a pipe")
    is_open = isinstance(value, Image.Image)
    with value.copy() if is_open else Image.open(io.BytesIO(value) if isinstance(value, bytes) else value) as opened:
        size, mode = opened.size, opened.mode
        opened.draft(None, (2 * SIDE, 2 * SIDE))
        ImageOps.exif_transpose(opened, in_place=True)
        return as_bytes(opened, "RGB"), size, mode


def _span_of_sizes(sizes: Sequence[tuple[int, int]]) -> str:
    small, large = min(sizes, key=math.prod), max(sizes, key=math.prod)
    one, other = (f"{width} x {height}" for width, height in (small, large))
    return one if one == other else f"{one} to {other}"


def _figures(value: Tensor) -> Facts:
    """Figures and a histogram of all numbers, those that are not finite aside."""
    if not value.numel():
        return {"stats": {"numbers": 0}}
    numbers = _numbers(value)
    bad = 0 if bool(numbers.isfinite().all()) else int((~numbers.isfinite()).sum())
    missing = int(numbers.isnan().sum()) if bad else 0
    finite = numbers[numbers.isfinite()] if bad else numbers
    stats: Facts = {"numbers": numbers.numel(), "nan": missing, "infinite": bad - missing}
    stats["zeros"] = numbers.numel() - int(torch.count_nonzero(numbers))
    if not finite.numel() or value.dtype == torch.bool:
        return {"stats": stats}
    low, high = (float(each) for each in torch.aminmax(finite))
    spread, mean = (float(each) for each in torch.var_mean(finite, correction=0))
    stats |= {"min": _plain(low), "max": _plain(high), "mean": _plain(mean), "std": _plain(math.sqrt(max(spread, 0.0)))}
    if not value.is_floating_point() and not value.is_complex():
        stats |= {"min": int(low), "max": int(high)}
    edges = [low + (high - low) * at / BINS for at in range(BINS + 1)]
    counts = torch.histc(finite.float(), BINS, min=low, max=high) if high > low else torch.zeros(BINS)
    if high == low:
        counts[BINS // 2] = finite.numel()
    return {"stats": stats, "histogram": {"counts": [int(n) for n in counts.tolist()], "edges": edges}}


def _numbers(value: Tensor) -> Tensor:
    """All numbers in one row, in a dtype that adds up well."""
    row = value.abs().reshape(-1) if value.is_complex() else value.reshape(-1)
    return row.to(torch.float64 if value.dtype in (torch.int64, torch.float64) else torch.float32)


def _classes(value: Tensor, shown: Tensor, names: Sequence[str]) -> list[list[Any]]:
    """How many samples each class has, where one whole number a sample says its class."""
    if value.is_floating_point() or value.is_complex() or shown.ndim != 1 or not len(shown):
        return []
    numbers, counts = shown.to(torch.int64).unique(return_counts=True)
    if len(numbers) > CLASSES:
        return []
    pairs = zip(numbers.tolist(), counts.tolist(), strict=True)
    return [[names[n] if 0 <= n < len(names) else str(n), count] for n, count in pairs]


def _pictures(value: Tensor) -> Facts:
    """Samples ``[C, H, W]`` as pictures; of other channels than one or three, those of the first sample in gray."""
    channels = value.shape[1]
    shown = value[:PICTURES] if channels in (1, 3) else value[0, :PICTURES].unsqueeze(1)
    numbers = shown.float()
    finite = numbers[numbers.isfinite()]
    low, high = (float(finite.min()), float(finite.max())) if finite.numel() else (0.0, 1.0)
    if value.dtype == torch.uint8:
        low, high = 0.0, 255.0
    elif value.is_floating_point() and channels in (1, 3) and low >= 0.0 and high <= 1.0:
        low, high = 0.0, 1.0
    span = high - low or 1.0
    bytes_ = ((numbers.nan_to_num(low, high, low) - low) / span * 255).clamp(0, 255).round().to(torch.uint8)
    made = [_png(_image(each)) for each in bytes_]
    return {"pictures": made, "range": [_plain(low), _plain(high)], "channels": channels}


def _image(value: Tensor) -> Image.Image:
    """``uint8[C, H, W]`` as a picture."""
    numbers = value.permute(1, 2, 0).contiguous().numpy()
    return Image.fromarray(numbers[:, :, 0] if value.shape[0] == 1 else numbers)


def _png(picture: Image.Image) -> str:
    """A small PNG as base64; pictures smaller than it are left as they are."""
    if max(picture.size) > SIDE:
        picture.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=1)
    return base64.b64encode(written.getvalue()).decode()


def _span(numbers: Tensor) -> str:
    low, high = int(numbers.min()), int(numbers.max())
    return str(low) if low == high else f"{low} to {high}"


def _plain(number: Any) -> Any:
    """A number that JSON has; others as text."""
    if isinstance(number, complex):
        return str(number)
    return number if not isinstance(number, float) or math.isfinite(number) else str(number)
