"""Which weights of a run count when it is over: the best that it kept, or else its last; without torch."""

import json
from contextlib import suppress
from pathlib import Path

from runtime.train.belonging import runs_of

BEST = ("best.safetensors", "best-1.safetensors")
LAST = ("weights-1.safetensors", "weights.safetensors")


def weights_of(run: Path) -> Path | None:
    """The file of a run with its best weights, or else its last; of folds the first one's."""
    wanted: tuple[str, ...] = (*BEST, *LAST)
    with suppress(OSError, ValueError, AttributeError):  # a run that went on without `best` may have an older one's
        asked = json.loads((run / "graph.json").read_text(encoding="utf-8")).get("run", {})
        wanted = wanted if asked.get("best") or asked.get("patience") else LAST
    return next((run / name for name in wanted if (run / name).is_file()), None)


def trained_run(folder: Path) -> Path | None:
    """The newest of the runs of one graph that kept weights."""
    return next(filter(weights_of, runs_of(folder)), None)
