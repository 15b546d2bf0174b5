"""Names one after the other, as a sentence has them."""

from collections.abc import Iterable


def listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; ``none`` where there are none."""
    *first, last = [*names] or ["none"]
    return f"{', '.join(first)} and {last}" if first else last
