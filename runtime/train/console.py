"""Training followed in a terminal: a progress bar and a line an epoch, or one JSON line an event."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from runtime.train.outcome import best, diverged, share, why
from runtime.train.pieces.line import as_json, folds_line, line, test_line
from runtime.train.process import Trainer

LOOK = 0.05  # seconds between two looks at the events
PATIENCE = 30.0  # seconds for a run to stop by itself, which takes a step and keeping the weights
ENDING = 10.0  # seconds for the process to end after its last event
WIDTH = 30
STOPPED = 130  # the exit code of what Ctrl-C ended
ASKED_TO_END = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]


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
    """Run the program of a run folder and tell what happens; 0 when it finished, 1 when it failed, 130 when stopped."""
    for number in ASKED_TO_END:
        signal.signal(number, _interrupt)
    trainer = Trainer()
    try:
        trainer.start(folder, [])
        code = _follow(trainer, Bar(), as_events)
        _leave(trainer)
        return code
    except KeyboardInterrupt:
        return STOPPED
    finally:
        trainer.kill()
        if trainer.process:
            trainer.process.wait()
        trainer.close()


def _leave(trainer: Trainer) -> None:
    """Let the process end by itself, which is over soon: it has told its last event."""
    if trainer.process:
        with suppress(subprocess.TimeoutExpired):
            trainer.process.wait(ENDING)


def _interrupt(number: int, frame: object) -> None:
    """End as Ctrl-C does: no run is left behind when the terminal closes or a cluster ends the job."""
    raise KeyboardInterrupt


def _follow(trainer: Trainer, bar: Bar, as_events: bool) -> int:
    last: dict[str, Any] = {}
    stopping = 0.0
    while not trainer.ended:
        try:
            events = trainer.new_events()
            for last in events:
                _tell(last, bar, as_events)
            if not trainer.ended:
                time.sleep(LOOK)
            if stopping and time.monotonic() > stopping + PATIENCE:
                trainer.kill()
        except KeyboardInterrupt:
            if stopping:
                trainer.kill()
            stopping = time.monotonic()
            trainer.stop()
    if stopping or last.get("stopped"):
        return STOPPED
    return 0 if last.get("event") == "finished" else 1


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
