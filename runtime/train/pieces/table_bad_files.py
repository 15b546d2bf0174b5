"""A piece of programs: rows of tables that are left out for want of their pictures."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from runtime.train.pieces.bad_files import can_be_decoded, decode_small, tell_bad_files
from runtime.train.pieces.table import read_cells
from runtime.train.pieces.table_cells import as_picture


class BadFiles:
    """Rows of a table whose pictures are missing or broken: they are left out."""

    def __init__(self) -> None:
        self.numbers: list[int] = []  # of these rows, counted from 1

    def left_out(
        self,
        path: Path,
        parts: Iterable[Any],
        fields: Mapping[str, Any],
        place: Callable[[int], str],
    ) -> Iterator[Any]:
        """The parts without them; at the end it is told which ones they were.

        Raises ValueError where that are all.
        """
        rows, names = 0, list[str]()
        titles = [title for title, reads in fields.values() if reads is as_picture]
        is_good = partial(can_be_decoded, decode=decode_small)
        for part in parts:
            bad: dict[int, str] = {}
            for title in titles:
                pictures = read_cells(path, part, title, as_picture)
                with ThreadPoolExecutor() as pool:
                    for row, good in enumerate(pool.map(is_good, pictures)):
                        if not good:
                            cell, number = part[title][row].as_py(), rows + row + 1
                            named = isinstance(cell, str) and cell
                            bad[row] = cell if named else place(number)
            self.numbers += [rows + row + 1 for row in sorted(bad)]
            names += [bad[row] for row in sorted(bad)]
            rows += part.num_rows
            yield part.filter(pa.array(row not in bad for row in range(part.num_rows)))
        lack = "lacks" if len(names) == 1 else "lack"
        what = f"rows {lack} a picture that can be decoded"
        tell_bad_files(path, what, names, rows)
