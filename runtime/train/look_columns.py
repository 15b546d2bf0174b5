"""What a look tells of one column: how many rows, which range, which classes, a few examples."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

MOST_ROWS, MOST_BYTES = 100_000, 50_000_000  # that are looked at
LARGE = 2**30  # bytes of a file whose rows are not all kept in memory
MOST_CLASSES, MOST_EXAMPLES, MOST_BINS = 50, 5, 20
LONGEST = 200  # letters of an example
Column = dict[str, Any]


def of_texts(title: str, texts: Sequence[str], field: str | None) -> Column:
    """A column of texts."""
    told = {"count": len(texts), "missing": sum(not text.strip() for text in texts), "different": len({*texts})}
    examples = [text[:LONGEST] for text in dict.fromkeys(texts[:1000])][:MOST_EXAMPLES]
    return {"title": title, "kind": "text", "type": "text", **told, "examples": examples, "field": field}


def of_classes(title: str, numbers: Any, classes: Sequence[str], field: str | None) -> Column:
    """A column of labels, whole numbers each of which stands for a class."""
    found = Counter(np.asarray(numbers).tolist())
    counts = [[name, found[at]] for at, name in enumerate(classes)]
    told = {"count": len(numbers), "missing": 0, "different": len(found), "examples": [*classes[:MOST_EXAMPLES]]}
    told |= {"classes": counts[:MOST_CLASSES], "field": field}
    return {"title": title, "kind": "label", "type": "int64[]", **told}


def of_numbers(title: str, type: str, rows: int, some: Any, field: str | None) -> Column:
    """A column of numbers, one or many a row; `some` of its rows, as an array, tell the range."""
    single = some.ndim == 1
    values = some.astype("float64").ravel() if some.dtype.kind in "fiub" else np.zeros(0)
    real = values[np.isfinite(values)]
    broken = ~np.isfinite(some.reshape(len(some), -1)).all(1) if some.dtype.kind == "f" else np.zeros(len(some), bool)
    told: Column = {"title": title, "kind": "number" if single else "tensor", "type": type, "count": rows}
    told |= {"missing": int(broken.sum()), "different": len(np.unique(some)) if single else rows}
    if len(real):
        told |= {"low": float(real.min()), "high": float(real.max()), "mean": float(real.mean())}
    if single and len(real):
        bins = min(MOST_BINS, len(np.unique(real)))
        told["bins"] = np.histogram(real, bins)[0].tolist()
    return {**told, "examples": [shown(row) for row in some[:MOST_EXAMPLES]], "field": field}


def in_memory(path: Path) -> dict[str, bool]:
    """What to set so that rows of a large file, or of those in a folder, are not all kept in memory."""
    files = path.iterdir() if path.is_dir() else [path]
    return {"in_memory": False} if sum(file.stat().st_size for file in files) > LARGE else {}


def shown(row: Any) -> str:
    """A row in words: its numbers, or the first of them."""
    row = np.asarray(row)
    values = row.ravel()[:5].tolist()
    told = ", ".join(f"{value:.6g}" if isinstance(value, float) else str(value) for value in values)
    return told if row.ndim == 0 else f"[{told}, ...]" if row.size > 5 else f"[{told}]"
