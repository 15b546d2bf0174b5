"""A piece of programs that a look at a file needs too, so that it does without torch: numbers of idx files."""

import gzip
import zlib
from pathlib import Path
from typing import Any

import numpy as np


def idx_values(file: Path) -> Any:
    """The numbers of an idx file, packed by gzip or not, as an array of numpy."""
    types = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
    reader = gzip.open if file.suffix == ".gz" else open
    try:
        with reader(file, "rb") as stream:
            head = stream.read(4)
            if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in types:
                raise ValueError(f"{file.name} is no idx file")
            sizes = [int.from_bytes(stream.read(4), "big") for _ in range(head[3])]
            dtype = np.dtype(types[head[2]])
            room = int(np.prod(sizes, dtype=object)) * dtype.itemsize
            if room > 2**33:
                held = f"{room / 2**30:.0f} GiB"
                raise ValueError(f"{file.name} says that it holds {held}")
            data = stream.read(room + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ValueError(f"{file.name} is cut off, or not packed by gzip") from None
    if not sizes or not room or len(data) != room:
        raise ValueError(f"{file.name} is not as long as its head says")
    values = np.frombuffer(data, dtype).reshape(sizes)
    return values.astype(dtype.newbyteorder("="))
