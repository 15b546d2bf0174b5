"""A piece of programs: how long samples are, and what a batch of them is filled up with."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


def lengths_of(samples: Sequence[Any]) -> Tensor:
    """How long each sample is."""
    return torch.tensor([len(each) for each in samples])


def padding_mask(samples: Sequence[Tensor]) -> Tensor:
    """True where a sample is over and is filled up to the longest."""
    lengths = lengths_of(samples)
    return torch.arange(int(lengths.max())) >= lengths[:, None]
