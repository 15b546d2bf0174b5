"""Pieces of programs: rows parted into folds, each of which is held out once, and what comes of them together."""

import argparse
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


def fold_rows(rows: Tensor, folds: int, fold: int, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out in a fold, counted from 1."""
    mixed = torch.randperm(len(rows), generator=seeded("folds", seed))
    return dealt(rows[mixed], folds, fold)


def fold_classes(
    rows: Tensor, classes: Any, folds: int, fold: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Rows as `fold_rows` gives them; of each class any two folds hold out as many.

    One more or less, where its rows do not go evenly into the folds.
    """
    generator, order = seeded("folds", seed), []
    for found in rows_by_value(gathered(classes, rows)).values():
        order += [found[at] for at in torch.randperm(len(found), generator=generator)]
    return dealt(rows[order], folds, fold)


def fold_groups(
    rows: Tensor, groups: Any, folds: int, fold: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Rows as `fold_rows` gives them, all rows of a group held out in the same fold.

    Raises ValueError where there are fewer groups than folds.
    """
    found = list(rows_by_value(gathered(groups, rows)).values())
    if len(found) < folds:
        raise ValueError(f"{len(found)} groups are too few for {folds} folds")
    mixed = torch.randperm(len(found), generator=seeded("folds", seed)).tolist()
    parts: list[list[int]] = [[] for _ in range(folds)]
    for at in sorted(mixed, key=lambda at: len(found[at]), reverse=True):
        min(parts, key=len).extend(
            found[at]
        )  # the largest first, to where is most room
    held = parts.pop(fold - 1)
    return rows[sorted(row for part in parts for row in part)], rows[sorted(held)]


def dealt(rows: Tensor, folds: int, fold: int) -> tuple[Tensor, Tensor]:
    """Rows dealt out like cards: those of the other folds, and those of this one.

    Raises ValueError where there are fewer rows than folds.
    """
    if len(rows) < folds:
        raise ValueError(f"{len(rows)} rows are too few for {folds} folds")
    held = torch.arange(len(rows)) % folds == fold - 1
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
