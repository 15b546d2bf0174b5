"""Best weights of before: a run that goes on in its own folder may get none as good.

They are of an epoch that is done anew where the run ended before its checkpoint came so far.
"""

import os
from pathlib import Path
from typing import Any

from runtime.train.events import Events

BEST = "best.safetensors"  # weights as they were after the best epoch
OF_FOLD = "best-{}.safetensors"


def make_way(run: Any, folder: Path, checkpoint: Path) -> list[str]:
    """Give best weights of epochs that are done anew another name; the sentences that tell it. Raises OSError."""
    here, told = (int(getattr(run.options, "fold", 0)), run.epoch), []
    for fold, epoch in _best(folder).items():
        file = folder / best_file(fold)
        # After a kill those of an epoch before may be there yet, and are the best when the run goes on.
        if (fold, epoch) >= here and file.is_file() and file.stat().st_mtime_ns >= checkpoint.stat().st_mtime_ns:
            names = (f"older-{at}-{file.name}" for at in range(1, 10_000))
            name = next(name for name in names if not (folder / name).exists())
            os.replace(file, folder / name)
            told.append(f"The best weights, of epoch {epoch}, came after the checkpoint: they are kept as {name}.")
    return told


def best_file(fold: int) -> str:
    """The name of the best weights of a fold, counted from 1; 0 where there are none."""
    return OF_FOLD.format(fold) if fold else BEST


def _best(folder: Path) -> dict[int, int]:
    """The epoch of each fold that was told last to be the best so far."""
    epochs = (event for event in Events(folder, without_steps=True) if event["event"] == "epoch")
    return {each.get("fold", 0): each["epoch"] for each in epochs if each.get("best") == each.get("epoch") is not None}
