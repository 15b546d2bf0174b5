"""What a run that ended by itself came to, in words, for the window and the command line."""

import math
from collections.abc import Mapping
from typing import Any

DIVERGED = "The run diverged: at its end the loss is no finite number. A smaller lr or clip_grad_norm may help."


def share(started: Mapping[str, Any], last: Mapping[str, Any]) -> float | None:
    """How much of a run is over after an event, 0 to 1, all its folds counted; None where nobody knows how long it is.

    `started` is the event with which the run, or its fold, began.
    """
    steps = started.get("steps_per_epoch") or 0
    long = steps * (started.get("epochs") or 0)
    if not long:
        return None
    step = last.get("step", last.get("epoch", 0) * steps)
    over = (last.get("fold", 1) - 1) * long
    return min(1.0, float((over + step) / (long * started.get("folds", 1))))


def place(started: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    """Where a run is: ``epoch 3 of 10``, ``fold 2 of 5, epoch 3 of 10``."""
    epoch = f"epoch {last.get('epoch', '?')} of {started.get('epochs', '?')}"
    return f"fold {last['fold']} of {started.get('folds', '?')}, {epoch}" if "fold" in last else epoch


def diverged(finished: Mapping[str, Any]) -> str | None:
    """One sentence where the last epoch has a loss that is not finite: such a run went to its end and learned nothing.

    Events that were read from a file have such numbers as text.
    """
    losses = [(finished.get(side) or {}).get("loss", 0.0) for side in ("train", "validation")]
    return None if all(isinstance(loss, int | float) and math.isfinite(loss) for loss in losses) else DIVERGED


def best(finished: Mapping[str, Any]) -> str | None:
    """One sentence on which epoch was best, where a figure was watched."""
    if not finished.get("best") or finished.get("folds"):
        return None
    return f"Epoch {finished['best']} was the best; best.safetensors in the run's folder has its weights."


def why(failed: Mapping[str, Any]) -> str:
    """Where a run failed, and why; a sentence that begins with the node, or with its wire, names it alone."""
    node, message = failed.get("node"), str(failed.get("message", ""))
    named = not node or message.startswith((f"{node} ", f"{failed.get('wire', node)} "))
    return message if named else f"{node}: {message}"
