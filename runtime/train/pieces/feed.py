"""The two ways to feed: tensors gathered by index, or samples loaded one by one; both give the same batches."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from runtime.train.pieces.seeded import seeded

DROP_LAST = True  # a small last batch is left out
GATHERED = True  # batches are gathered by index
LISTS = True  # batches may hold more than tensors
SAMPLED = True  # some rows are likelier than others
BUCKETED = True  # samples of one length share a batch


def split_rows(total: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out; they depend on these numbers alone."""
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * share)
    return mixed[held:].sort().values, mixed[:held].sort().values


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
        if SAMPLED:  # noqa: SIM102 - a program holds the inner one alone
            if self.chances is not None:
                generator = seeded("sampling", self.seed, epoch)
                rows = drawn_rows(self.rows, self.chances, generator)
        if BUCKETED:  # noqa: SIM102 - a program holds the inner one alone
            if self.lengths is not None:
                generator = seeded("buckets", self.seed, epoch)
                rows = near_lengths(rows, self.lengths, self.batch_size, generator)
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


def chances_of_classes(column: Any, rows: Tensor) -> Tensor:
    """A chance for each row, so that all classes are equally likely."""
    values = column.tolist() if isinstance(column, Tensor) else column
    classes = [values[row] for row in rows.tolist()]
    counts = Counter(classes)
    return torch.tensor([1 / counts[each] for each in classes], dtype=torch.float64)


def chances_by(column: Tensor, rows: Tensor) -> Tensor:
    """The chance that a column gives each row."""
    chances = column[rows].double()
    for row, chance in zip(rows.tolist(), chances.tolist(), strict=True):
        if not 0 <= chance < float("inf"):
            raise ValueError(f"row {row} has {chance} for its weight, not 0 or more")
    if not chances.any():
        raise ValueError("all rows have a weight of 0: none can be drawn")
    return chances


def drawn_rows(rows: Tensor, chances: Tensor, generator: torch.Generator) -> Tensor:
    """As many of the rows, each drawn anew."""
    ends = chances.cumsum(0)
    points = torch.rand(len(rows), dtype=torch.float64, generator=generator)
    return rows[torch.searchsorted(ends, points * ends[-1], right=True)]


def near_lengths(
    rows: Tensor, lengths: Tensor, batch_size: int, generator: torch.Generator
) -> Tensor:
    """The rows so that those of a batch are of nearly one length.

    They are sorted within stretches of 16 batches, then whole batches are mixed.
    """
    whole = len(rows) // batch_size
    stretches = rows[: whole * batch_size].split(16 * batch_size)
    ordered = [each[lengths[each].argsort(stable=True)] for each in stretches]
    batches = torch.cat(ordered).view(whole, batch_size)
    mixed = batches[torch.randperm(whole, generator=generator)]
    return torch.cat([mixed.flatten(), rows[whole * batch_size :]])


def lengths_of(samples: Sequence[Any]) -> Tensor:
    """How long each sample is."""
    return torch.tensor([len(each) for each in samples])


def padding_mask(samples: Sequence[Tensor]) -> Tensor:
    """True where a sample is over and is filled up to the longest."""
    lengths = lengths_of(samples)
    return torch.arange(int(lengths.max())) >= lengths[:, None]


class Traced(Dataset[dict[str, Any]]):
    """Samples, of which one that fails is named."""

    def __init__(self, samples: "Dataset[dict[str, Any]]") -> None:
        self.samples = samples

    def __getitem__(self, key: tuple[int, int]) -> dict[str, Any]:
        try:
            return self.samples[key]
        except Exception as error:
            error.add_note(f"(row {key[1]} of the data, counted from 0)")
            raise


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
        self.keys: list[list[tuple[int, int]]] = []  # of the epoch that goes on
        self.loader = DataLoader(
            Traced(samples),
            batch_sampler=self.keys,
            collate_fn=collate,
            generator=torch.Generator(),
            **(loading or {}),
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
