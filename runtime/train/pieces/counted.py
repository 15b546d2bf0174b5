"""A piece of programs: metrics that are counted."""

from torch import Tensor


def count_correct(
    scores: Tensor, target: Tensor, threshold: float
) -> tuple[Tensor, int]:
    """How many rows have the right class, and how many rows there are."""
    one_score = scores.shape == target.shape
    said = scores > threshold if one_score else scores.argmax(1)
    right = said == (target > 0.5 if one_score else target)
    return right.sum(), target.numel()


def count_among_best(scores: Tensor, target: Tensor, k: int) -> tuple[Tensor, int]:
    """In how many rows the right class has one of the `k` highest scores."""
    best = scores.topk(k, dim=1).indices
    return (best == target.unsqueeze(1)).sum(), target.numel()
