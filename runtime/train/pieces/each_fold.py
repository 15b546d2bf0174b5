"""The training loop over folds, where each is held out once."""

import argparse
import time
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from runtime.train.pieces.drawn import FOLDS
from runtime.train.pieces.folds import means_of, seed_of
from runtime.train.pieces.loop import Run


class Folds(Run):
    """A run that trains each fold from scratch, one after the other."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.begin(options, [])

    def begin(self, options: argparse.Namespace, over: list[dict[str, Any]]) -> None:
        """Make what a fold needs; `over` are the figures of the folds before."""
        vars(self).clear()  # what the last fold needed makes room
        torch.manual_seed(seed_of(options))
        super().__init__(options)
        self.over, self.figures = over, dict[str, Any]()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Train, and tell every step and every epoch of each fold."""
        begin = time.perf_counter()
        while True:
            for event in super().__iter__():
                if event["event"] in ("epoch", "finished"):
                    told = {k: v for k, v in event.items() if isinstance(v, dict)}
                    self.figures |= told
                if "seconds" in event:
                    event["seconds"] = time.perf_counter() - begin
                if event["event"] != "finished":
                    yield {"event": event["event"], "fold": self.options.fold, **event}
            if self.stopped:
                break
            self.over.append({"fold": self.options.fold, **self.figures})
            if self.options.fold >= FOLDS:
                break
            self.options.fold += 1
            self.begin(self.options, self.over)
        seconds, stopped = time.perf_counter() - begin, self.stopped
        ended = {"folds": self.over, "stopped": stopped, "seconds": seconds}
        yield {"event": "finished", **means_of(self.over), **ended}

    def started(self) -> dict[str, Any]:
        """What is about to be trained, and how many folds there are."""
        return {**super().started(), "folds": FOLDS}

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs to go on from here."""
        fold, epochs = self.options.fold, self.options.epochs
        place = fold, self.epoch, self.batch, self.step  # no run without folds takes it
        state = {**super().state(), "place": place, "folds": FOLDS, "epochs": epochs}
        return {**state, "over": self.over[: fold - 1], "figures": self.figures}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        if (begun := state.get("folds", "no")) != FOLDS:
            told = f"the run to go on from has {begun} folds, this one {FOLDS}"
            raise SystemExit(f"{told}: set them back, or train anew.")
        if state["over"] and state["epochs"] != self.options.epochs:
            so_far = f"{len(state['over'])} of the folds had {state['epochs']} epochs"
            raise SystemExit(f"{so_far}, so that the others have as many.")
        self.options.fold, *place = state["place"]
        self.begin(self.options, state["over"])
        super().restore({**state, "place": place})
        self.figures = state["figures"]
        self.options.resume = None  # the next folds begin like the first one
