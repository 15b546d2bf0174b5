"""A piece of programs: metrics that are counted."""

from torch import Tensor


def count_correct(scores: Tensor, target: Tensor, above: float) -> tuple[float, int]:
    """How many rows have the right class, and how many rows there are."""
    if scores.shape == target.shape:  # one score for yes or no
        return ((scores > above) == (target > 0.5)).sum().item(), target.numel()
    return (scores.argmax(1) == target).sum().item(), target.numel()


def count_among_best(scores: Tensor, target: Tensor, k: int) -> tuple[float, int]:
    """In how many rows the right class has one of the `k` highest scores."""
    best = scores.topk(k, dim=1).indices
    return (best == target.unsqueeze(1)).sum().item(), target.numel()
