"""Predictions of a trained model, for samples as people have them."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from .model import (
    COLUMNS,
    FIELDS,
    INPUTS,
    PROBABILITIES,
    RESULTS,
    UNITS,
    Model,
    collate_samples,
    prepare,
)

HERE = Path(__file__).parent


def load(device: str = "cpu") -> Model:
    """The model with its trained weights, ready to predict."""
    model = Model()
    model.load_state_dict(load_file(HERE / "weights.safetensors"))
    return model.to(device).eval()


@torch.no_grad()
def predict(
    samples: Sequence[Mapping[str, Any]],
    model: Model | None = None,
    batch_size: int = 32,
) -> list[dict[str, Any]]:
    """What the model says of each sample, by the names of its results.

    A sample has the fields of `FIELDS`: numbers, texts, pictures (a file or an image
    of Pillow); or in place of a field the columns that `COLUMNS` says it is made of,
    by their titles, as a row of a table has them. Of scores of named classes there
    are `NAME_class` and `NAME_probability` too, of standardized numbers those in the
    units of the data, by the name of its field, or as `NAME_in_units` where something
    else is called so. Raises TypeError and ValueError for what is no such sample, in a
    sentence that says which, what was needed and what came.
    """
    if isinstance(samples, str | Mapping) or not isinstance(samples, Sequence):
        one = ", which goes into a list" if isinstance(samples, Mapping) else ""
        raise TypeError(
            f"predict takes a list of samples, each {_sample()}, got {_seen(samples)}{one}"
        )
    model = model or _loaded()
    device = next((each.device for each in model.parameters()), None)
    found: list[dict[str, Any]] = []
    for start in range(0, len(samples), batch_size):
        some = samples[start : start + batch_size]
        rows = [
            {name: _field(f"sample {at}", sample, name) for name in FIELDS}
            for at, sample in enumerate(some, start)
        ]
        batch = collate_samples([prepare(row, _fitted()) for row in rows])
        given = [batch[name] for name in INPUTS]
        result = model(*(v.to(device) if isinstance(v, Tensor) else v for v in given))
        if isinstance(result, Tensor):
            result = dict.fromkeys(RESULTS, result)
        found += [_told(result, row, len(some)) for row in range(len(some))]
    return found


def _told(result: Mapping[str, Tensor], row: int, rows: int) -> dict[str, Any]:
    """One row of each result; what has no row for each sample is given whole."""
    told: dict[str, Any] = {}
    for name, classes in RESULTS.items():
        by_row = result[name].dim() > 0 and len(result[name]) == rows
        value = (result[name][row] if by_row else result[name]).cpu()
        told[name] = value
        if classes:
            shares = _shares(name, value)
            best = int(shares.argmax())
            told[f"{name}_class"] = classes[best]
            if name in PROBABILITIES:
                told[f"{name}_probability"] = float(shares[best])
        if name in UNITS and by_row:
            called, node = UNITS[name]
            told |= _in_units(called, value, _fitted().get(node))
    return told


def _shares(name: str, value: Tensor) -> Tensor:
    """A probability for each class, or a score; one number is for the second of two."""
    how, shares = PROBABILITIES.get(name), value.reshape(-1)
    if how == "softmax":
        shares = shares.softmax(0)
    elif how == "sigmoid":
        shares = shares.sigmoid()
    one = len(shares) < len(RESULTS[name])
    return torch.cat([1 - shares, shares]) if one else shares


def _in_units(called: str, value: Tensor, scale: Any) -> dict[str, Any]:
    """A number, or some, as the data has them; nothing where their scale is unknown."""
    if scale is None or scale[0].numel() not in (1, value.numel()):
        return {}
    mean, deviation = (each.reshape(-1) for each in scale)
    numbers = value.reshape(-1) * deviation + mean
    return {
        called: float(numbers) if len(numbers) == 1 else numbers.reshape(value.shape)
    }


def _field(which: str, sample: Any, name: str) -> Any:
    """A field of a sample: texts and pictures as they are, all else as a tensor."""
    kind, classes = FIELDS[name]
    if not isinstance(sample, Mapping):
        raise TypeError(f"{which} must be {_sample()}, got {_seen(sample)}")
    sample = _by_columns(which, sample, name)
    if name not in sample:
        has = f"it has only {[*sample][:20]}, and must be {_sample()}"
        raise ValueError(f"{which} has no {name!r}: {has}")
    value = sample[name]
    needed = f"{which}: {name} must be {kind}{_of(name)}"
    if kind == "picture":
        if not (isinstance(value, str | Path) or hasattr(value, "convert")):
            raise ValueError(
                f"{needed}, a file or an image of Pillow, got {_seen(value)}"
            )
        return value
    if kind == "text":
        if not isinstance(value, str):
            raise ValueError(f"{needed}, got {_seen(value)}")
        return value
    if classes:
        needed += f", one of {classes[:20]}"
        if isinstance(value, str) and value in classes:
            value = classes.index(value)
    dtype, _, shape = kind.rstrip("]").partition("[")
    try:
        tensor = torch.as_tensor(value, dtype=getattr(torch, dtype))
        exact = torch.as_tensor(value, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"{needed}, got {value!r:.100}") from None
    sizes = shape.split(", ") if shape else []
    fits = len(sizes) == tensor.dim() and all(
        not size.isdigit() or int(size) == there
        for size, there in zip(sizes, tensor.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{needed}, got {dtype}{[*tensor.shape]}")
    whole = tensor.is_floating_point() or bool((tensor.double() == exact).all())
    known = not classes or bool(((tensor >= 0) & (tensor < len(classes))).all())
    if not (whole and known):
        raise ValueError(f"{needed}, got {value!r:.100}")
    return tensor


def _by_columns(which: str, sample: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A sample of which the columns are given that a field is made of, with that field.

    A column may be called as another field is: where all fields are there, they are meant.
    Of numbers a cell may be one, its text, or nothing, which is NaN as in a table.
    """
    titles = COLUMNS.get(name, [])
    there = all(each in sample for each in _listed(titles))
    meant = FIELDS.keys() <= sample.keys() or (
        name in sample and name in _listed(titles)
    )
    if meant or not titles or not there:
        return sample
    cells = [sample[title] for title in _listed(titles)]
    if FIELDS[name][0].startswith("float"):
        named = zip(_listed(titles), cells, strict=True)
        cells = [_number(which, title, cell) for title, cell in named]
    return {**sample, name: cells[0] if isinstance(titles, str) else cells}


