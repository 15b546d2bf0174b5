"""What of a table is shown: some of its rows, and some of its pictures."""

import base64
import io
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
    """The first pictures, small, each with its class where the table has a label."""
    pictures = next((each for each in seen if each.kind == "picture" and not each.left_out), None)
    label = next((each for each in seen if each.kind == "label"), None)
    if pictures is None:
        return []
    found = []
    for row, held in enumerate(pictures_in(pictures.cells.slice(0, PICTURES).to_pylist(), folder)):
        small = _small(held) if held else None
        if small:
            found.append({"class": _text(label.cells[row]) if label else "", "png": small})
    return found


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
