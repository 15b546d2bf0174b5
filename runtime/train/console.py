"""Training followed in a terminal: a progress bar and a line an epoch, or one JSON line an event."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from types import FrameType
from typing import Any

from runtime.interrupted import CODE, ending
from runtime.train.outcome import best, diverged, share, why
from runtime.train.pieces.line import as_json, folds_line, line, test_line
from runtime.train.process import Trainer
from runtime.train.weights import weights_of

LOOK = 0.05  # seconds between two looks at the events
PATIENCE = 30.0  # seconds for a run to stop by itself, which takes a step and keeping the weights
ENDING = 10.0  # seconds for the process to end after its last event
ENOUGH = 2  # times that one asks for the end: at the next step, then at once; whoever asks again cannot be heard
APART = 1.0  # seconds: a terminal that closes and a wrapper that passes signals on ask twice at once and mean it once
WIDTH = 30


class Bar:
    """A progress bar on standard error; nothing where that is not a terminal."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()
        self.started: dict[str, Any] = {}
        self.begun = 0.0

    def show(self, event: dict[str, Any]) -> None:
        """Draw what an event tells."""
        if event["event"] == "started":
            self.started, self.begun = event, self.begun or time.monotonic()
        if not self.shown:
            return
        if event["event"] == "stage":
            self._write(f"{event['stage']} ...")
        elif event["event"] == "step" and (done := share(self.started, event)):
            left = (time.monotonic() - self.begun) * (1 - done) / max(done, 1e-9)
            bar = "█" * round(done * WIDTH) + "░" * (WIDTH - round(done * WIDTH))
            fold = f"fold {event['fold']}  " if "fold" in event else ""
            told = f"{fold}epoch {event['epoch']}  loss {event['loss']:.4f}"
            self._write(f"{bar} {done:4.0%}  {told}  {left:.0f} s left")

    def clear(self) -> None:
        """Make room for a line of text."""
        if self.shown:
            self._write("")

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()


def follow(folder: Path, as_events: bool) -> int:
    """Run the program of a run folder and tell what happens; 0 when it finished, 1 when it failed, 130 when stopped.

    Asked to end it stops the run, asked again it ends it at once. Raises KeyboardInterrupt where nobody reads what it
    tells, or where only the process is left to end.
    """
    trainer = Trainer()
    try:
        with _asked_to_end() as asked:
            trainer.start(folder, [])
            code = _follow(trainer, Bar(), as_events, asked)
        _leave(trainer)
        return code
    finally:
        trainer.kill()
        if trainer.process:
            trainer.process.wait()
        trainer.close()


@contextmanager
def _asked_to_end() -> Iterator[list[float]]:
    """When it was asked for, so that no signal comes between what is read and what is told."""
    asked: list[float] = []

    def note(number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if asked and now < asked[-1] + APART:
            return
        asked.append(now)
        if len(asked) > ENOUGH:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, note) for number in ending()}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(trainer: Trainer) -> None:
    """Let the process end by itself, which is over soon: it has told its last event."""
    if trainer.process:
        with suppress(subprocess.TimeoutExpired):
            trainer.process.wait(ENDING)


def _follow(trainer: Trainer, bar: Bar, as_events: bool, asked: list[float]) -> int:
    last: dict[str, Any] = {}
    latest = inf
    while not trainer.ended:
        for last in trainer.new_events():
            with _no_terminal(asked):
                _tell(last, bar, as_events)
        if trainer.ended:
            break
        if len(asked) > 1 or time.monotonic() > latest:
            trainer.kill()
        elif asked and latest == inf:
            latest = time.monotonic() + PATIENCE
            if trainer.step:
                trainer.stop()
            else:
                trainer.kill()  # there is nothing to keep yet, and torch may take long to start
        time.sleep(LOOK)
    if last.get("stopped"):
        with _no_terminal(asked):
            bar.clear()
            print(f"torchweave: the run was stopped; --resume {trainer.folder} goes on.", file=sys.stderr)
    elif last.get("event") == "finished" and not as_events:
        with _no_terminal(asked):
            print(_over(last, trainer.folder), file=sys.stderr)
    if asked or last.get("stopped"):
        return CODE
    return 0 if last.get("event") == "finished" else 1


def _over(finished: dict[str, Any], folder: Path | None) -> str:
    """That a run is finished, how long it took, and where its weights are."""
    minutes, seconds = divmod(round(finished.get("seconds") or 0), 60)
    took = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    weights = weights_of(folder) if folder else None
    return f"finished in {took}{f'; the weights are {weights}' if weights else ''}"  # another machine may keep them


@contextmanager
def _no_terminal(asked: list[float]) -> Iterator[None]:
    """A terminal that closes cannot be written to; the run that is `asked` to end for that stops as any other."""
    try:
        yield
    except OSError:
        if not asked:
            raise


def _tell(event: dict[str, Any], bar: Bar, as_events: bool) -> None:
    if as_events:
        print(as_json(event), flush=True)
        return
    first = not bar.started
    bar.show(event)
    if event["event"] == "started" and first:  # each fold says it
        bar.clear()
        print(f"device {event['device']} ({event['reason']})", file=sys.stderr)
    elif event["event"] == "epoch":
        bar.clear()
        print(line(event), flush=True)
    elif event["event"] == "warning":
        bar.clear()
        where = f"{event['node']}: " if event.get("node") else ""
        print(f"warning: {where}{event['message']}", file=sys.stderr)
    elif event["event"] == "failed":
        bar.clear()
        print(f"torchweave: {why(event)}", file=sys.stderr)
    elif event["event"] == "finished":
        bar.clear()
        if event.get("folds"):
            print(folds_line(event), flush=True)
        elif "test" in event:
            print(test_line(event), flush=True)
        for sentence in filter(None, (diverged(event), best(event))):
            print(f"torchweave: {sentence}", file=sys.stderr)
