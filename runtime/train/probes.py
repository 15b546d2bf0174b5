"""Shows what is on wires of a model while it trains, to a window that asks; it takes at most SHARE of the time for it.

Whoever wants to see writes ``probes.json`` into the run folder, ``["relu.output"]``, and writes it anew while it looks;
the answer stands in ``probed.json``, ``{"step", "wires": {"relu.output": facts}}``, null for a
wire that the model does not compute. The step that is seen is the run's
own: its model computes the very same by a `forward` that shows wires, once.
"""

import importlib.util
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from runtime.train.facts import ROWS, Facts, facts
from runtime.train.written import Written

ASKED, ANSWERED = "probes.json", "probed.json"
LOOK, PAUSE = 0.25, 1.0  # seconds between two looks at what is asked, and between two steps that are seen
SHARE = 0.015  # of the time, for all that is asked together
FORGOTTEN = 30.0  # seconds after which a window that asked is taken to be gone
NUMBERS = 1 << 17  # of a wire, for its histogram and its sample
COMPILED = "The model is compiled, so that nothing is seen inside of it. Turn compile off to see what is on wires."
See = Callable[[str, Any], object]


def watched(folder: Path) -> ModuleType:
    """The module of a run folder whose class Watched computes what the model does, and shows wires."""
    known = sys.modules.get("watched")
    if getattr(known, "program", None) is not sys.modules["program"]:
        file = str(folder / "watched.py")
        spec = importlib.util.spec_from_file_location("watched", file, loader=Written("watched", file))
        assert spec is not None and spec.loader is not None
        module = sys.modules["watched"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules["watched"]


def model_of(run: Any) -> nn.Module:
    """The model of a run itself, without what spreads it over devices."""
    model: nn.Module = run.model
    return model.module if isinstance(model, nn.parallel.DistributedDataParallel) else model


class Probes:
    """Those of one run."""

    def __init__(self, run: Any, folder: Path) -> None:
        self.run, self.folder = run, folder
        self.due = 0.0
        self.paid = 0.0  # seconds of the processor after which another look costs no more than its share
        self.model: nn.Module | None = None  # whose next step is seen, and its end has to be told
        self.wanted: list[str] = []
        self.found: dict[str, Facts] = {}
        self.size = 0  # samples in the batch
        self.took = 0.0  # seconds of the processor for the step that is seen: a busy machine makes none of them longer

    def at_edge(self) -> None:
        """Between two steps: tell what was seen in the last one, and see the next one when somebody wants it."""
        now = time.monotonic()
        if self.model is not None:
            self._tell(now)
        elif now >= self.due:
            self.wanted, self.due = self._asked(), now + LOOK
            if self.wanted and time.process_time() >= self.paid:
                self._try_to_arm(now)

    def _try_to_arm(self, now: float) -> None:
        """A look ends no run."""
        try:
            self._arm(now)
        except Exception as error:
            traceback.print_exc()
            why = f"Nothing can be seen of this run. {type(error).__name__}: {error}"
            self._write({wire: {"problem": why} for wire in self.wanted})
            self.due = now + FORGOTTEN

    def _asked(self) -> list[str]:
        file = self.folder / ASKED
        with suppress(OSError, ValueError):
            if time.time() - file.stat().st_mtime < FORGOTTEN:
                return [str(each) for each in json.loads(file.read_text(encoding="utf-8"))]
        return []

    def _arm(self, now: float) -> None:
        """Let the model show wires, the next time it is trained."""
        model = model_of(self.run)
        if getattr(model, "_compiled_call_impl", None) is not None:
            self._write({wire: {"problem": COMPILED} for wire in self.wanted})
            self.due = now + PAUSE
            return
        module, usual = watched(self.folder), model.forward
        shown = module.Watched.forward

        def forward(*batch: Any) -> Any:
            if not model.training:
                return usual(*batch)
            del model.forward
            self.found, self.size, self.took = {}, len(batch[0]) if batch else 0, 0.0
            with seeing(module, self._see):
                return shown(model, *batch)

        model.forward = forward
        self.model = model

    def _see(self, wire: str, value: Any) -> None:
        if wire in self.wanted and isinstance(value, Tensor):
            with self._timed():
                self.found[wire] = self._told(value.detach())
            if "stats" in self.found[wire] and value.requires_grad:
                value.register_hook(partial(self._gradient, wire))

    def _told(self, value: Tensor) -> Facts:
        try:
            return probed(value, self.size)
        except Exception as error:  # a look ends no run
            traceback.print_exc()
            return {"problem": f"This cannot be shown. {type(error).__name__}: {error}"}

    def _gradient(self, wire: str, gradient: Tensor) -> None:
        with self._timed():
            scaler = getattr(self.run, "scaler", None)
            scale = scaler.get_scale() if scaler is not None else 1.0
            self.found[wire]["stats"]["gradient norm"] = plain(norm(gradient) / scale)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        begun = time.thread_time()
        with torch.no_grad():
            yield
        self.took += time.thread_time() - begun

    def _tell(self, now: float) -> None:
        model, unseen = self.model, self.model is not None and "forward" in vars(self.model)
        if unseen and model is model_of(self.run):
            return  # rows are held out at the moment
        self.model = None
        if unseen:  # another fold has begun, with a model of its own
            self.due = now
            return
        with self._timed():
            self._write({wire: self.found.get(wire) for wire in self.wanted})
        self.due, self.paid = now + PAUSE, time.process_time() + self.took / SHARE

    def _write(self, wires: dict[str, Any]) -> None:
        told = json.dumps({"step": self.run.step, "wires": wires})
        with suppress(OSError):  # a disk that is full ends no run
            (self.folder / "probed.part").write_text(told, encoding="utf-8")
            os.replace(self.folder / "probed.part", self.folder / ANSWERED)


@contextmanager
def seeing(module: ModuleType, see: See) -> Iterator[None]:
    """Have wires shown to `see`."""
    module.Wires.see = staticmethod(see)
    try:
        yield
    finally:
        module.Wires.see = staticmethod(lambda wire, value: None)


def probed(value: Tensor, size: int) -> Facts:
    """What is told of what is on a wire: of the first rows what a preview tells, of all of it norm and dead units."""
    batched = value.ndim > 0 and len(value) == size
    few = value
    if batched and value.numel() > NUMBERS:
        few = value[: max(1, min(ROWS, len(value) * NUMBERS // value.numel()))]
    found = {"side": "batch", "size": size, **facts(few, batched)}
    found["shape"] = list(value.shape)
    if batched and len(few) < len(value):
        found["seen"] = len(few)
    if value.is_floating_point():
        found["stats"]["norm"] = plain(norm(value))
        if batched and value.ndim > 1:
            found["stats"]["dead"] = dead(value)
    return found


def norm(value: Tensor) -> float:
    """The root of the sum of squares of all numbers."""
    return float(torch.linalg.vector_norm(value.float()))


def dead(value: Tensor) -> list[int]:
    """How many units give 0 for every sample, and how many there are.

    A unit is a channel, the second dimension; of three dimensions, which are mostly steps of features, the last one.
    """
    unit = value.ndim - 1 if value.ndim == 3 else 1
    alive = (value != 0).any(0).movedim(unit - 1, 0).flatten(1).any(1) if value.ndim > 2 else (value != 0).any(0)
    return [int((~alive).sum()), alive.numel()]


def plain(number: float) -> Any:
    """A number as JSON has it."""
    return number if abs(number) < float("inf") else str(number)
