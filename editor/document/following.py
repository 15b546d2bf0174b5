"""What becomes of the open graph when its file changes outside the window, or is open in another one or a tab."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from editor.document.held import Held
from editor.document.on_disk import CHANGED, GONE, OnDisk
from editor.window.notice import Notice, Offer
from runtime.graph.file import dump
from runtime.graph.versions import keep
from runtime.places import versions_folder

if TYPE_CHECKING:
    from editor.document.files import Files
    from editor.window.window import Window

Button, Role = QMessageBox.StandardButton, QMessageBox.ButtonRole


class Following(QObject):
    """Tells of it in a row above the canvas; nothing is replaced, here or there, before somebody says so."""

    def __init__(self, window: "Window", files: "Files") -> None:
        super().__init__(files)
        self.window, self.files, self.document = window, files, window.document
        self.on_disk, self.held, self.notice = OnDisk(self), Held(), Notice()
        self.elsewhere = False  # whether another window or tab has the file open
        self.on_disk.told.connect(self._tell)
        self.on_disk.looked.connect(self._take_again)

    def follow(self, path: Path | None, data: bytes | None) -> None:
        """This file is the open one now, and holds `data`."""
        self.notice.hide()
        self.on_disk.know(path, data)
        self._take(path)

    def recall(self, about: Mapping[str, Any]) -> None:
        """The file of work that was restored; it may have changed since."""
        self.notice.hide()
        self.on_disk.recall(self.document.path, about)
        self._take(self.document.path)

    def close(self) -> None:
        """The window goes."""
        self.on_disk.close()
        self.held.leave()

    def load_theirs(self) -> None:
        """Take what the file holds now, as one step that undo takes back; what was here is a version of the file."""
        path = self.document.path
        if path is None:
            return
        if (found := self.files.read(path)) is None:
            self.document.history.resetClean()  # what is here is the only graph that there is
            self._offer_mine(path)
            return
        graph, data = found
        with suppress(OSError):  # undo has it all the same
            keep(dump(self.document.graph).encode(), versions_folder(path), time.time_ns())
        self.document.become(graph, "load what is in the file")
        self.document.history.setClean()
        self.follow(path, data)
        self.window.say(f"This is {path.name} as it is now; undo brings back what was here")

    def ask_overwrite(self, path: Path, then: Callable[[], None] | None) -> None:
        """Saving would replace what another program wrote: whose is to stay?"""
        box = QMessageBox(
            QMessageBox.Icon.NoIcon, "The file has changed", f"{path.name} was changed by another program or window."
        )
        box.setInformativeText("Whichever you take, the other one stays among the versions of the file.")
        mine = box.addButton("Keep mine", Role.DestructiveRole)
        theirs = box.addButton("Take theirs", Role.DestructiveRole)
        copy = box.addButton("Save a copy", Role.AcceptRole)
        box.addButton(Button.Cancel)

        def take() -> None:
            self.load_theirs()
            if then and not self.document.unsaved:
                then()

        answers = {mine: lambda: self.files.write(path, then), theirs: take, copy: lambda: self.files.save_as(then)}
        self.window.ask(box, answers)

    # --- what is told

    def _tell(self, state: str) -> None:
        path = self.document.path
        if path is None:
            return
        if state == CHANGED:
            asks = " Save asks whose is to stay." if self.document.unsaved else ""
            self.notice.tell(f"{path.name} was changed by another program or window.{asks}", self._load())
        elif state == GONE:
            self.document.history.resetClean()  # closing would lose the graph
            save: Offer = ("save", "Save", f"Write {path.name} again", self.files.save)
            self.notice.tell(f"{path.name} is not in its folder any more.", save)
        else:
            self.notice.hide()

    def _offer_mine(self, path: Path) -> None:
        """What the file holds is no graph: it may be written to its end yet, or what is here takes its place."""
        mine: Offer = ("save", "Save mine", "Write what is here; what it holds now stays a version of it", self._save)
        self.notice.tell(
            f"{path.name} was changed by another program or window to what is no graph.", self._load(), mine
        )

    def _load(self) -> Offer:
        return "open", "Load it", "Show what it holds now; undo brings back what is here", self.load_theirs

    def _save(self) -> None:
        self.window.commit()
        if self.document.path is not None:
            self.files.write(self.document.path)

    def _take(self, path: Path | None) -> None:
        self.elsewhere = not self.held.take(path)
        if self.elsewhere and path is not None:
            said = "What is saved there is told here, and Save asks before it would replace it."
            copy: Offer = ("copy", "Open a copy", "Go on with an untitled copy", self._part)
            self.notice.tell(f"{path.name} is open in another {self.held.whose()} too. {said}", copy)

    def _take_again(self) -> None:
        """The other window or tab may have been closed."""
        if self.elsewhere and self.held.take(self.document.path):
            self.elsewhere = False
            if self.on_disk.state not in (CHANGED, GONE):
                self.notice.hide()

    def _part(self) -> None:
        """The file is left to the other one; the graph is an untitled copy with its edits and its history."""
        self.document.leave_file()
        self.follow(None, None)
