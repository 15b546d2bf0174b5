"""Export with copies: data, weights and own modules go beside the script, in a process, with progress and a way out."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMessageBox

from editor.workers.work import EXPORT, Work
from runtime.shell import typed

if TYPE_CHECKING:
    from editor.window.window import Window


def ask_copies(
    window: "Window",
    script: Path,
    lacking: str,
    copies: str,
    write: Callable[[], None],
    then: Callable[[], None] | None,
) -> None:
    """Ask whether what the script needs is copied beside it; `lacking` says what that is, `copies` orders it.

    Without copies `write` writes it; with them it goes on with `then` once they are there.
    """
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Export", f"{script.name} is to stand apart from what it reads.")
    box.setInformativeText(lacking)
    copy = box.addButton("Copy all beside it", QMessageBox.ButtonRole.AcceptRole)
    alone = box.addButton("Script alone", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(copy)
    window.ask(box, {copy: lambda: Packing(window, script, copies, then), alone: write})


class Packing(Work):
    """One script that is written with what it reads."""

    def __init__(self, window: "Window", script: Path, order: str, then: Callable[[], None] | None = None) -> None:
        self.script, self.then = script, then
        super().__init__(window, "runtime.packed", order, f"Copying beside {script.name}")

    def show(self, said: dict[str, Any]) -> None:
        """How many files are copied."""
        if "of" in said:
            self.dialog.count(int(said["done"]), int(said["of"]))
            self.dialog.tell(f"Copying beside {self.script.name}: {said['done']:,} of {said['of']:,} files")

    def tell(self, answer: dict[str, Any]) -> None:
        """What there is now."""
        if "packed" in answer:
            self.window.banner.done(EXPORT)
            self.window.say(f"Exported {self.script.name} and what it reads. {runs(self.script)}")
            if self.then:
                self.then()
        else:
            self.refuse(self.script.name, answer.get("problem", "Copying ended without an answer."))


def runs(script: Path) -> str:
    """What is done with a file that holds the program."""
    if script.suffix == ".ipynb":
        return "Open it in Jupyter"
    return f"{typed('python', script.name, '--run-dir', 'run')} trains it and keeps its weights"
