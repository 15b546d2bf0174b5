"""Rules of norms over a batch."""

from typing import Any

from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor, product


def batch_normalized(self: Any, input: Tensor) -> Tensor | Misfit:
    """Same shape; in training torch wants more than one value a channel."""
    if product((input.shape[0], *input.shape[2:])) == 1:
        return Misfit(f"needs more than one value a channel, got {input}", "input")
    return Tensor(input.dtype, input.shape)
