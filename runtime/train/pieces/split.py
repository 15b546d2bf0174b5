"""Pieces of programs: which rows are trained on, which are held out, and which are kept for a test at the end."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from runtime.train.pieces.column import Column
from runtime.train.pieces.feed import rows_of
from runtime.train.pieces.seeded import seeded

IN_FILE = False  # all rows may be larger than memory


def split_rows(total: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out; they depend on these numbers alone."""
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * share)
    return mixed[held:].sort().values, mixed[:held].sort().values


def split_parts(
    total: int, shares: tuple[float, float], seed: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Rows to train on, rows held out, and rows for a test at the end.

    They depend on these numbers alone; a test takes from what is trained on.
    """
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * shares[0])
    end = held + round(total * shares[1])
    training, held_out, test = mixed[end:], mixed[:held], mixed[held:end]
    return training.sort().values, held_out.sort().values, test.sort().values


def split_classes(
    classes: Any, shares: tuple[float, float], seed: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Rows to train on, to hold out and for a test, with the same share of each class.

    A share that is no whole number of rows is rounded up for one class and down for
    the next. A class that is there once is trained on.
    """
    generator, seen, alone = seeded("split", seed), 0, 0
    parts: list[list[int]] = [[], [], []]
    for rows in rows_by_value(classes).values():
        mixed = [rows[at] for at in torch.randperm(len(rows), generator=generator)]
        if len(rows) == 1:
            parts[0] += rows
            alone += 1
            continue
        before, seen = seen, seen + len(rows)
        held, more = (round(seen * share) - round(before * share) for share in shares)
        held = min(held, len(rows) - 1)
        end = min(held + more, len(rows) - 1)
        cut = mixed[end:], mixed[:held], mixed[held:end]
        for part, some in zip(parts, cut, strict=True):
            part += some
    if alone:
        told = f"{alone} of the classes to split by have one row, which is trained on"
        warnings.warn(told, stacklevel=2)
    return as_rows(parts)


def split_groups(
    groups: Any, shares: tuple[float, float], seed: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Rows to train on, to hold out and for a test, all rows of a group in one part.

    Raises ValueError where groups are too few or too large for the shares.
    """
    rows = list(rows_by_value(groups).values())
    wanted = [len(groups) * share for share in shares]
    parts: list[list[int]] = [[], [], []]
    for at in torch.randperm(len(rows), generator=seeded("split", seed)).tolist():
        most = [want - len(rows[at]) / 2 for want in wanted]  # at least half of it fits
        room = [n for n in (1, 2) if len(parts[n]) <= most[n - 1]]
        parts[room[0] if room else 0] += rows[at]
    names = ("training", "validation", "test")
    for name, part, want in zip(names, parts, (1, *wanted), strict=True):
        if want and not part:
            why = f"no group of the {len(rows)} in split_by is left for {name}"
            raise ValueError(f"{why}: split by smaller groups, or change the shares")
    return as_rows(parts)


def split_told(
    told: Any, names: Sequence[str] | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Rows to train on, to hold out and for a test, as a column says it.

    1 and true are held out; `names` are those of numbered classes. Raises ValueError
    with the row for a value that is none of these.
    """
    words: dict[Any, int] = {"train": 0, "training": 0, "0": 0, 0: 0}
    words |= {"val": 1, "valid": 1, "validation": 1, "dev": 1, "1": 1, 1: 1, "test": 2}
    values = told.tolist() if isinstance(told, Tensor) else told
    parts: list[list[int]] = [[], [], []]
    for row, value in enumerate(values):
        word = names[value] if names else value
        side = words.get(word.strip().lower() if isinstance(word, str) else word)
        if side is None:
            why = f"row {row} (counted from 0) of split_by says {word!r:.40}"
            todo = "let it say train, validation or test, or 0 or 1"
            raise ValueError(f"{why}: {todo}")
        parts[side].append(row)
    if not parts[0]:
        why = "no row of split_by is to be trained on"
        raise ValueError(f"{why}: let some say train, or split another way")
    return as_rows(parts)


def as_rows(parts: Sequence[list[int]]) -> tuple[Tensor, Tensor, Tensor]:
    """The three parts in the order of the rows."""
    first, second, third = (torch.tensor(sorted(p), dtype=torch.int64) for p in parts)
    return first, second, third


def rows_by_value(column: Any) -> dict[Any, list[int]]:
    """The rows of each value of a column; values in their order."""
    found: dict[Any, list[int]] = {}
    values = column.tolist() if isinstance(column, Tensor) else column
    for row, value in enumerate(values):
        found.setdefault(value, []).append(row)
    return dict(sorted(found.items()))


def join_files(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The columns of several files, the rows of one behind those of another."""
    if IN_FILE:
        held = {name: Column() for name in parts[0]}
        for part in parts:
            for name, column in held.items():
                for start in range(0, len(part[name]), 4096):
                    column.add(part[name][start : start + 4096])
        return {name: column.whole() for name, column in held.items()}
    else:  # noqa: RET505 - a program holds one of the two
        found: dict[str, Any] = {}
        for name, first in parts[0].items():
            columns = [part[name] for part in parts]
            lists = not isinstance(first, Tensor)
            found[name] = (
                [v for each in columns for v in each] if lists else torch.cat(columns)
            )
        return found


def rows_of_each(parts: Sequence[Mapping[str, Any]]) -> tuple[Tensor, ...]:
    """The rows of each file where `join_files` puts them."""
    counts = [rows_of(part) for part in parts]
    rows: tuple[Tensor, ...] = torch.arange(sum(counts)).split(counts)
    return rows
