"""Runs of a graph that had no file of its own yet: they go along when it is saved to one, and are found there again."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from runtime.places import all_runs, runs_folder
from runtime.train import about
from runtime.train.at_work import at_work
from runtime.train.runs import is_run

if TYPE_CHECKING:
    from editor.running.session import Session


class TakingAlong(QObject):
    """Knows what was trained of the open graph while it had no file; a run that still goes on comes when it ends."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.begun: list[Path] = []
        session.document.opened.connect(self._find)
        session.document.filed.connect(self._take)
        session.run_started.connect(self._note)
        session.run_ended.connect(lambda _: self._take())

    @property
    def count(self) -> int:
        """How many there are of a graph that has no file."""
        return sum(map(is_run, self.begun)) if self.session.document.path is None else 0

    def _find(self) -> None:
        """Those of work that was restored are there already; the runs of an example are of all its copies.

        One that goes on is noted when it is followed.
        """
        document = self.session.document
        own = document.path is None and document.origin is None and document.runs.is_dir()
        there = document.runs.iterdir() if own else ()
        self.begun = [folder for folder in there if is_run(folder) and not at_work(folder)]

    def _note(self) -> None:
        folder = self.session.run_folder
        if self.session.document.path is None and folder is not None and folder.parent.parent == all_runs():
            self.begun = [*(each for each in self.begun if each != folder), folder]

    def _take(self) -> None:
        """Move the runs that are over to those of the file."""
        session = self.session
        for folder in [*self.begun] if session.document.path else ():
            if session.running and folder == session.run_folder:
                continue
            self.begun.remove(folder)
            moved = self.take(folder)
            if session.run_folder == folder:
                session.run_folder = moved

    def take(self, folder: Path) -> Path:
        """Where a run of this graph is from now on: among those of the file, once it has one.

        Where that cannot be it stays among the runs of all graphs for now.
        """
        file = self.session.document.path
        if file is None:
            return folder
        try:
            return about.move(folder, runs_folder(file), file)
        except OSError:
            self.begun.append(folder)
            return folder
