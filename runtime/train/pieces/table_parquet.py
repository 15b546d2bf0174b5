"""A piece of programs: tables in files of Parquet."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.parquet import ParquetFile

from runtime.train.pieces.table import read_table, titles_of


def read_parquet(
    path: Path, fields: Mapping[str, Any], skip_bad_rows: bool = False
) -> dict[str, Any]:
    """Columns of a Parquet file. Raises ValueError with file and row."""
    try:
        with ParquetFile(path) as file:
            parts = parts_of_parquet(path, file, titles_of(fields))
            return read_table(path, parts, fields, skip_bad_rows)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        why = str(error).splitlines()[0]
        raise ValueError(f"{path.name} cannot be read: {why}") from None


def parts_of_parquet(path: Path, file: Any, titles: list[str]) -> Iterator[Any]:
    """The columns of these titles, some thousand rows at a time."""
    for title in titles:
        if title not in file.schema_arrow.names:
            raise ValueError(f"{path.name} has no column {title!r}")
    for part in file.iter_batches(65536, columns=titles):
        yield {
            title: cells.dictionary_decode()
            if isinstance(cells, pa.DictionaryArray)
            else cells
            for title, cells in zip(part.schema.names, part.columns, strict=True)
        }
