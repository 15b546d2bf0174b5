"""Runs of a graph that is saved to another file: they are known there too, and stay where they are."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from runtime.train.at_work import at_work
from runtime.train.belonging import is_of, join, of_draft
from runtime.train.runs import is_run

if TYPE_CHECKING:
    from editor.running.session import Session


class TakingAlong(QObject):
    """All that were trained while the graph had no file go along with it, and so does the one that is shown, where it
    is another one; of a file from before that one stays.
    """

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.waiting: list[tuple[list[Path], Path, bool]] = []  # as `join` takes them: some cannot be written at once
        self._look()
        session.document.opened.connect(self._look)
        session.document.filed.connect(self._take)
        session.run_ended.connect(lambda _: self._join())

    @property
    def count(self) -> int:
        """How many there are of a graph that has no file."""
        document = self.session.document
        return 0 if document.path else sum(map(is_run, of_draft(document.runs, document.draft)))

    def _look(self) -> None:
        """Note where the graph is before it is saved to another file."""
        document = self.session.document
        self.file, self.runs, self.draft = document.path, document.runs, document.draft

    def _take(self) -> None:
        file, shown = self.session.document.path, self.session.run_folder
        if file and file != self.file:
            drawn = of_draft(self.runs, self.draft) if self.file is None else []
            self.waiting.append((drawn, file, True))
            others = shown and not self.session.running and at_work(shown)  # another window's, which follows it
            if shown and shown not in drawn and is_of(shown, self.runs) and not others:
                self.waiting.append(([shown], file, False))
        self._join()
        self._look()

    def begin(self, run: Path, drawn: bool) -> None:
        """A run begins, asked for while the graph had another file, or was `drawn` and had none."""
        file = self.session.document.path
        if file and run.parent != self.session.document.runs:
            self.waiting.append(([run], file, drawn))
            self._join()

    def _join(self) -> None:
        """Where there is no room it is tried again."""
        for each in [*self.waiting]:
            with suppress(OSError):
                join(*each)
                self.waiting.remove(each)
