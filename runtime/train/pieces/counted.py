"""A piece of programs: metrics that are counted."""

from torch import Tensor


def among_best(scores: Tensor, target: Tensor, k: int) -> Tensor:
    """Whether the right class of each row has one of the `k` highest scores."""
    return (scores.topk(k, dim=1).indices == target.unsqueeze(1)).any(1)
