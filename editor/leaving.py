"""The questions before a graph is left: what becomes of its run, and of edits that are not saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from editor.window import Window

Button, Role = QMessageBox.StandardButton, QMessageBox.ButtonRole


def leave_graph(window: "Window", then: Callable[[], None]) -> None:
    """Go on at once where nothing could be lost, otherwise when both questions have been answered so."""
    _about_run(window, lambda: _about_edits(window, then))


def _about_run(window: "Window", then: Callable[[], None]) -> None:
    session = window.session
    if not session.running:
        then()
        return
    box = QMessageBox(QMessageBox.Icon.NoIcon, "A run goes on", "This graph is still being trained.")
    box.setInformativeText("The run can go on by itself; its curve is there when the graph is opened again.")
    on = box.addButton("Let it go on", Role.AcceptRole)
    stop = box.addButton("Stop it", Role.DestructiveRole)
    box.addButton(Button.Cancel)

    def released() -> None:
        session.release()
        then()

    window.ask(box, {on: released, stop: lambda: session.stop_then(then)})


def _about_edits(window: "Window", then: Callable[[], None]) -> None:
    document = window.document
    if not document.unsaved:
        then()
        return
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Unsaved changes", f"Save the changes to {document.title}?")
    box.setInformativeText("They are lost otherwise.")
    box.setStandardButtons(Button.Save | Button.Discard | Button.Cancel)
    box.setDefaultButton(Button.Save)
    window.ask(box, {Button.Save: lambda: window.files.save(then), Button.Discard: then})
