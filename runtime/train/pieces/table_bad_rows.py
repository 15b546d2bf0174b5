"""A piece of programs: rows of tables that are left out since they cannot be read."""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from runtime.train.pieces.table import as_list, read_cells


class BadRows:
    """Rows of a table with cells that cannot be read: they are left out."""

    def __init__(self) -> None:
        self.rows = self.count = 0

    def uneven(self, row: Any) -> str:
        """Count a row that has more or fewer cells than there are titles."""
        self.rows, self.count = self.rows + 1, self.count + 1
        return "skip"

    def left_out(
        self, path: Path, parts: Iterable[Any], fields: Mapping[str, Any]
    ) -> Iterator[Any]:
        """The parts without them; at the end it is told how many there were."""
        for part in parts:
            good = np.ones(part.num_rows, bool)
            for titles, reads in fields.values():
                for title in as_list(titles):
                    cells = read_cells(path, part, title, reads)
                    if isinstance(cells, list):
                        good &= np.array([cell is not None for cell in cells], bool)
                    else:
                        good &= cells.is_valid().to_numpy(zero_copy_only=False)
            self.rows += len(good)
            self.count += len(good) - int(good.sum())
            yield part.filter(pa.array(good))
        if self.count:
            what = f"{self.count} of {self.rows} rows are left out"
            why = "cells are missing or cannot be read"
            warnings.warn(f"{path.name}: {what}, since {why}", stacklevel=2)
