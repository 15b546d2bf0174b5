"""A piece of programs: what cells of tables are read as; null where a cell is nothing of the kind."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def as_number(cells: Any, dtype: str = "float32") -> Any:
    """Finite numbers of this dtype."""
    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        cells = pc.utf8_trim_whitespace(cells)
        number = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
        cells = pc.if_else(pc.match_substring_regex(cells, number), cells, None)
    if not pa.types.is_integer(cells.type):
        cells = cells.cast("float64")
        cells = pc.if_else(pc.is_finite(cells), cells, None)
    return cells.cast(dtype, safe=False)


def as_number_with_comma(cells: Any, dtype: str = "float32") -> Any:
    """Numbers with a comma before their decimals."""
    return as_number(pc.replace_substring(cells, ",", "."), dtype)


def as_text(cells: Any) -> Any:
    """Texts, of which a missing one is empty."""
    return pc.fill_null(cells.cast("string"), "")


def as_class(cells: Any, classes: list[str]) -> Any:
    """The number of each cell's class."""
    return pc.index_in(as_text(cells), pa.array(classes)).cast("int64")


def as_day(cells: Any, format: str) -> Any:
    """Days since 1970 of dates, which texts hold in this format."""
    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        cells = pc.utf8_trim_whitespace(cells)
        cells = pc.strptime(cells, format=format, unit="s", error_is_null=True)
    moments = cells.cast(pa.timestamp("ms"), safe=False)
    return pc.divide(moments.cast("int64").cast("float64"), 86_400_000).cast("float32")


def as_vector(cells: Any, size: int) -> Any:
    """Lists of so many finite numbers."""
    gaps = pc.is_null(as_number(pc.list_flatten(cells)))
    rows = pa.array(range(len(cells)), pc.list_parent_indices(cells).type)
    broken = pc.is_in(rows, value_set=pc.list_parent_indices(cells).filter(gaps))
    fits = pc.equal(pc.list_value_length(cells), size)
    return pc.if_else(pc.and_not(fits, broken), cells, None)


def as_picture(cells: Any) -> Callable[[Path], list[Any]]:
    """Encoded pictures, or files of them in a folder that is yet to be told."""
    return partial(pictures_in, cells.to_pylist())


def pictures_in(cells: list[Any], folder: Path) -> list[Any]:
    """Encoded pictures, or files of them in this folder; None where there is none."""
    found: list[Path | bytes | None] = []
    for cell in cells:
        held = (cell["bytes"] or cell["path"]) if isinstance(cell, dict) else cell
        if isinstance(held, str):
            held = folder / held if (folder / held).is_file() else None
        found.append(held or None)
    return found


def or_nan(cells: Any, reads: Callable[[Any], Any]) -> Any:
    """As `reads` reads them, and NaN where a cell is missing."""
    numbers = reads(cells)
    return pc.if_else(are_missing(cells), float("nan"), numbers).cast(numbers.type)


def or_empty(cells: Any, reads: Callable[[Any], Any]) -> Any:
    """As `reads` reads them, which takes what is missing for an empty text."""
    return reads(pc.if_else(are_missing(cells), "", as_text(cells)))


def are_missing(cells: Any) -> Any:
    """For each cell whether it holds nothing, or a word that says so."""
    if not (pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)):
        return pc.is_null(cells, nan_is_null=True)
    words = ["", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"]
    cells = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(cells, "")))
    return pc.is_in(cells, value_set=pa.array(words))
