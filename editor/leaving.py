"""The questions before a graph is left: what becomes of its run, and of edits that are not saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from editor.window import Window

Settle = Callable[[Callable[[], None]], None]  # does what was answered about the run, then goes on
Button, Role = QMessageBox.StandardButton, QMessageBox.ButtonRole


def leave_graph(window: "Window", then: Callable[[], None]) -> None:
    """Go on at once where nothing could be lost, otherwise when both questions have been answered so."""
    window.commit()
    _about_run(window, lambda settle: _about_edits(window, lambda: settle(then)))


def _about_run(window: "Window", then: Callable[[Settle], None]) -> None:
    """Nothing becomes of the run yet: the next question may still be answered with Cancel."""
    session = window.session
    if not session.running:
        then(lambda go_on: go_on())
        return
    box = QMessageBox(QMessageBox.Icon.NoIcon, "A run goes on", "This graph is still being trained.")
    box.setInformativeText("The run can go on by itself; its curve is there when the graph is opened again.")
    on = box.addButton("Let it go on", Role.AcceptRole)
    stop = box.addButton("Stop it", Role.DestructiveRole)
    box.addButton(Button.Cancel)

    def release(go_on: Callable[[], None]) -> None:
        session.release()
        go_on()

    window.ask(box, {on: lambda: then(release), stop: lambda: then(session.stop_then)})


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
