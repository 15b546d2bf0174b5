"""A piece of programs: columns that lie in files, since all their rows may be larger than memory."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from weakref import finalize

import numpy as np
import torch
from torch import Tensor

LISTED = True  # some rows are no tensors


class Column:
    """A column that grows in a file."""

    def __init__(self) -> None:
        self.file = file_without_name()
        finalize(self, self.file.close)  # also where reading fails
        if LISTED:
            self.ends: Column | None = None  # where each row ends that is no tensor

    def add(self, part: Any) -> None:
        """Put rows behind the others."""
        if LISTED:  # noqa: SIM102 - a program holds the inner one alone
            if isinstance(part, list):
                self.add_each(part)
                return
        self.like = part[:0]
        self.file.write(part.contiguous().view(-1).view(torch.uint8).numpy())

    if LISTED:

        def add_each(self, part: list[Any]) -> None:
            """The same for rows that are no tensors, or of lengths of their own."""
            if self.ends is None:
                self.ends = Column()
                self.ends.add(torch.tensor([0]))
            ends = []
            for row in part:
                self.file.write(bytes_of(row))
                ends.append(self.file.tell())
            self.ends.add(torch.tensor(ends, dtype=torch.int64))

    def whole(self) -> Any:
        """All rows, which are read when they are needed."""
        self.file.flush()
        held = torch.from_numpy(np.memmap(self.file, np.uint8, "r+"))
        if LISTED:  # noqa: SIM102 - a program holds the inner one alone
            if self.ends:
                return Rows(held, self.ends.whole())
        return held.view(self.like.dtype).view(-1, *self.like.shape[1:])


def file_without_name() -> Any:
    """A file that ends with us, where TMPDIR says: /tmp may lie in memory."""
    places = filter(os.path.isdir, (os.environ.get("TMPDIR", ""), "/var/tmp"))
    return TemporaryFile(dir=next(places, None))


class Rows(Sequence[Any]):
    """Rows in a file, one behind the other; each is read when it is asked for."""

    def __init__(self, held: Tensor, ends: Tensor) -> None:
        self.held, self.ends = held, ends

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ends) - 1

    def __getitem__(self, row: Any) -> Any:
        """A row, or a list of those of a slice."""
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        if not 0 <= row < len(self):
            raise IndexError(row)
        begin, end = self.ends[row : row + 2].tolist()
        found = self.held[begin:end].numpy().tobytes()
        kind, held = found[:1], found[1:]
        if kind == b"n":
            return torch.frombuffer(bytearray(held), dtype=torch.int64)
        if kind == b"b":
            return held
        text = held.decode("utf-8", "surrogatepass")
        return Path(text) if kind == b"p" else text


def bytes_of(row: Any) -> bytes:
    """Numbers of tokens, bytes or the file of a picture, or a text; a letter says it."""
    if isinstance(row, Tensor):
        return b"n" + row.numpy().tobytes()
    if isinstance(row, bytes):
        return b"b" + row
    kind = b"p" if isinstance(row, Path) else b"t"
    return kind + str(row).encode("utf-8", "surrogatepass")


def in_rows(make: Callable[..., Any], *columns: Any, size: int = 4096) -> Any:
    """What `make` gives of whole columns, made of so many rows at a time."""
    found = Column()
    for first in range(0, len(columns[0]), size):
        found.add(make(*(column[first : first + size] for column in columns)))
    return found.whole()
