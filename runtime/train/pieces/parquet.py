"""A piece of programs, and of a look that does without torch: files of Parquet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.parquet import ParquetFile

from runtime.train.pieces.table_rows import with_plain_texts

IN_FILE = False  # all rows may be larger than memory


def parquet_files(path: Path) -> list[Path]:
    """A file itself, or the files in a folder; ValueError where there are none."""
    if not path.is_dir():
        return [path]
    files = [file for file in sorted(path.glob("*.parquet")) if file.name[0] != "."]
    if not files:
        raise ValueError(f"{path.name} has no files of Parquet (.parquet) in it")
    return files


def rows_in_parquet(path: Path) -> int:
    """How many rows a file says that it has; ValueError where it is cut off or none."""
    try:
        with path.open("rb") as opened:
            return int(ParquetFile(opened).metadata.num_rows)
    except pa.ArrowException as error:
        raise ValueError(parquet_trouble(path, error)) from None


def parts_of_parquet(
    files: list[Path], titles: list[str], size: int = 65_536
) -> Iterator[Any]:
    """The columns of these titles, so many rows at a time.

    Raises ValueError for a file that lacks one, or cannot be read.
    """
    for path in files:
        with path.open("rb") as opened:
            file = ParquetFile(opened, pre_buffer=False, buffer_size=2**20)
            if IN_FILE:  # about 64 MB at a time
                groups = map(file.metadata.row_group, range(file.num_row_groups))
                width = sum(each.total_byte_size for each in groups)
                width //= max(file.metadata.num_rows, 1)
                size = min(size, 2**26 // max(width, 1) + 1)
            there = file.schema_arrow.names
            for title in titles:
                if title not in there:
                    only = ", ".join(there)
                    raise ValueError(
                        f"{path.name} has no column {title!r}, only {only}"
                    )
            try:
                yield from map(with_plain_texts, file.iter_batches(size, None, titles))
            except pa.ArrowException as error:
                raise ValueError(parquet_trouble(path, error)) from None


def parquet_trouble(path: Path, error: Exception) -> str:
    """What is wrong with a file."""
    return f"{path.name} cannot be read: {str(error).splitlines()[0]}"
