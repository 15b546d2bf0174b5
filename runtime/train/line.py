"""The line that is printed for an epoch, the same from a script and from the command line; needs no torch."""

from collections.abc import Mapping
from typing import Any


def line(event: Mapping[str, Any]) -> str:
    """One line for an epoch, every figure with all its digits."""
    parts = [f"epoch {event['epoch']}"]
    for side in ("train", "validation"):
        if side in event:
            figures = " ".join(
                f"{name} {value!r}" for name, value in event[side].items()
            )
            parts.append(f"{side} {figures}")
    return " | ".join(parts)
