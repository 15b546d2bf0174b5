"""Copy, cut and paste: nodes as the text of a graph on the system's clipboard, for any window and any other program."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication

from editor.canvas.intents import Intent, removal
from editor.canvas.pasting import paste as put_down
from runtime.define.change import Refused
from runtime.define.excerpt import excerpt, read, written
from runtime.graph.edit import applied
from runtime.spec import from_code as code
from runtime.spec.moved import path_edits

if TYPE_CHECKING:
    from editor.window.window import Window

FOLDER = "application/x-torchweave-folder"  # what relative paths in the text are relative to, told to our windows alone


def copy(window: "Window") -> tuple[list[str], list[str]]:
    """The selected nodes and frames, with what lies in these, onto the clipboard; which ones."""
    canvas = window.canvas
    ids, frames = canvas.framing.taken()
    if not ids and not frames:
        window.say("Select the nodes that are to be copied.")
        return ids, frames
    places = {id: (box.pos().x(), box.pos().y()) for id, box in canvas.mirror.boxes.items()}
    data = new_data()
    data.setText(written(excerpt(canvas.graph, ids, places, frames)))
    data.setData(FOLDER, str(window.document.folder.resolve()).encode())
    QApplication.clipboard().setMimeData(data)
    return ids, frames


def new_data() -> QMimeData:
    """Nothing yet. What Python makes and the clipboard still holds at the end crashes Qt; this is made by Qt itself."""
    model = QStandardItemModel(1, 1)
    data = model.mimeData([model.index(0, 0)])
    data.clear()
    return data


def cut(window: "Window") -> None:
    """The selected nodes and frames onto the clipboard and out of the graph."""
    ids, frames = copy(window)
    if ids or frames:
        said = ", ".join(ids or frames) if len(ids) < 4 else f"{len(ids)} nodes"
        gone = [("unframe", id) for id in frames]
        window.canvas.carry_out(Intent((*gone, *removal(ids, ()).edits), f"cut {said}"))


def paste(window: "Window") -> None:
    """What is on the clipboard at the cursor, or why it cannot be."""
    canvas, data = window.canvas, QApplication.clipboard().mimeData()
    if data is not None and (found := _code(data.text())) is not None:
        _paste_code(window, found)
        return
    try:
        part = read(data.text() if data is not None else "")
        if data is not None and (folder := _folder(data)) is not None:
            part = applied(part, path_edits(part, folder, window.document.folder))
        put_down(canvas, part, canvas.view.cursor_place())
    except Refused as refused:
        window.say(str(refused))


def _code(text: str) -> code.Chain | code.Unread | None:
    """What code of PyTorch makes; None for the text of a graph, and for what is no Python."""
    found = code.read(text) if code.is_code(text) and not text.lstrip().startswith("{") else None
    return None if isinstance(found, code.Unread) and found.said.startswith("This is not Python") else found


def _paste_code(window: "Window", found: code.Chain | code.Unread) -> None:
    """Code of PyTorch as nodes in a row at the cursor, as the search would add it; or why it makes none."""
    if isinstance(found, code.Unread):
        window.say(f"Nothing was pasted. {found.said}")
        return
    told = window.canvas.adding.typed(found, window.canvas.view.cursor_place())
    window.say(" ".join([found.said, *told]))


def _folder(data: QMimeData) -> Path | None:
    """The folder that a window of ours told; another computer's is not asked for."""
    told = bytes(data.data(FOLDER).data()).decode(errors="replace")
    remote = told.startswith(("//", "\\\\"))
    return Path(told) if told and not remote and "\0" not in told and Path(told).is_absolute() else None
