"""A piece of programs: random samples."""

from collections.abc import Mapping
from typing import Any

import torch

from runtime.train.pieces.seeded import seeded


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
