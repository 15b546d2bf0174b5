"""The two ways to feed: tensors gathered by index, or samples loaded one by one; both give the same batches."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from runtime.train.pieces.seeded import seeded

DROP_LAST = True  # a small last batch is left out
GATHERED = True  # batches are gathered by index
LISTS = True  # batches may hold more than tensors


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

    def __len__(self) -> int:
        """Batches in an epoch."""
        rest = self.batch_size - 1
        if DROP_LAST:
            rest = 0 if self.drop_last else rest
        return (len(self.rows) + rest) // self.batch_size

    def order(self, epoch: int) -> tuple[Tensor, ...]:
        """The rows of each batch of an epoch."""
        rows = self.rows
        if self.shuffle:
            generator = seeded("order", self.seed, epoch)
            rows = rows[torch.randperm(len(rows), generator=generator)]
        return torch.split(rows, self.batch_size)[: len(self)]

    if GATHERED:

        def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
            """The batches of an epoch, from batch number `start`."""
            for rows in self.order(epoch)[start:]:
                if LISTS:
                    yield {k: gathered(each, rows) for k, each in self.columns.items()}
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
        num_workers: int = 0,
        pin_memory: bool = False,
        **order: Any,
    ) -> None:
        super().__init__({}, rows, batch_size, **order)
        self.keys: list[list[tuple[int, int]]] = []  # of the epoch that goes on
        self.loader = DataLoader(
            samples,
            batch_sampler=self.keys,
            collate_fn=collate,
            num_workers=num_workers,
            pin_memory=pin_memory and torch.cuda.is_available(),
            persistent_workers=num_workers > 0,
            generator=torch.Generator(),
        )

    def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch, from batch number `start`."""
        batches = self.order(epoch)[start:]
        self.keys[:] = [[(epoch, row) for row in rows.tolist()] for rows in batches]
        given = 0
        for batch in self.loader:
            given += 1
            yield batch
        if given < len(batches):  # a dataset that raises StopIteration ends the loader
            ended = f"the data ended after {given} of {len(batches)} batches"
            raise RuntimeError(ended)


def rows_of(batch: Mapping[str, Any]) -> int:
    """How many samples a batch holds."""
    return len(next(iter(batch.values())))
