"""What is written for a graph in an exported package, here by hand, so that what predicts is an ordinary file."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

FIELDS: dict[str, tuple[str, list[str]]] = {
    "numbers": ("float32[2]", []),
    "colour": ("int64[]", ["red", "blue"]),
}
COLUMNS: dict[str, str | list[str]] = {"numbers": ["width", "height"], "colour": "hue"}
INPUTS = ["numbers", "colour"]
RESULTS = {"final": ["no", "yes"]}
PROBABILITIES = {"final": "softmax"}  # or "itself"
UNITS: dict[str, tuple[str, str]] = {}  # of a result, and what was learnt of them


class Model(nn.Module):
    """One layer over two numbers and a colour."""

    def __init__(self) -> None:
        super().__init__()
        self.final = nn.Linear(3, 2)

    def forward(self, numbers: Tensor, colour: Tensor) -> Tensor:
        joined = torch.cat([numbers, colour[:, None]], dim=1)
        final: Tensor = self.final(joined)
        return final


def prepare(columns: Mapping[str, Any], fitted: Mapping[str, Any]) -> dict[str, Any]:
    """What the model takes of one sample."""
    return {
        "numbers": columns["numbers"] - fitted["centred"],
        "colour": columns["colour"],
    }


def collate_samples(samples: list[dict[str, Any]]) -> dict[str, Any]:
    """Samples put together into a batch."""
    return {name: torch.stack([sample[name] for sample in samples]) for name in INPUTS}
