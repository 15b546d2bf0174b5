"""Numbers and words in a report: of many the first ones, since the file itself carries all."""

from typing import Any

import torch

FEW = 20


def few(value: Any) -> str:
    """Numbers as exactly as float32 holds them, or words with their index; of many the first ones."""
    if isinstance(value, dict):
        some = ", ".join(f"{word!r} = {at}" for word, at in list(value.items())[:FEW])
        return some if len(value) <= FEW else f"{some}, ... {len(value):,} in all, which the file carries"
    numbers = torch.tensor(value, dtype=torch.float64)
    if numbers.numel() > FEW:
        flat = ", ".join(f"{each:.9g}" for each in numbers.flatten()[:FEW].tolist())
        return f"{flat}, ... {numbers.numel():,} in all of shape {[*numbers.shape]}, which the file carries"
    return _nested(numbers.tolist())


def _nested(value: Any) -> str:
    return f"[{', '.join(map(_nested, value))}]" if isinstance(value, list) else f"{value:.9g}"
