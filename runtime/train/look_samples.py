"""What of a table is shown: some of its rows, and some of its pictures."""

import base64
import io
from collections import Counter
from pathlib import Path
from typing import Any

from PIL import Image

from runtime.train.look_column import Seen, shown
from runtime.train.pieces.table_cells import pictures_in

ROWS, PICTURES, SIDE = 8, 12, 96


def samples(seen: list[Seen]) -> list[dict[str, str]]:
    """The first rows, every cell as text."""
    rows = min(ROWS, len(seen[0].cells)) if seen else 0
    return [{each.title: _text(each.cells[row]) for each in seen} for row in range(rows)]


def _text(cell: Any) -> str:
    return shown(cell) if cell.is_valid else ""


def thumbnails(seen: list[Seen], folder: Path) -> list[dict[str, str]]:
    """Some pictures, small; where the table has a label some of each class, with its name."""
    pictures = next((each for each in seen if each.kind == "picture" and not each.left_out), None)
    label = next((each for each in seen if each.kind == "label"), None)
    if pictures is None:
        return []
    rows = [*range(min(PICTURES, len(pictures.cells)))]
    if label is not None:
        rows = _mixed([_text(cell) for cell in label.cells], PICTURES)
    found = []
    for row, held in zip(rows, pictures_in(pictures.cells.take(rows).to_pylist(), folder), strict=True):
        small = _small(held) if held else None
        if small:
            found.append({"class": _text(label.cells[row]) if label else "", "png": small})
    return found


def _mixed(labels: list[str], most: int) -> list[int]:
    """The first row of each class, then the second of each, and so on; rows without a label are left out."""
    turns: Counter[str] = Counter()
    found = []
    for row, label in enumerate(labels):
        if label and turns[label] < most:
            found.append((turns[label], row))
        turns[label] += 1
    return [row for _, row in sorted(found)[:most]]


def _small(held: Path | bytes) -> str | None:
    """A picture of at most SIDE pixels as PNG; None where Pillow cannot read it."""
    try:
        with Image.open(io.BytesIO(held) if isinstance(held, bytes) else held) as picture:
            picture.thumbnail((SIDE, SIDE))
            written = io.BytesIO()
            picture.convert("RGB").save(written, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return base64.b64encode(written.getvalue()).decode()
