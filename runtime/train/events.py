"""What a run has told: the file events.jsonl of its folder, read once or followed while it grows."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from sys import intern
from typing import Any

FILE = "events.jsonl"
STEP = (b'{"event":"step"', b'{"event": "step"')  # how each of what may be millions begins; a script leaves room
NOT_FINITE = ("NaN", "Infinity", "-Infinity")  # JSON has no such numbers, so that they are written as text
Event = dict[str, Any]


class Events:
    """The events that were not read yet, each time that it is iterated over; `at` is up to which byte that is done.

    A last line that is cut off is left for later, a line that is no event is passed over, and a folder that is gone,
    or out of reach for a while, tells nothing.
    """

    def __init__(self, folder: Path, at: int = 0, without_steps: bool = False) -> None:
        self.file, self.at, self.without_steps = folder / FILE, at, without_steps

    def __iter__(self) -> Iterator[Event]:
        """Read on."""
        return (event for event in self.each_line() if event)

    def each_line(self) -> Iterator[Event | None]:
        """Read on, with None for a line that is passed over, so that who has a moment alone can stop at any line."""
        with suppress(OSError), self.file.open("rb") as lines:
            lines.seek(self.at)
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                self.at += len(line)
                yield None if self.without_steps and line.startswith(STEP) else _event(line)


def read_events(folder: Path) -> list[Event]:
    """The events of a run so far."""
    return [*Events(folder)]


def _event(line: bytes) -> Event | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return _with_numbers(found) if isinstance(found, dict) and isinstance(found.get("event"), str) else None


def _with_numbers(value: Any) -> Any:
    """An event with its numbers that are not finite as numbers again; its names are those of all others."""
    if isinstance(value, dict):
        return {intern(key): _with_numbers(item) for key, item in value.items()}
    return float(value) if value in NOT_FINITE else value
