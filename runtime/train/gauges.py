"""What a run tells of itself beside its losses: the norm of its gradients and its memory, seldom enough to be free.

Nothing of this is in the program. Where it clips gradients by their norm that is known at every step; elsewhere it is
taken once a second.
"""

import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn

from runtime.train.starved import Starved

SELDOM = 1.0  # seconds between two times that something is measured
PAGES = Path("/proc/self/statm")


class Gauges:
    """Listens to the optimizers of a run, and adds what it hears to the events of its steps."""

    def __init__(self) -> None:
        self.norms: list[Any] = []  # squares, as tensors on the device: nobody waits for them here
        self.clipped: Any = None  # the norm before clipping
        self.optimizers: list[torch.optim.Optimizer] = []
        self.listening: list[Any] = []
        self.measured = 0.0
        self.starved = Starved()
        self._clip = nn.utils.clip_grad_norm_
        nn.utils.clip_grad_norm_ = self._clipping

    def close(self) -> None:
        """Leave torch as it was."""
        nn.utils.clip_grad_norm_ = self._clip
        self._deaf()

    def listen(self, run: Any) -> None:
        """To the optimizers of this run, or of its next fold."""
        self._deaf()
        self.starved = Starved()  # what a run gets before its first step is little, and short
        self.optimizers = [*run.optimizers.values()] if hasattr(run, "optimizers") else [run.optimizer]
        self._hear()

    def _hear(self) -> None:
        """A hook costs a little at each step, so that there is none for most of the time."""
        self.listening = [each.register_step_pre_hook(self._measure) for each in self.optimizers]

    def _deaf(self) -> None:
        for hook in self.listening:
            hook.remove()
        self.listening = []

    def _clipping(self, *arguments: Any, **more: Any) -> Any:
        norm = self._clip(*arguments, **more)
        square = norm.detach() ** 2
        self.clipped = square if self.clipped is None else self.clipped + square
        return norm

    def _measure(self, optimizer: torch.optim.Optimizer, *_: Any) -> None:
        if self.clipped is None:
            gradients = [w.grad for group in optimizer.param_groups for w in group["params"] if w.grad is not None]
            if gradients:
                self.norms.append(nn.utils.get_total_norm(gradients).detach() ** 2)

    def look(self) -> str | None:
        """Listen to the next step where the last one that was listened to is long ago; returns what is to be said."""
        if not self.listening and time.monotonic() - self.measured > SELDOM:
            self._hear()
        return self.starved.look()

    def add(self, event: dict[str, Any], device: torch.device) -> None:
        """What is known since the last step, to the event of this one."""
        if self.clipped is not None:
            event["gradient_norm"] = self.clipped.sqrt()
            self.clipped = None
        elif self.norms:
            event["gradient_norm"] = torch.stack(self.norms).sum().sqrt()
        if self.listening:
            self._deaf()
            self.norms, self.measured = [], time.monotonic()
            if (memory := used(device)) is not None:
                event["memory"] = memory


def used(device: torch.device) -> int | None:
    """Bytes that tensors take on the device; on the CPU those of this process; None where nobody tells."""
    if device.type != "cpu":
        module = torch.get_device_module(device)  # of which MPS has a word of its own
        told = getattr(module, "memory_allocated", None) or getattr(module, "current_allocated_memory", None)
        return None if told is None else int(told())
    try:
        import resource

        if PAGES.exists():
            return int(PAGES.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024  # as they count it
    except ImportError:  # Windows
        return None
