"""What a run tells: the file events.jsonl of its folder, one JSON line an event."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import torch

from runtime.train.pieces.line import as_json

ON_DEVICE = ("loss", "gradient_norm")  # what of a step stays on the device until then
OFTEN = 0.1  # seconds between two times that losses are fetched from the device


class Told:
    """The file as the process that trains writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = (folder / "events.jsonl").open("a", encoding="utf-8")
        self.waiting: list[dict[str, Any]] = []
        self.flushed = self.epoch = 0.0  # when that was last
        self.warned: set[tuple[str | None, str]] = set()

    def write(self, event: dict[str, Any]) -> bool:
        """Add an event. Steps may wait a moment, so may epochs as short as one; all else is readable at once.

        Returns whether it is.
        """
        self.waiting.append(event)
        kind, now = event["event"], time.monotonic()
        if kind == "step" and now - self.flushed <= OFTEN:
            return False
        waits = False
        if kind == "epoch":
            waits, self.epoch = max(now - self.flushed, now - self.epoch) <= OFTEN, now
        if not waits:
            self.flush()
        return not waits

    def flush(self) -> None:
        """Fetch the losses of the steps that wait, all at once, and write everything."""
        for name in ON_DEVICE:
            if steps := [each for each in self.waiting if each["event"] == "step" and name in each]:
                values = torch.stack([each[name] for each in steps]).tolist()
                for each, value in zip(steps, values, strict=True):
                    each[name] = value
        if self.waiting:
            self.file.write(_lines(self.waiting))
        self.file.flush()
        self.waiting, self.flushed = [], time.monotonic()

    def warn(self, node: str | None, message: str) -> None:
        """Add what is strange, but can be trained with; what each fold tells again stands there once."""
        if (node, message) not in self.warned:
            self.warned.add((node, message))
            self.write({"event": "warning", "node": node, "message": message})

    def fail(self, node: str | None, message: str, **more: Any) -> None:
        """Add why the run ends here."""
        with suppress(Exception):  # a device that failed gives no losses of the steps before
            self.flush()
        self.waiting.clear()
        self.write({"event": "failed", "node": node, "message": message, **more})

    def close(self) -> None:
        """Write what waits, and close the file."""
        self.flush()
        self.file.close()


def _lines(events: list[dict[str, Any]]) -> str:
    """A line each. All are encoded at once, for there may be thousands a second: each begins with its own name."""
    with suppress(orjson.JSONEncodeError):
        text = orjson.dumps(events)
        if b"null" not in text:  # which NaN and what is infinite become as well
            return text[1:-1].replace(b'},{"event":', b'}\n{"event":').decode() + "\n"
    return "".join(as_json(event) + "\n" for event in events)
