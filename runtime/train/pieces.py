"""Pieces of programs: plain functions of which a generated program holds those that it calls, word for word."""

import csv
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from torch import Tensor
from torch.nn import functional as F

from runtime.train.idx import idx_values


def read_digits() -> dict[str, Any]:
    """The digits of scikit-learn: image float32[1, 8, 8] from 0 to 16, label int64[]."""
    found = load_digits()
    images = torch.tensor(found.images, dtype=torch.float32).unsqueeze(1)
    return {"image": images, "label": torch.tensor(found.target)}


def read_wine() -> dict[str, Any]:
    """The wines of scikit-learn: features float32[13], label int64[]."""
    found = load_wine()
    features = torch.tensor(found.data, dtype=torch.float32)
    return {"features": features, "label": torch.tensor(found.target)}


def read_breast_cancer() -> dict[str, Any]:
    """The biopsies of scikit-learn: features float32[30], label int64[]."""
    found = load_breast_cancer()
    features = torch.tensor(found.data, dtype=torch.float32)
    return {"features": features, "label": torch.tensor(found.target)}


def read_table(path: Path, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a CSV or TSV file: numbers as float32, categories as numbers of classes.

    Raises ValueError with file and row for what cannot be read.
    """
    between = "\t" if path.suffix.lower() == ".tsv" else ","
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=between))
    found: dict[str, Any] = {}
    for name, about in fields.items():
        columns = about.get("columns", [about.get("column", name)])
        missing = [column for column in columns if rows and column not in rows[0]]
        if missing or not rows:
            what = f"has no column {missing[0]!r}" if missing else "has no rows"
            raise ValueError(f"{path.name} {what}")
        if about["type"] == "text":
            found[name] = [row[columns[0]] for row in rows]
        elif "classes" in about:
            found[name] = classes_of(path, rows, columns[0], about["classes"])
        else:
            numbers = numbers_of(path, rows, columns)
            dtype = getattr(torch, about["type"].partition("[")[0])
            found[name] = (numbers if "columns" in about else numbers[:, 0]).to(dtype)
    return found


def classes_of(path: Path, rows: list[Any], column: str, classes: list[str]) -> Tensor:
    """The number of each row's class."""
    number = {name: at for at, name in enumerate(classes)}
    for line, row in enumerate(rows, start=2):
        if row[column] not in number:
            raise ValueError(
                f"{path.name}, line {line}: {row[column]!r} is no class of {column!r}"
            )
    return torch.tensor([number[row[column]] for row in rows])


def numbers_of(path: Path, rows: list[Any], columns: list[str]) -> Tensor:
    """A row of numbers for each row of the table, as float64."""
    found = []
    for line, row in enumerate(rows, start=2):
        try:
            found.append([float(row[column]) for column in columns])
        except (TypeError, ValueError):
            values = ", ".join(repr(row[column]) for column in columns)
            raise ValueError(
                f"{path.name}, line {line}: not all numbers: {values[:200]}"
            ) from None
    return torch.tensor(found, dtype=torch.float64)


def read_arrays(path: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    """Arrays of an npz file, one row a sample; texts become lists.

    Raises ValueError where an array is missing, longer or not as declared.
    """
    found: dict[str, Any] = {}
    with np.load(path, allow_pickle=False) as arrays:
        for name, declared in fields.items():
            if name not in arrays:
                raise ValueError(f"{path.name} has no array {name!r}")
            values = arrays[name]
            if declared == "text":
                found[name] = [str(value) for value in values]
                continue
            dtype, _, shape = declared.rstrip("]").partition("[")
            sizes = tuple(int(size) for size in shape.split(",") if size)
            if values.shape[1:] != sizes:
                why = f"has samples of shape {values.shape[1:]}, not {declared}"
                raise ValueError(f"{path.name}: {name} {why}")
            wanted = getattr(torch, dtype)
            if values.dtype.kind == "f" and not wanted.is_floating_point:
                why = f"holds {values.dtype}, which {declared} would cut off"
                raise ValueError(f"{path.name}: {name} {why}")
            found[name] = torch.from_numpy(values).to(wanted)
    rows = {name: len(column) for name, column in found.items()}
    if len(set(rows.values())) > 1:
        raise ValueError(f"{path.name} has arrays of unequal lengths: {rows}")
    return found


def read_idx(path: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    """Pictures of an idx file, as MNIST comes in, and the labels of the file beside it.

    Raises ValueError for what is no idx file, ends early or is not as declared, OSError
    where the labels are missing.
    """
    beside = path.name.replace("images", "labels").replace("idx3", "idx1")
    found: dict[str, Any] = {}
    for name, declared in fields.items():
        dtype, _, shape = declared.rstrip("]").partition("[")
        file = path if shape else path.with_name(beside)
        values = idx_values(file)
        sizes = tuple(int(size) for size in shape.split(",") if size)
        if sizes and values.shape[1:] == sizes[1:]:
            values = values[:, None]  # one channel
        if values.shape[1:] != sizes:
            told = f"has samples of shape {values.shape[1:]}, not {declared}"
            raise ValueError(f"{file.name} {told}")
        found[name] = torch.from_numpy(values).to(getattr(torch, dtype))
    rows = {name: len(column) for name, column in found.items()}
    if len(set(rows.values())) > 1:
        raise ValueError(f"{path.name} and {beside} differ in length: {rows}")
    return found


def make_noise(
    fields: Mapping[str, str], length: int, classes: int, seed: int
) -> dict[str, Any]:
    """Random samples: normal numbers, whole numbers below `classes`, and words."""
    found: dict[str, Any] = {}
    for at, (name, declared) in enumerate(fields.items()):
        generator = seeded("noise", seed, at)
        if declared == "text":
            numbers = torch.randint(classes, (length, 4), generator=generator)
            found[name] = [
                " ".join(f"word{n}" for n in row) for row in numbers.tolist()
            ]
            continue
        dtype, _, shape = declared.rstrip("]").partition("[")
        sizes = [length, *(int(size) for size in shape.split(",") if size)]
        if dtype == "bool" or "int" in dtype:
            most = {"bool": 2, "uint8": 256, "int8": 128}.get(dtype, classes)
            drawn = torch.randint(min(classes, most), sizes, generator=generator)
        else:
            drawn = torch.randn(sizes, generator=generator)
        found[name] = drawn.to(getattr(torch, dtype))
    return found


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone: equal keys, equal numbers."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def resize_picture(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize the last two dimensions of [..., C, H, W], smoothly."""
    flat = picture.reshape(-1, *picture.shape[-3:])
    resized = F.interpolate(flat, size, mode="bilinear", antialias=True)
    return resized.reshape(*picture.shape[:-2], *size)


def normalize_channels(picture: Tensor, mean: list[float], std: list[float]) -> Tensor:
    """Subtract a mean and divide by a deviation, one a channel of [..., C, H, W]."""
    means = torch.tensor(mean, dtype=picture.dtype, device=picture.device)
    deviations = torch.tensor(std, dtype=picture.dtype, device=picture.device)
    return (picture - means.view(-1, 1, 1)) / deviations.view(-1, 1, 1)


def flip_at_random(
    picture: Tensor, p: float, generator: torch.Generator | None = None
) -> Tensor:
    """Mirror each picture of [..., C, H, W] left to right with probability `p`."""
    drawn = torch.rand(picture.shape[:-3], generator=generator, device=picture.device)
    flipped = (drawn < p).reshape(*picture.shape[:-3], 1, 1, 1)
    return torch.where(flipped, picture.flip(-1), picture)


def count_correct(
    scores: Tensor, target: Tensor, threshold: float
) -> tuple[Tensor, int]:
    """How many rows have the right class, and how many rows there are."""
    one_score = scores.shape == target.shape
    said = scores > threshold if one_score else scores.argmax(1)
    right = said == (target > 0.5 if one_score else target)
    return right.sum(), target.numel()


def count_among_best(scores: Tensor, target: Tensor, k: int) -> tuple[Tensor, int]:
    """In how many rows the right class has one of the `k` highest scores."""
    best = scores.topk(k, dim=1).indices
    return (best == target.unsqueeze(1)).sum(), target.numel()
