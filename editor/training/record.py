"""What the events of one run have told so far: figures for the curves, the table and the line of progress."""

import math
from array import array
from bisect import bisect, bisect_left
from collections.abc import Mapping
from typing import Any

from editor.training.compact import Compact
from editor.training.series import Series
from runtime.spec.value import rounded
from runtime.train.best import Best

SIDES = ("train", "validation")
SMOOTHED = (5.0, 200.0)  # the fewest and the most steps that the curve of the loss averages over
SPARSE = (1.0, 200.0)  # of what is measured at few steps: a mean of five would trail far behind
GRADIENT, SPEED, MEMORY = "gradient norm", "samples per second", "memory in MiB"
AGAIN = 1.0  # seconds after which what is left is reckoned anew
STEADY = 0.5  # seconds over which samples are counted for a point: single steps say little
Event = Mapping[str, Any]


class Record:
    """Takes events one by one. What has no place here is in the file of the run."""

    def __init__(self) -> None:
        self.stage = ""
        self.started: Event | None = None
        self.ended: Event | None = None
        self.saved = ""
        self.step = self.epoch = 0  # steps of all folds
        self.fold = 0  # that is trained now, counted from 1; 0 where there are none
        self.before = 0  # steps of the folds before
        self.starts: list[float] = []  # between which steps another fold begins
        self.seconds = 0.0
        self.first: tuple[int, float] | None = None  # step and seconds where this process began: not 1 after resume
        self.begun = 1  # the epoch in which it began
        self._left: tuple[float, float] | None = None  # seconds when it was reckoned what is left, and that
        self.loss = Series(*SMOOTHED)
        self.epochs = Compact()  # in the order of their places; another one where some were taken back
        self.ends = array("q")  # the step at which each was over
        self.watched: list[Any] = []  # by what the best of them is known, as the run of each says
        self._best = Best()
        self.figures: dict[tuple[str, str], Series] = {}  # (metric or "loss", side) to one point an epoch
        self.rates: dict[str, Series] = {}  # optimizer to its learning rate, a point a step where that changes it
        self.more: dict[str, Series] = {}  # GRADIENT, SPEED, MEMORY
        self._counted: tuple[float, int] | None = None  # seconds and rows since the last point of SPEED

    def take(self, event: Event) -> None:
        """Note what an event tells; kinds of events that this version does not know tell nothing."""
        kind = event.get("event")
        if kind == "step":
            self._step(event)
        elif kind == "epoch":
            self._epoch(event)
        elif kind == "stage":
            self.stage = str(event.get("stage", ""))
        elif kind == "started":
            self._begin(event)
        elif kind == "saved":
            self.saved = str(event.get("path", ""))
        elif kind in ("finished", "failed"):
            self.ended = event
            self.seconds = number(event.get("seconds", self.seconds))

    def _begin(self, event: Event) -> None:
        """A run begins, or another fold of it, or it goes on where it was."""
        before, end = self.fold, self.before + self.long
        self.started, self.fold, self.ended, self.first = event, int(event.get("fold", 0)), None, None
        self._counted = None  # the seconds begin elsewhere
        if self.fold and self.fold == before + 1 and self.step:
            self.before = end
            self.starts.append(end + 0.5)
            self.loss.restart()
        elif self.fold != before:
            self.starts = self.starts[: max(len(self.starts) - before + self.fold, 0)]  # an earlier one goes on
            known = self.starts and self.fold < before
            self.before = int(self.starts[-1]) if known else max(self.fold - 1, 0) * self.long

    def go_on(self, epochs: int) -> None:
        """Training goes on to so many epochs in all, which is known before the program says it."""
        if self.started is not None:
            self.started, self.first = {**self.started, "epochs": epochs}, None

    def _step(self, event: Event) -> None:
        self.step = self.before + int(event.get("step", self.step - self.before + 1))
        self.epoch = int(event.get("epoch", self.epoch))
        self.seconds = number(event.get("seconds", self.seconds))
        if self.first is None:
            self.first, self.begun, self._left = (self.step, self.seconds), self.epoch, None
        self._reckon(self.first)
        if self.loss.size and self.step <= self.loss.x[-1]:
            self._forget(self.step)
        self.loss.append(self.step, number(event.get("loss")))
        for name, rate in _rates(event).items():
            self.rates.setdefault(name, Series()).append(self.step, rate)
        if "gradient_norm" in event:
            self._add(GRADIENT, number(event["gradient_norm"]), SPARSE)
        if "memory" in event:
            self._add(MEMORY, number(event["memory"]) / 2**20)
        self._count(event)

    def _reckon(self, first: tuple[int, float]) -> None:
        """What is left, now and then: whoever tells it, the title, a node or the panel, tells the same."""
        steps = self.step - first[0]
        if steps >= 3 and (self._left is None or self.seconds - self._left[0] >= AGAIN):
            self._left = self.seconds, (self.seconds - first[1]) / steps * max(self.total - self.step, 0)

    def _count(self, event: Event) -> None:
        """Samples per second, over STEADY seconds each; what lies between epochs is no training."""
        if self._counted is None:
            self._counted = self.seconds, 0
            return
        begin, rows = self._counted[0], self._counted[1] + int(event.get("samples", 0))
        took = self.seconds - begin
        self._counted = begin, rows
        if took >= STEADY and rows:
            self._add(SPEED, rows / took)
            self._counted = self.seconds, 0

    def _add(self, name: str, value: float, smoothed: tuple[float, float] = (1.0, 1.0)) -> None:
        series = self.more.setdefault(name, Series(*smoothed))
        if series.size and self.step <= series.x[-1]:
            series.cut(self.step)
        series.append(self.step, value)

    def _forget(self, step: int) -> None:
        """A run that goes on tells again what it had told after its checkpoint: away with it from this step on."""
        self.loss.cut(step)
        for series in (*self.figures.values(), *self.more.values(), *self.rates.values()):
            series.cut(step)
        self.starts = [start for start in self.starts if start < step]
        self.epochs = self.epochs.first(bisect_left(self.ends, step))
        del self.ends[len(self.epochs) :], self.watched[len(self.epochs) :]
        self._best = Best()
        for event, watched in zip(self.epochs, self.watched, strict=True):
            self._best.take(event, watched)

    def _epoch(self, event: Event) -> None:
        self.epoch = int(event.get("epoch", len(self.epochs) + 1))
        self._counted = None
        at = self.step or self.before + self.epoch * self.steps_per_epoch
        sides = {side: event[side] for side in SIDES if event.get(side)}
        figures = {
            side: {name: number(value) for name, value in values.items() if value is not None}
            for side, values in sides.items()
        }
        event = {**event, **figures, "epoch": self.epoch} | ({"fold": self.fold} if self.fold else {})
        place = _place(event)
        if self.epochs and _place(self.epochs[-1]) >= place:
            self._forget(self.ends[bisect_left(self.epochs, place, key=_place)])
        self.epochs.append(event)
        self.ends.append(at)
        for side, values in sides.items():
            for name, value in values.items():
                self.figures.setdefault((name, side), Series()).append(at, number(value))
        for name, rate in _rates(event).items():
            series = self.rates.setdefault(name, Series())
            if not series.size or series.last < at:  # of a step that told its own this is the rate of the next one
                series.append(at, rate)
        self.watched.append((self.started or {}).get("watched"))
        self._best.take(self.epochs[-1], self.watched[-1])

    @property
    def done(self) -> int:
        """How many epochs are done of the whole training, also in runs that are not there any more."""
        fold, epoch = _place(self.epochs[0]) if self.epochs else (0, 1)
        asked = int((self.started or {}).get("epochs") or 0)
        return max(fold - 1, 0) * asked + epoch - 1 + len(self.epochs)

    @property
    def best(self) -> int | None:
        """The index in `epochs` of the best one."""
        return self._best.at

    @property
    def steps_per_epoch(self) -> int:
        """How many steps one epoch has; 1 until it is known."""
        return int((self.started or {}).get("steps_per_epoch") or 1)

    @property
    def long(self) -> int:
        """How many steps the run will have, or one fold of it."""
        return int((self.started or {}).get("epochs") or 0) * self.steps_per_epoch

    @property
    def folds(self) -> int:
        """How many folds there are; 0 where the rows are split once."""
        return int((self.started or {}).get("folds") or 0)

    def fold_at(self, step: float) -> int:
        """The fold to which a step belongs."""
        return self.fold - len(self.starts) + bisect(self.starts, step)

    @property
    def total(self) -> int:
        """How many steps the run will have, all folds counted."""
        rest = max(self.folds - self.fold, 0) + 1  # some folds have a step more or less in an epoch
        return self.before + rest * self.long

    @property
    def metrics(self) -> list[str]:
        """The names of what is measured beside the loss, in the order in which they came."""
        return list(dict.fromkeys(name for name, _ in self.figures if name != "loss"))

    @property
    def trains(self) -> bool:
        """Whether this process has told a step; before it has, what there is was told by a run that it goes on from."""
        return self.first is not None or bool(self.folds)

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None before the first step."""
        return min(self.step / self.total, 1.0) if self.step and self.total else None

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take if it goes on like this; None until a few steps are done."""
        if self.first is None or self._left is None or self.ended:
            return None
        at, left = self._left
        return max(left - (self.seconds - at), 0.0)


