"""Which weights an export takes: the best that a run kept, or else its last; without torch."""

import os
from pathlib import Path

from runtime.places import runs_folder

KEPT = ("best.safetensors", "best-1.safetensors", "weights-1.safetensors", "weights.safetensors")


def weights_of(run: Path) -> Path | None:
    """The file of a run with its best weights, or else its last; of folds the first one's."""
    return next((run / name for name in KEPT if (run / name).is_file()), None)


def trained_run(graph: Path | None) -> Path | None:
    """The newest run of a graph's file that kept weights."""
    folder = runs_folder(graph)
    names = sorted(os.listdir(folder), reverse=True) if folder.is_dir() else []
    return next((folder / name for name in names if weights_of(folder / name)), None)
