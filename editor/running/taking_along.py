"""Runs of a graph that had no file of its own yet: they go along when it is saved to one, and are found there again."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from editor.running.going_on import ENDS
from runtime.graph.save import write_whole
from runtime.places import all_runs, runs_folder
from runtime.train import about
from runtime.train.at_work import FILE as PROCESS
from runtime.train.at_work import at_work
from runtime.train.chain import chain
from runtime.train.events import Events
from runtime.train.runs import is_run

LEFT = "left.json"  # among the runs of a file: the folders of those that are to come yet

if TYPE_CHECKING:
    from editor.running.session import Session


class TakingAlong(QObject):
    """Knows what was trained of the open graph while it had no file; a run that still goes on comes when it ends.

    Where the window is closed before, the file's next one finds it: which ones are to come stands among its runs.
    """

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.begun: list[Path] = []
        self.file: Path | None = None  # the first that the graph got: a copy of it has runs of its own
        self._over: set[Path] = set()  # that have told so: their processes may be there for a moment
        self._left: tuple[Path, list[Path]] | None = None  # what was noted as left behind, and where
        session.document.opened.connect(self._find)
        session.document.filed.connect(self._take)
        session.run_started.connect(self._note)
        session.run_ended.connect(lambda _: self._end())

    @property
    def count(self) -> int:
        """How many there are of a graph that has no file."""
        return sum(map(is_run, self.begun)) if self.session.document.path is None else 0

    @property
    def at_work(self) -> Path | None:
        """A run that went on while its graph got a file, and still does."""
        return next((folder for folder in self.begun if self.session.document.path and at_work(folder)), None)

    def _find(self) -> None:
        """Those of work that was restored are there already; the runs of an example are of all its copies.

        One that goes on is noted when it is followed.
        """
        document = self.session.document
        self.file, self._left = document.path, None
        if document.path:
            self.begun = _left_behind(document.runs)
            self._left = document.path, self.begun[:]
            self._take()
            return
        own = document.origin is None and document.runs.is_dir()
        there = document.runs.iterdir() if own else ()
        self.begun = [folder for folder in there if is_run(folder) and not at_work(folder)]

    def _note(self) -> None:
        folder = self.session.run_folder
        self._over -= {folder}
        if self.session.document.path is None and folder is not None and folder.parent.parent == all_runs():
            self.begun = [*(each for each in self.begun if each != folder), folder]

    def _end(self) -> None:
        if self.session.run_folder is not None:
            self._over.add(self.session.run_folder)
        self._take()

    def _take(self) -> None:
        """Move the runs that are over to those of the file; what one that goes on continues stays with it: it may not
        have read that yet.
        """
        session, path = self.session, self.session.document.path
        self.file = (self.file or path) if path else None
        if path is None and self._left:  # a copy, of which those of the file are none
            self.begun = [folder for folder in self.begun if folder not in self._left[1]]
            self._left = None
        going = {each for folder in self.begun if self._goes_on(folder) for each in chain(folder)}
        for folder in [each for each in self.begun if each not in going] if self.file else ():
            self.begun.remove(folder)
            moved = self.take(folder)
            if session.run_folder == folder:
                session.run_folder = moved
        self._note_left()

    def _goes_on(self, folder: Path) -> bool:
        """Whether a run goes on, or is about to: until its process has imported torch only its window knows of it."""
        if folder in self._over:
            return False
        if at_work(folder) or (self.session.running and folder == self.session.run_folder):
            return True
        if (folder / PROCESS).is_file():
            return False
        return not any(event["event"] in ENDS for event in Events(folder, without_steps=True))

    def _note_left(self) -> None:
        """Where this window is closed before they end, another one finds them."""
        if self.file is None or (self._left or (self.file, [])) == (left := (self.file, self.begun[:])):
            return
        self._left, runs = left, runs_folder(self.file)
        with suppress(OSError):  # they stay among the runs of all graphs
            if not self.begun:
                (runs / LEFT).unlink()
                return
            runs.mkdir(parents=True, exist_ok=True)
            write_whole(runs / LEFT, json.dumps([str(folder) for folder in self.begun]).encode())

    def take(self, folder: Path) -> Path:
        """Where a run of this graph is from now on: among those of the file, once it has one.

        Where that cannot be it stays among the runs of all graphs for now.
        """
        file = self.file or self.session.document.path
        if file is None:
            return folder
        try:
            return about.move(folder, runs_folder(file), file)
        except OSError:
            there = runs_folder(file) / folder.name
            if there.is_dir() and not folder.exists():  # another window was first
                return there
            self.begun.append(folder)
            return folder


def _left_behind(runs: Path) -> list[Path]:
    """The folders of runs that stayed where they were when their graph got its file, as they went on."""
    try:
        found = [Path(text) for text in json.loads((runs / LEFT).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, RecursionError):
        return []
    return [folder for folder in found if folder.parent.parent == all_runs() and is_run(folder)]
