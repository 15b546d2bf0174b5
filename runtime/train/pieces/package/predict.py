"""Predictions of a trained model, for samples as people have them."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from .model import FIELDS, INPUTS, RESULTS, Model, collate_samples, prepare

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
    of Pillow). Of scores of named classes there are `NAME_class` and
    `NAME_probability` too. Raises ValueError for a sample that is not such a one.
    """
    model = model or _loaded()
    device = next((each.device for each in model.parameters()), None)
    found: list[dict[str, Any]] = []
    for start in range(0, len(samples), batch_size):
        some = samples[start : start + batch_size]
        rows = [{name: _field(sample, name) for name in FIELDS} for sample in some]
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
            best = int(value.argmax())
            told[f"{name}_class"] = classes[best]
            told[f"{name}_probability"] = float(value.softmax(0)[best])
    return told


def _field(sample: Mapping[str, Any], name: str) -> Any:
    """A field of a sample: texts and pictures as they are, all else as a tensor."""
    kind, classes = FIELDS[name]
    if name not in sample:
        raise ValueError(f"a sample has no {name!r}, only {[*sample][:20]}")
    value = sample[name]
    if kind in ("text", "picture"):
        return value
    if value in classes if isinstance(value, str) else False:
        value = classes.index(value)
    dtype, _, shape = kind.rstrip("]").partition("[")
    try:
        tensor = torch.as_tensor(value, dtype=getattr(torch, dtype))
    except (TypeError, ValueError):
        known = f", one of {classes[:20]}" if classes else ""
        raise ValueError(f"{name} must be {kind}{known}, got {value!r:.100}") from None
    sizes = shape.split(", ") if shape else []
    fits = len(sizes) == tensor.dim() and all(
        not size.isdigit() or int(size) == there
        for size, there in zip(sizes, tensor.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name} must be {kind}, got {dtype}{[*tensor.shape]}")
    return tensor


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
