"""A piece of programs: columns that grow a few rows at a time, in memory or, where they get large, in files."""

import os
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import torch
from torch import Tensor

LISTED = True  # some rows are no tensors


class Column:
    """A column that grows: a tensor, or a list of what is none.

    What is `large`, in bytes, lies in a file.
    """

    def __init__(self, large: int = 2**28) -> None:
        self.file: Any = BytesIO()
        self.large, self.rows = large, 0
        if LISTED:
            self.listed: list[Any] = []  # what is in no file
            self.size = self.end = 0  # of these, and where the last one in a file ends
            self.ends: Column | None = None  # where each of those does

    def add(self, part: Any) -> None:
        """Put rows behind the others."""
        self.rows += len(part)
        if LISTED:  # noqa: SIM102 - a program holds the inner one alone
            if isinstance(part, list):
                self.list_or_spill(part)
                return
        self.like = part[:0]
        self.write(part.contiguous().view(-1).view(torch.uint8).numpy())

    if LISTED:

        def list_or_spill(self, part: list[Any]) -> None:
            """Put rows behind those that are listed, or all into a file."""
            if self.ends is None:
                self.listed += part
                for row in part:
                    self.size += sys.getsizeof(row) + getattr(row, "nbytes", 0)
                if self.size <= self.large:
                    return
                part, self.listed, self.ends = self.listed, [], Column(self.large)
                self.ends.add(torch.tensor([0]))
            for first in range(0, len(part), 4096):
                found = [bytes_of(row) for row in part[first : first + 4096]]
                self.write(b"".join(found))
                ends = self.end + torch.tensor([*map(len, found)]).cumsum(0)
                self.ends.add(ends)
                self.end = int(ends[-1])

    def write(self, data: Any) -> None:
        """Add bytes to those that are there."""
        if self.file.tell() + len(data) > self.large and isinstance(self.file, BytesIO):
            held, self.file = self.file, file_without_name()
            self.file.write(held.getbuffer())
        self.file.write(data)

    def whole(self) -> Any:
        """All rows; those in a file are read when they are needed."""
        if LISTED:
            if self.ends:
                return Rows(self.held(torch.uint8), self.ends.whole())
            if self.listed:
                return self.listed
        return self.held(self.like.dtype).view(self.rows, *self.like.shape[1:])

    def held(self, dtype: torch.dtype) -> Tensor:
        """All that is written, as numbers."""
        with self.file as file:
            size = file.tell()
            file.seek(0)
            if size <= self.large:
                found = torch.empty(size, dtype=torch.uint8)
                file.readinto(found.numpy())
            elif sys.platform == "win32":
                found = torch.from_numpy(np.memmap(file, np.uint8, "r+"))
            else:  # workers map the same file
                storage: Any = torch.UntypedStorage
                held = storage._new_shared_fd_cpu(file.fileno(), size)
                found = torch.empty(0, dtype=torch.uint8).set_(held)
            return found.view(dtype)


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
    if len(columns[0]) <= size:
        return make(*(column[:] for column in columns))
    found = Column()
    for first in range(0, len(columns[0]), size):
        found.add(make(*(column[first : first + size] for column in columns)))
    return found.whole()