def _number(which: str, title: str, cell: Any) -> Any:
    """A cell of a column of numbers."""
    if cell is None or isinstance(cell, str):
        try:
            return float(cell or "nan")
        except ValueError:
            raise ValueError(
                f"{which}: {title} must be a number, got {cell!r:.100}"
            ) from None
    return cell


def _sample() -> str:
    """What a sample is, in words."""
    fields = (f"{name!r}: {kind}{_of(name)}" for name, (kind, _) in FIELDS.items())
    return f"a dict {{{', '.join(fields)}}}"


def _of(name: str) -> str:
    """The columns that a field is made of, in their order."""
    return f" of {', '.join(_listed(COLUMNS[name]))}" if name in COLUMNS else ""


def _listed(titles: str | list[str]) -> list[str]:
    return [titles] if isinstance(titles, str) else titles


def _seen(value: Any) -> str:
    """What came in place of something else."""
    name, shape = type(value).__name__, getattr(value, "shape", None)
    return name if shape is None else f"{name}{[*shape]}"


@cache
def _loaded() -> Model:
    return load()


@cache
def _fitted() -> dict[str, Any]:
    """What was learnt from the rows that the model was trained on."""
    found = json.loads((HERE / "fitted.json").read_text(encoding="utf-8"))
    return {node: _value(each) for node, each in found.items()}


def _value(told: Any) -> Any:
    """A tensor, several of them, a vocabulary, or byte pairs of sentencepiece."""
    if isinstance(told, list):
        return tuple(map(_value, told))
    if "dtype" in told:
        return torch.tensor(told["numbers"], dtype=getattr(torch, told["dtype"]))
    if "byte_pairs" in told:
        import sentencepiece

        proto = bytes.fromhex(told["byte_pairs"])
        return sentencepiece.SentencePieceProcessor(model_proto=proto)
    return told["vocabulary"]
