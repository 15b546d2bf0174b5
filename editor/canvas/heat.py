"""Figures of nodes as they are drawn: for each its number, and how near it is to the largest. Pure; no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from runtime.check.figures import Figures, brief
from runtime.check.rules.room import in_bytes

OFF = ""
UNKNOWN = "?"  # what Python of the user's own holds


@dataclass(frozen=True)
class Heat:
    """A figure of one node: its number in words, and how warm that is, from 0 to 1."""

    text: str
    warmth: float


def heats(found: Mapping[str, Figures], kind: str) -> dict[str, Heat]:
    """The figures of one kind; nodes that have none of it stay cold, without a number."""
    counts = {id: getattr(each, kind) for id, each in found.items()}
    most = max(counts.values(), default=0) or 1
    lacking = {"weights": "unweighed", "multiply_adds": "unknown"}.get(kind)
    made = {}
    for id, count in counts.items():
        unknown = lacking and getattr(found[id], lacking) and not count
        made[id] = Heat(UNKNOWN if unknown else said(count, kind) if count else "", sqrt(count / most))
    return made


def said(count: int, kind: str) -> str:
    """``11.2 M``, or an amount of memory."""
    return in_bytes(count) if kind == "memory" else brief(count)
