"""A piece of programs: rows of tables that are left out since they cannot be read."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from runtime.train.pieces.table import as_list, first_gap, kind_of, read_cells


class BadRows:
    """Rows of a table with cells that cannot be read: they are left out."""

    def __init__(self) -> None:
        self.rows = self.count = 0
        self.numbers: list[int] = []  # of uneven rows and comments, counted from 1
        self.example = ""

    def uneven(
        self, row: Any, above: int, place: Callable[[int], str], comment: str
    ) -> str:
        """Count a row that has more or fewer cells than there are titles.

        What begins as a `comment` does is no row; where rows do, that is empty. So many
        rows stand above the first one that counts.
        """
        self.numbers.append(row.number - above)
        if not comment or not row.text.startswith(comment):
            self.rows, self.count = self.rows + 1, self.count + 1
            why = f"its cells are {row.actual_columns}, not {row.expected_columns}"
            self.example = self.example or f"{place(row.number - above)}: {why}"
        return "skip"

    def left_out(
        self,
        path: Path,
        parts: Iterable[Any],
        fields: Mapping[str, Any],
        place: Callable[[int], str],
    ) -> Iterator[Any]:
        """The parts without them; at the end it is told how many there were."""
        seen = 0
        for part in parts:
            good = np.ones(part.num_rows, bool)
            for titles, reads in fields.values():
                for title in as_list(titles):
                    cells = read_cells(path, part, title, reads)
                    if isinstance(cells, list):
                        good &= np.array([cell is not None for cell in cells], bool)
                    else:
                        good &= cells.is_valid().to_numpy(zero_copy_only=False)
                    if not self.example and (row := first_gap(cells)) >= 0:
                        what = f"{part[title][row].as_py()!r:.200} in {title!r}"
                        why = f"{what} cannot be read {kind_of(reads)}"
                        self.example = f"{place(seen + row + 1)}: {why}"
            seen += len(good)
            self.rows += len(good)
            self.count += len(good) - int(good.sum())
            yield part.filter(pa.array(good))
        if self.count:
            are = "is" if self.count == 1 else "are"
            such = "" if self.count == 1 else "such as "
            what = f"{self.count} of {self.rows} rows {are} left out"
            warnings.warn(f"{path.name}: {what}, {such}{self.example}", stacklevel=2)
