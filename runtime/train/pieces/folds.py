"""Pieces of programs: rows parted into folds, each of which is held out once, and what comes of them together."""

import argparse
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from runtime.train.pieces.feed import gathered
from runtime.train.pieces.seeded import seeded
from runtime.train.pieces.split import rows_by_value


def seed_of(options: argparse.Namespace) -> int:
    """A seed of its own for each fold of a run."""
    return seeded("fold", options.seed, options.fold).initial_seed()


def fold_rows(
    rows: Tensor, folds: int, fold: int, seed: int, least: tuple[int, int] = (1, 1)
) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out in a fold, counted from 1.

    Raises ValueError where any fold has fewer of them than `least`.
    """
    mixed = torch.randperm(len(rows), generator=seeded("folds", seed))
    return in_fold(rows[mixed], torch.arange(len(rows)) % folds, folds, fold, least)


def fold_classes(
    rows: Tensor,
    classes: Any,
    folds: int,
    fold: int,
    seed: int,
    least: tuple[int, int] = (1, 1),
) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out in a fold, counted from 1.

    Of each class any two folds hold out as many; one more or less, where its rows do
    not go evenly into the folds. Raises ValueError where a fold has fewer than `least`.
    """
    generator, order = seeded("folds", seed), []
    each = rows_by_value(gathered(classes, rows)).values()
    if fold == 1 and (few := sum(len(found) < folds for found in each)):
        told = f"{few} of the classes to split by have fewer rows than there are folds"
        warnings.warn(told, stacklevel=2)
    for found in each:
        order += [found[at] for at in torch.randperm(len(found), generator=generator)]
    return in_fold(rows[order], torch.arange(len(rows)) % folds, folds, fold, least)


def fold_groups(
    rows: Tensor,
    groups: Any,
    folds: int,
    fold: int,
    seed: int,
    least: tuple[int, int] = (1, 1),
) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out in a fold, counted from 1.

    All rows of a group are held out in the same fold. Raises ValueError where there are
    fewer groups than folds, or a fold has fewer rows than `least`.
    """
    found = list(rows_by_value(gathered(groups, rows)).values())
    if len(found) < folds:
        why = f"{folds} folds need as many groups in split_by, not {len(found)}"
        raise ValueError(f"{why}: set folds lower, or split by a column with more")
    mixed = torch.randperm(len(found), generator=seeded("folds", seed)).tolist()
    parts: list[list[int]] = [[] for _ in range(folds)]
    for at in sorted(mixed, key=lambda at: len(found[at]), reverse=True):
        min(parts, key=len).extend(found[at])  # the largest first, to most room
    of_rows = torch.empty(len(rows), dtype=torch.int64)
    for number, part in enumerate(parts):
        of_rows[part] = number
    return in_fold(rows, of_rows, folds, fold, least)


def in_fold(
    rows: Tensor, of_rows: Tensor, folds: int, fold: int, least: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """The rows of the other folds, and those of this one; `of_rows` is each row's fold.

    That is counted from 0. What any of the folds lacks is told before the first.
    """
    counts, total = of_rows.bincount(minlength=folds), len(rows)
    if (few := total - int(counts.max())) < least[0]:
        told = f"a fold trains on {few} of {total} rows, at least {least[0]} are needed"
        raise ValueError(f"{told}: set folds higher, or batch_size lower")
    if (few := int(counts.min())) < least[1]:
        told = f"a fold holds out {few} of {total} rows, at least {least[1]} are needed"
        raise ValueError(f"{told}: set folds lower")
    held = of_rows == fold - 1
    return rows[~held].sort().values, rows[held].sort().values


def means_of(folds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The mean of each figure over folds, and its standard deviation (over n)."""
    found: dict[str, Any] = {"deviation": {}}
    for side in [s for s in ("train", "validation", "test") if folds and s in folds[0]]:
        names = [n for n in folds[0][side] if all(n in fold[side] for fold in folds)]
        rows = [[fold[side][name] for name in names] for fold in folds]
        numbers = torch.tensor(rows, dtype=torch.float64)
        deviation, mean = torch.std_mean(numbers, 0, correction=0)
        found[side] = dict(zip(names, mean.tolist(), strict=True))
        found["deviation"][side] = dict(zip(names, deviation.tolist(), strict=True))
    return found