def _place(epoch: Event) -> tuple[int, int]:
    """Fold and number of an epoch."""
    return int(epoch.get("fold") or 0), int(epoch["epoch"])


def _rates(event: Event) -> dict[str, float]:
    """The learning rates that an event tells."""
    told = event.get("lr")
    return {name: number(rate) for name, rate in told.items()} if isinstance(told, dict) else {}


def number(value: Any) -> float:
    """A figure of an event; NaN for what is none, which the curve marks."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def duration(seconds: float) -> str:
    """Seconds as a person reads them: ``8 s``, ``3:05``, ``2:10:00``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def figure(value: Any) -> str:
    """A figure in four digits; NaN and infinity by their names."""
    found = number(value)
    return rounded(found, 4) if math.isfinite(found) else "not finite"


def at_the_end(finished: Event, side: str) -> str:
    """The figures of one side when a run has finished, the loss first; over folds means, each with its deviation."""
    figures, spread = finished[side], (finished.get("deviation") or {}).get(side) or {}
    told = {name: f"{name}\u00a0{figure(figures[name])}" for name in sorted(figures, key=lambda name: name != "loss")}
    if finished.get("folds"):
        told = {name: f"{text}\u00a0±\u00a0{rounded(number(spread.get(name)), 2)}" for name, text in told.items()}
    return f"{side}  " + "  ".join(told.values())
