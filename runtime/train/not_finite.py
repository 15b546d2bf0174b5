"""Ends a run at its first value that is not finite, and finds out where that was: on which wire, at which step.

A run that is well pays for no search: its losses are looked at when they are fetched anyway, its weights before they
are kept, and now and then its state is copied. Once a loss is not finite, the run goes on from the last copy again, bit
for bit as before, and this time every value and every gradient is looked at. A large model is not copied: it goes on
from the last checkpoint, or from its beginning, which is made anew.
"""

import io
import math
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from runtime.train.control import FILE, STOP, asked
from runtime.train.first import First, Seen
from runtime.train.gives import Otherwise
from runtime.train.probes import Probes
from runtime.train.reproduced import keep, sentence
from runtime.train.restored import resumed

AGAIN, SHARE = 10.0, 0.002  # seconds between two copies at least, and how much of the time they may take
LARGE = 64 * 2**20  # bytes of weights from which no copy is made, and the last checkpoint or the beginning has to do
LONG = 120.0  # seconds for the search
SLOWER = 4  # times, to train with every value looked at
MORE = 3  # steps that it goes on behind the one whose loss was seen: a GPU may add up in another order
SEARCHING = "looking for the first value that is not finite"
Event = dict[str, Any]


class NotFinite(Otherwise):
    """A run has met a value that is not finite; its wire and its step are told as well."""


class Guard:
    """Goes between a run and whoever follows it."""

    def __init__(self, run: Any, folder: Path, tell: Callable[[Event], object], keeps: Callable[[Event], bool]) -> None:
        """`keeps` says of the event of an epoch whether weights are kept after it."""
        self.run, self.folder, self.tell, self.keeps = run, folder, tell, keeps
        self.probes = Probes(run, folder)
        self.copies: deque[bytes] = deque(maxlen=2)  # the newest may be spoilt already
        self.due, self.begun = 0.0, time.monotonic()
        self.waiting: list[Event] = []  # steps whose losses are on the device still
        self.together = torch.distributed.is_initialized()  # with other processes, which would wait for a search

    def of(self, events: Generator[Event, None, None]) -> Iterator[Event]:
        """The events of the run. Raises NotFinite in place of going on with what is spoilt."""
        for event in events:
            kind = event["event"]
            if (kind == "finished" or (kind == "epoch" and self.keeps(event))) and not whole(self.run):
                spoilt: int | None = self._first_of(self.waiting)
            else:
                yield event
                if kind == "step":
                    self.waiting.append(event)
                if self.waiting and not isinstance(self.waiting[-1]["loss"], float) and self.probes.model is None:
                    continue  # nothing was fetched from the device since the last look, nor is anything seen
                spoilt = self._after(kind)
            if spoilt is not None:
                events.close()
                raise self._search(spoilt)

    def _first_of(self, steps: Iterable[Event]) -> int:
        """The first of some steps whose loss is not finite, or the last one of the run."""
        losses = ((int(step["step"]), float(step["loss"])) for step in steps)
        return next((step for step, loss in losses if not math.isfinite(loss)), self.run.step)

    def _after(self, kind: str) -> int | None:
        """Whoever follows is done with an event; the step at which the loss was not finite, if it is known by now."""
        if self.waiting and isinstance(self.waiting[-1]["loss"], float):  # and so are those before it
            if spoilt := [step for step in self.waiting if not math.isfinite(step["loss"])]:
                return int(spoilt[0]["step"])
            self.waiting.clear()
        self.probes.at_edge()
        known = not self.waiting  # all losses so far are finite: of two copies at most the newer one is spoilt
        if kind == "started" or (known and time.monotonic() >= self.due):
            self._copy(anew=kind == "started")
        return None

    def _copy(self, anew: bool) -> None:
        """Keep the state of the run as it is now; `anew` forgets those of another fold."""
        begun = time.monotonic()
        if anew:
            self.copies.clear()
            self.waiting.clear()
        weights = self.run.model.state_dict().values()
        if sum(each.nbytes for each in weights) <= LARGE and not self.together:
            copy = io.BytesIO()
            torch.save(self.run.state(), copy)
            self.copies.append(copy.getvalue())
        now = time.monotonic()
        self.due = now + max(AGAIN, (now - begun) / SHARE)

    def _states(self, step: int) -> Iterator[dict[str, Any]]:
        """States from before a step that are whole, the newest first."""
        kept: list[Any] = [io.BytesIO(each) for each in reversed(self.copies)]
        for each in (*kept, self.folder / "checkpoint.pt"):
            with suppress(OSError):
                state: dict[str, Any] = torch.load(each, map_location="cpu", weights_only=True)
                learned = [state["model"][name] for name, _ in self.run.model.named_parameters()]
                if state["place"][-1] < step and finite([*learned, *tensors(state["optimizers"])]):
                    yield state

    def _beginning(self) -> dict[str, Any] | None:
        """How the run began, bit for bit; None where the search would take too long from there."""
        folded: Any = getattr(self.run.options, "fold", 0)
        if folded or time.monotonic() - self.begun > LONG / SLOWER:
            return None
        found: dict[str, Any] = resumed(sys.modules["program"], self.run.options, self.folder).state()
        return found

    def _search(self, step: int) -> NotFinite:
        """Train again from the last whole state with every value looked at; what there is to be said then."""
        self.tell({"event": "stage", "stage": SEARCHING})
        found, until = None, time.monotonic() + LONG
        try:
            if not self.together and (state := next(self._states(step), None) or self._beginning()) is not None:
                self.run.model.zero_grad()
                self.run.restore(state)
                del state  # on a device it is a second model
                found = self._again(step, until)
        except Exception:  # that the run is spoilt is known; where it began, then, is not
            traceback.print_exc()
        kept = bool(found and keep(found, self.run, self.folder))
        return NotFinite(**sentence(found, step, self.run, self.folder, kept))

    def _again(self, step: int, until: float) -> Seen | None:
        """The first value that is not finite, from where the run was set back to; None where there is none in time."""
        with First(self.run, self.folder) as first:
            for event in self.run:
                if event["event"] == "step" and (found := first.after_step(event)):
                    return found
                ended = self.run.step >= step + MORE or event["event"] == "finished"
                if ended or time.monotonic() > until or asked(self.folder / FILE) == STOP:
                    return None
        return None


def whole(run: Any) -> bool:
    """Whether all weights of a run are finite, so that they are worth keeping; a mask beside them may be infinite."""
    return finite(run.model.parameters())


def finite(values: Iterable[torch.Tensor]) -> bool:
    """Whether all numbers are; asked of the device once, where they are."""
    floats = [each.detach() for each in values if each.is_floating_point()]
    # The norm takes a fraction of what a look at each takes, and is seldom beyond what can be held where they are not.
    if not floats or bool(torch.nn.utils.get_total_norm(floats).isfinite()):
        return True
    bad = [(~each.isfinite()).any() for each in floats]
    return not bool(torch.stack([each.to(bad[0].device) for each in bad]).any())


def tensors(state: Any) -> Iterator[torch.Tensor]:
    """All tensors in dictionaries and lists."""
    if isinstance(state, torch.Tensor):
        yield state
    elif isinstance(state, dict | list | tuple):
        for each in state.values() if isinstance(state, dict) else state:
            yield from tensors(each)
