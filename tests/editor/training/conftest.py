"""Events of a run that never was, in the form in which the program writes them."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Events = Callable[..., list[dict[str, Any]]]


def told(
    epochs: int = 3, steps: int = 40, bad: frozenset[int] = frozenset(), metrics: bool = True
) -> Iterator[dict[str, Any]]:
    """All events from the first stage to the end; the steps in `bad` have a loss that is not finite."""
    yield {"event": "stage", "stage": "starting torch"}
    yield {"event": "stage", "stage": "reading data"}
    rows = {"training": 1438, "validation": 359}
    yield {
        "event": "started",
        "device": "cpu",
        "reason": "no GPU",
        "epochs": epochs,
        "steps_per_epoch": steps,
        "rows": rows,
    }
    step, figures = 0, {}
    for epoch in range(1, epochs + 1):
        for _ in range(steps):
            step += 1
            loss = math.nan if step in bad else 2.3 * math.exp(-3 * step / (epochs * steps)) + 0.1
            yield {"event": "step", "step": step, "epoch": epoch, "loss": loss, "samples": 32, "seconds": step * 0.02}
        measured = {"accuracy": 1 - 0.5**epoch} if metrics else {}
        figures = {"train": {"loss": 2.0 / epoch, **measured}, "validation": {"loss": 2.2 / epoch, **measured}}
        yield {"event": "epoch", "epoch": epoch, **figures}
    yield {"event": "finished", "epoch": epochs, **figures, "stopped": False, "seconds": step * 0.02}


@pytest.fixture
def events() -> Events:
    """Makes the events of a run."""
    return lambda **more: list(told(**more))
