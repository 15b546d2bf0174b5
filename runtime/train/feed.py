"""The two ways to feed: tensors gathered by index, or samples loaded one by one; both give the same batches."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from runtime.train.pieces import seeded


def split_rows(total: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out; they depend on these numbers alone."""
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * share)
    return mixed[held:].sort().values, mixed[:held].sort().values


class Batches:
    """Batches of rows, gathered by index; their order depends on (seed, epoch)."""

    def __init__(
        self,
        columns: Mapping[str, Any],
        rows: Tensor,
        batch_size: int,
        *,
        shuffle: bool = False,
        drop_last: bool = False,
        seed: int = 0,
    ) -> None:
        self.columns, self.rows, self.batch_size = columns, rows, batch_size
        self.shuffle, self.drop_last, self.seed = shuffle, drop_last, seed

    def __len__(self) -> int:
        """Batches in an epoch."""
        rest = 0 if self.drop_last else self.batch_size - 1
        return (len(self.rows) + rest) // self.batch_size

    def order(self, epoch: int) -> Iterator[Tensor]:
        """The rows of each batch of an epoch."""
        rows = self.rows
        if self.shuffle:
            mixed = torch.randperm(
                len(rows), generator=seeded("order", self.seed, epoch)
            )
            rows = rows[mixed]
        return iter(rows.split(self.batch_size)[: len(self)])

    def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch, from batch number `start`."""
        for at, rows in enumerate(self.order(epoch)):
            if at >= start:
                yield {
                    name: gathered(each, rows) for name, each in self.columns.items()
                }


def gathered(column: Any, rows: Tensor) -> Any:
    """The given rows of a tensor, or of a list."""
    if isinstance(column, Tensor):
        return column.index_select(0, rows)
    return [column[row] for row in rows.tolist()]


class Loader(Batches):
    """The same batches from a DataLoader, whose workers make sample after sample."""

    def __init__(
        self,
        samples: "Dataset[dict[str, Any]]",
        collate: Callable[[list[dict[str, Any]]], dict[str, Any]],
        rows: Tensor,
        batch_size: int,
        *,
        num_workers: int = 0,
        pin_memory: bool = False,
        **order: Any,
    ) -> None:
        super().__init__({}, rows, batch_size, **order)
        self.keys: list[list[tuple[int, int]]] = []
        self.loader = DataLoader(
            samples,
            batch_sampler=Keys(self),
            collate_fn=collate,
            num_workers=num_workers,
            pin_memory=pin_memory and torch.cuda.is_available(),
            persistent_workers=num_workers > 0,
            generator=torch.Generator(),
        )

    def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch, from batch number `start`."""
        batches = list(self.order(epoch))[start:]
        self.keys = [[(epoch, row) for row in rows.tolist()] for rows in batches]
        given = 0
        for batch in self.loader:
            given += 1
            yield batch
        if given < len(batches):  # a dataset that raises StopIteration ends the loader
            raise RuntimeError(
                f"the data ended after {given} of {len(batches)} batches"
            )


class Keys:
    """The keys (epoch, row) of the samples of each batch of the current epoch."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def __len__(self) -> int:
        """Batches in an epoch."""
        return len(self.loader.keys)

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        """The keys of each batch."""
        return iter(self.loader.keys)
