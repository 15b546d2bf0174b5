"""Which epoch of a training is the best: over all runs that went on from each other, as long as they watch the same."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.check.settings import setting
from runtime.generate import run
from runtime.generate.drawn import Drawn
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.train import about
from runtime.train.followed import names
from runtime.train.restored import CHECKPOINT, graph_carried, of_figures

Event = Mapping[str, Any]


def watching(drawn: Drawn) -> dict[str, Any]:
    """By which figure the epochs of a run are told apart, and of what.

    Runs of other graphs may watch something else by the same name.
    """
    best = setting(drawn.graph.run, "best")
    nodes = [drawn.graph.nodes[id] for id in ([best] if best in drawn.graph.nodes else drawn.losses)]
    of = json.loads(json.dumps([{"type": node.type, **node.parameters} for node in nodes]))  # as it is read again
    return {"figure": run.watched(drawn) or "loss", "higher": run.higher(drawn), "of": of}


def unlike(one: Any, other: Any) -> bool:
    """Whether two runs watch different things; one that does not say what, as a script's, is taken for the same."""
    return one is not None and other is not None and one != other


def begin_anew(run: Any, before: Path, folder: Path) -> None:
    """Where a run in a folder goes on from one that watched something else, none of its figures is the best so far.

    The program knows the figure's name alone: an error may be called as an accuracy was, and a loss be another one.
    """
    watched: Any = about.read(folder).get("watched")
    if hasattr(run, "best") and unlike(_watched(before, load((folder / "graph.json").read_bytes())), watched):
        run.best = (-math.inf if watched["higher"] else math.inf), run.epoch - 1


def _watched(folder: Path, now: Graph) -> Any:
    """What the run of a checkpoint watched, as it is called now; its folder may tell of one after it, that came to no
    checkpoint.
    """
    import torch

    file = folder / CHECKPOINT
    watched = torch.load(file, map_location="cpu", weights_only=True, mmap=True).get("watched")
    was = graph_carried(file) if watched else None
    called = of_figures(names(was, now)) if was else {}
    return {**watched, "figure": called.get(watched["figure"], watched["figure"])} if called else watched


class Best:
    """Takes epochs one by one; `at` is the place of the best so far among them, None where there is none.

    It is the one that the run says; where it says none, that of the lowest loss, on validation rows if there are some.
    """

    def __init__(self) -> None:
        self.at: int | None = None
        self._count = 0
        self._places: dict[Any, int] = {}  # by the number of the epoch
        self._lowest: tuple[float, int | None] = math.inf, None
        self._watched: Any = None
        self._side = ""

    def take(self, epoch: Event, watched: Any = None) -> None:
        """Take the next epoch, of a run that watches this."""
        side = "validation" if "validation" in epoch else "train"
        if side != self._side or unlike(self._watched, watched):
            self._lowest = math.inf, None
        self._side, self._watched = side, watched
        loss = (epoch.get(side) or {}).get("loss")
        if isinstance(loss, int | float) and math.isfinite(loss) and loss < self._lowest[0]:
            self._lowest = loss, self._count
        self._places[epoch.get("epoch")] = self._count
        self._count += 1
        said = 0 if "fold" in epoch else epoch.get("best") or 0  # epochs are counted from 1
        self.at = self._places.get(said, self._lowest[1])
