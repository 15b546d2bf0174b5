"""Export with copies: data, weights and own modules go beside the script, in a process, with progress and a way out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMessageBox

from editor.work import Work

if TYPE_CHECKING:
    from editor.window import Window


def ask_copies(window: "Window", script: Path, lacking: str, copies: str, text: str) -> None:
    """Ask whether what the script needs is copied beside it; `lacking` says what that is, `copies` orders it."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Export", f"{script.name} is to stand apart from what it reads.")
    box.setInformativeText(lacking)
    copy = box.addButton("Copy all beside it", QMessageBox.ButtonRole.AcceptRole)
    alone = box.addButton("Script alone", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(copy)
    answers = {copy: lambda: Packing(window, script, copies), alone: lambda: window.files.write_program(script, text)}
    window.ask(box, answers)


class Packing(Work):
    """One script that is written with what it reads."""

    def __init__(self, window: "Window", script: Path, order: str) -> None:
        self.script = script
        super().__init__(window, "runtime.packed", order, f"Copying beside {script.name}")

    def show(self, said: dict[str, Any]) -> None:
        """How many files are copied."""
        if "of" in said:
            self.dialog.setMaximum(int(said["of"]))
            self.dialog.setValue(int(said["done"]))
            self.dialog.setLabelText(f"Copying beside {self.script.name}: {said['done']:,} of {said['of']:,} files")

    def tell(self, answer: dict[str, Any]) -> None:
        """What there is now."""
        if "packed" in answer:
            self.window.say(f"Exported {self.script.name} and what it reads. {runs(self.script)}")
        else:
            why = answer.get("problem", "Copying ended without an answer.")
            self.window.refuse(f"{self.script.name} was not written. {why}")


def runs(script: Path) -> str:
    """What is done with a file that holds the program."""
    return "Open it in Jupyter" if script.suffix == ".ipynb" else f"python {script.name} trains it"
