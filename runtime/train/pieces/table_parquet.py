"""A piece of programs: tables in files of Parquet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.parquet import ParquetFile

from runtime.train.pieces.table import read_table, titles_of
from runtime.train.pieces.table_rows import with_plain_texts


def read_parquet(
    path: Path, fields: Mapping[str, Any], bad_rows: Any = None, bad_files: Any = None
) -> dict[str, Any]:
    """Columns of a Parquet file. Raises ValueError with file and row."""
    try:
        with path.open("rb") as opened:
            file = ParquetFile(opened)
            parts = map(with_plain_texts, file.iter_batches(columns=titles_of(fields)))
            most = file.metadata.num_rows
            return read_table(path, parts, most, fields, bad_rows, bad_files)
    except pa.ArrowException as error:
        why = str(error).splitlines()[0]
        raise ValueError(f"{path.name} cannot be read: {why}") from None
