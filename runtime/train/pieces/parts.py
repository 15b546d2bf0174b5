"""A piece of programs: losses of a part of the rows of an update."""

from collections.abc import Mapping

import torch
from torch import Tensor

SUMMED = False  # the loss of each adds up its rows
MINGLED = False  # some losses add up their rows, others average
ADDED_UP: tuple[str, ...] = ()  # which; a program says it where they mingle


def parts_of(losses: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """Losses of such a share of the rows as they make up those of all rows.

    What is averaged counts by its share, what is added up as it is.
    """
    if MINGLED:
        each = {
            name: loss if name in ADDED_UP else loss * share
            for name, loss in losses.items()
            if name != "loss"
        }
        return {"loss": torch.stack([*each.values()]).sum(), **each}
    else:  # noqa: RET505 - a program holds one of the two
        return {k: loss * (1.0 if SUMMED else share) for k, loss in losses.items()}
