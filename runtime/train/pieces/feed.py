"""The two ways to feed: tensors gathered by index, or samples loaded one by one; both give the same batches."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from runtime.train.pieces.order import drawn_rows, near_lengths
from runtime.train.pieces.seeded import seeded
from runtime.train.pieces.shared import rows_for_us

DROP_LAST = True  # a small last batch is left out
COLLATED = True  # samples are more than stacked
GATHERED = True  # batches are gathered by index
LISTS = True  # batches may hold more than tensors
SAMPLED = True  # some rows are likelier than others
OWNED = True  # code that is not ours makes samples
BUCKETED = True  # samples of one length share a batch
DISTRIBUTED = False  # processes share the rows of each batch
IN_FILE = False  # all rows may be larger than memory


@dataclass
class Batches:
    """Batches of rows; their order depends on (seed, epoch) alone."""

    columns: Mapping[str, Any]
    rows: Tensor
    batch_size: int
    shuffle: bool = False
    seed: int = 0
    if DROP_LAST:
        drop_last: bool = False
    if SAMPLED:
        chances: Tensor | None = None  # of each of the rows
    if BUCKETED:
        lengths: Tensor | None = None  # of all samples
    if COLLATED:
        collate: Callable[[Mapping[str, Any], Tensor], dict[str, Any]] | None = None

    def __len__(self) -> int:
        """Batches in an epoch."""
        if DROP_LAST:  # noqa: SIM102 - a program holds the inner one alone
            if self.drop_last:
                return len(self.rows) // self.batch_size
        return len(range(0, len(self.rows), self.batch_size))

    def order(self, epoch: int) -> tuple[Tensor, ...]:
        """The rows of each batch of an epoch."""
        rows = self.rows
        if self.shuffle:
            generator = seeded("order", self.seed, epoch)
            rows = rows[torch.randperm(len(rows), generator=generator)]
        if SAMPLED:  # noqa: SIM102 - a program holds the inner one alone
            if self.chances is not None:
                generator = seeded("sampling", self.seed, epoch)
                rows = drawn_rows(self.rows, self.chances, generator)
        if BUCKETED:  # noqa: SIM102 - a program holds the inner one alone
            if self.lengths is not None:
                generator = seeded("buckets", self.seed, epoch)
                rows = near_lengths(rows, self.lengths, self.batch_size, generator)
        batches = torch.split(rows, self.batch_size)[: len(self)]
        if DISTRIBUTED:
            batches = tuple(map(rows_for_us, batches))
        return batches

    if DISTRIBUTED:

        def shared(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
            """The same for this process, each with as many numbers as it has in all."""
            for at, batch in enumerate(self.epoch(epoch, start), start):
                rest = len(self.rows) - at * self.batch_size
                yield {**batch, "samples": range(min(self.batch_size, rest))}

    if GATHERED:

        def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
            """The batches of an epoch, from batch number `start`."""
            for rows in self.order(epoch)[start:]:
                if COLLATED:
                    yield self.collate(self.columns, rows)  # type: ignore[misc]
                else:
                    yield {k: v.index_select(0, rows) for k, v in self.columns.items()}


def gathered(column: Any, rows: Tensor) -> Any:
    """The given rows of a tensor, or of a list."""
    if isinstance(column, Tensor):
        return column.index_select(0, rows)
    return [column[row] for row in rows.tolist()]


class Loader(Batches):
    """Batches from a DataLoader, whose workers make sample after sample."""

    def __init__(
        self,
        samples: "Dataset[dict[str, Any]]",
        collate: Callable[[list[dict[str, Any]]], dict[str, Any]],
        rows: Tensor,
        batch_size: int,
        loading: Mapping[str, Any] | None = None,
        **order: Any,
    ) -> None:
        super().__init__({}, rows, batch_size, **order)
        if IN_FILE:
            self.number, self.batches = 0, tuple[Tensor, ...]()  # of this epoch
        else:
            self.keys: list[list[tuple[int, int]]] = []  # of the epoch that goes on
        self.loader = DataLoader(
            samples,
            batch_sampler=(self if IN_FILE else self.keys),
            collate_fn=collate,
            generator=torch.Generator(),
            **(loading or {}),
        )

    if IN_FILE:

        def __iter__(self) -> Iterator[list[tuple[int, int]]]:
            """The keys of each batch of this epoch, not all at once."""
            for rows in self.batches:
                yield [(self.number, row) for row in rows.tolist()]

    def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch, from batch number `start`."""
        batches = self.order(epoch)[start:]
        if IN_FILE:
            self.number, self.batches = epoch, batches
        else:
            self.keys[:] = [[(epoch, row) for row in rows.tolist()] for rows in batches]
        if OWNED:
            given = 0
            for batch in self.loader:
                given += 1
                yield batch
            if given < len(batches):  # who raises StopIteration ends the loader
                ended = f"the data ended after {given} of {len(batches)} batches"
                raise RuntimeError(f"{ended}: collating them raised StopIteration")
        else:
            yield from self.loader


def rows_of(batch: Mapping[str, Any]) -> int:
    """How many samples a batch holds."""
    return len(next(iter(batch.values())))
