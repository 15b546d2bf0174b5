"""Epochs of trainings, each in the folders of one run and of those that it went on from."""

import json
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from runtime.train.best import Best
from runtime.train.chain import back
from runtime.train.events import FILE, Event, Events


class Trainings:
    """Those of many runs; what a run went on from may be what several did, and is read once."""

    def __init__(self) -> None:
        self._before: dict[Path, Path | None] = {}
        self._told: dict[Path, list[Event] | None] = {}  # of what runs went on from, once it is read
        self._stamps: dict[Path, str] = {}  # of the same

    def chain(self, folder: Path) -> list[Path]:
        """A run, and before it those that it went on from, as `runtime.train.chain.chain` has them."""
        if folder not in self._before:
            self._follow(folder)
        found: list[Path] = []
        at: Path | None = folder
        while at is not None:
            found.append(at)
            at = self._before[at]
        return found[::-1]

    def epochs(self, folder: Path) -> tuple[list[Event], Event]:
        """Each epoch of a training as it was told last, and the best of them.

        What goes on from a checkpoint tells some again, and those after it are none of this training any more.
        """
        found: dict[tuple[int, int], tuple[Event, Any]] = {}
        for each in self.chain(folder):
            watched, begins = None, True
            for event in self._events(each):
                if event["event"] == "started":
                    watched, begins = event.get("watched"), True
                    continue
                place = _place(event)
                if begins:
                    found, begins = {at: known for at, known in found.items() if at < place}, False
                if event["event"] == "epoch":
                    found.pop(place, None)
                    found[place] = event, watched
        best = Best()
        for known in found.values():
            best.take(*known)
        epochs = [event for event, _ in found.values()]
        return epochs, {} if best.at is None else epochs[best.at]

    def begin(self, folder: Path) -> tuple[int, int]:
        """The fold and the epoch where a run began: the first one, unless it goes on from another."""
        return next((_place(event) for event in _told(folder) if event["event"] != "started"), (1, 1))

    def stamp(self, folder: Path, *names: str) -> list[Any]:
        """By which it is known that a run is the same, also what it went on from: `names` are of its other files."""
        *before, _ = self.chain(folder)
        stamp = ""
        for each in before:
            if each not in self._stamps:
                self._stamps[each] = sha256(json.dumps([stamp, *_files(each, FILE)]).encode()).hexdigest()
            stamp = self._stamps[each]
        return [stamp, *_files(folder, FILE, *names)]

    def _follow(self, folder: Path) -> None:
        """Find what a run went on from, up to one of which that is known."""
        found: dict[Path, Path | None] = {folder: None}
        at = folder
        for each in back(folder):
            if each != folder:
                found[at] = each
                self._told.setdefault(each, None)
            if each in self._before:
                break
            at = each
            found[at] = None
        self._before |= found

    def _events(self, folder: Path) -> list[Event]:
        if (known := self._told.get(folder)) is None:
            known = [*_told(folder)]
            if folder in self._told:
                self._told[folder] = known
        return known


def _told(folder: Path) -> Iterator[Event]:
    """The beginnings and the epochs of a run, and the first step after each beginning, which says where it went on."""
    events = Events(folder)
    for event in events:
        if event["event"] in ("started", "step", "epoch"):
            events.without_steps = event["event"] != "started"
            yield event


def _place(event: Event) -> tuple[int, int]:
    """The fold and the epoch that an event is of, counted from 1."""
    return int(event.get("fold") or 1), int(event.get("epoch") or 1)


def _files(folder: Path, *names: str) -> list[Any]:
    """When files were written, and how large they are."""
    found: list[Any] = []
    for file in (folder / name for name in names):
        with suppress(OSError):
            told = file.stat()
            found += [file.name, told.st_mtime_ns, told.st_size]
    return found
