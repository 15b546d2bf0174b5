"""A piece of programs: rows of tables that are left out for want of their pictures."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from runtime.train.pieces.bad_files import can_be_decoded, decode_small, tell_bad_files
from runtime.train.pieces.table import read_cells
from runtime.train.pieces.table_cells import as_picture


class BadFiles:
    """Rows of a table whose pictures are missing or broken: they are left out."""

    def left_out(
        self, path: Path, parts: Iterable[Any], fields: Mapping[str, Any]
    ) -> Iterator[Any]:
        """The parts without them; at the end it is told which ones they were.

        Raises ValueError where that are all.
        """
        rows, bad = 0, dict[int, str]()
        titles = [title for title, reads in fields.values() if reads is as_picture]
        is_good = partial(can_be_decoded, decode=decode_small)
        for part in parts:
            good = np.ones(part.num_rows, bool)
            for title in titles:
                with ThreadPoolExecutor() as pool:
                    pictures = read_cells(path, part, title, as_picture)
                    good &= [*pool.map(is_good, pictures)]
                for row in np.flatnonzero(~good):
                    cell, number = part[title][int(row)].as_py(), rows + int(row) + 1
                    is_named = isinstance(cell, str) and cell
                    bad.setdefault(number, cell if is_named else f"row {number}")
            rows += len(good)
            yield part.filter(pa.array(good))
        what = "rows lack a picture that can be decoded"
        tell_bad_files(path, what, [*bad.values()], rows)
