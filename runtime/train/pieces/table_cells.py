"""A piece of programs: what cells of tables are read as; null where a cell is nothing of the kind."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

NESTED = True  # cells may hold more than texts


def as_number(cells: Any, dtype: str = "float32", decimal: str = ".") -> Any:
    """Finite numbers of this dtype."""
    if pa.types.is_string(cells.type):
        try:
            cells = pc.replace_substring(cells, decimal, ".").cast("float64")
        except pa.ArrowInvalid:  # some are none
            cells = pc.replace_substring(pc.utf8_trim_whitespace(cells), decimal, ".")
            number = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
            cells = pc.if_else(pc.match_substring_regex(cells, number), cells, None)
    if not pa.types.is_integer(cells.type):
        cells = cells.cast("float64", safe=False)
        cells = pc.if_else(pc.is_finite(cells), cells, None)
    return cells.cast(dtype, safe=False)


def as_number_or_nan(
    cells: Any, dtype: str = "float32", decimal: str = ".", odd: bool = False
) -> Any:
    """The same, and NaN where a cell is missing, or with `odd` where it is no number."""
    read = as_number(cells, dtype, decimal)
    gaps = read.is_null() if odd else are_missing(cells)
    return pc.if_else(gaps, pa.scalar(float("nan"), dtype), read)


def as_text(cells: Any) -> list[str]:
    """Texts, of which a missing one is empty."""
    return [text or "" for text in cells.cast("string").to_pylist()]


def as_class(cells: Any, classes: list[str]) -> Any:
    """The number of each cell's class."""
    texts = pc.fill_null(cells.cast("string"), "")
    return pc.index_in(texts, pa.array(classes)).cast("int64")


def as_class_or_empty(cells: Any, classes: list[str]) -> Any:
    """The same, and the class without a name where a cell is missing."""
    return as_class(pc.if_else(are_missing(cells), "", cells.cast("string")), classes)


def as_day(cells: Any, format: str) -> Any:
    """Days since 1970 of dates, which texts hold in this format."""
    if pa.types.is_string(cells.type):
        cells = pc.utf8_trim_whitespace(cells)
        cells = pc.strptime(cells, format=format, unit="s", error_is_null=True)
    moments = cells.cast(pa.timestamp("ms"), safe=False).cast("int64")
    return pc.divide(moments.cast("float64"), 86_400_000).cast("float32")


def as_day_or_nan(cells: Any, format: str) -> Any:
    """The same, and NaN where a cell is missing."""
    nan = pa.scalar(float("nan"), "float32")
    return pc.if_else(are_missing(cells), nan, as_day(cells, format))


def as_tensor(cells: Any, shape: tuple[int, ...]) -> Any:
    """Lists of finite numbers; those in lists have a shape such as (2, 3)."""
    size, *rest = shape
    inner, within = pc.list_flatten(cells), pc.list_parent_indices(cells)
    read = as_tensor(inner, tuple(rest)) if rest else as_number(inner)
    rows = pa.array(range(len(cells)), within.type)
    fits = pc.equal(pc.list_value_length(cells), size)
    broken = pc.is_in(rows, value_set=within.filter(read.is_null()))
    return pc.if_else(pc.and_not(fits, broken), cells, None)


def as_picture(cells: Any) -> Callable[[Path], list[Path | bytes | None]]:
    """Encoded pictures, or files of them in a folder that is yet to be told."""
    return partial(pictures_in, cells.to_pylist())


def pictures_in(cells: list[Any], folder: Path) -> list[Path | bytes | None]:
    """Encoded pictures, or files of them in this folder; None where there is none."""
    found: list[Path | bytes | None] = []
    for held in cells:
        if NESTED:  # noqa: SIM102 - a program holds the inner one alone
            if isinstance(held, dict):
                held = held.get("bytes") or held.get("path")
        if isinstance(held, str):
            held = folder / held if (folder / held).is_file() else None
        found.append(held or None)
    return found


def are_missing(cells: Any) -> Any:
    """For each cell whether it holds nothing, or a word that says so."""
    if not pa.types.is_string(cells.type):
        return pc.is_null(cells, nan_is_null=True)
    words = ["", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"]
    cells = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(cells, "")))
    return pc.is_in(cells, value_set=pa.array(words))
