"""What is being typed is never lost, and looking is no edit: with the keys and clicks of a user, in a whole window."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from editor.inspector.form import Form
from editor.inspector.functions import FunctionBox
from editor.inspector.joining import JoiningEntry
from editor.inspector.note import NoteText
from editor.inspector.path import PathEntry
from editor.inspector.settings import GraphForm
from editor.source.text import CodeText
from editor.window.window import Window

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
JOIN = ["import torch", "", "def join(samples: list[torch.Tensor]):", "    return torch.stack(samples)", "", ""]


def graph(**more: Any) -> dict[str, Any]:
    """Wine into a layer."""
    fields = {"features": {"function": JOIN, "output": "float32[13]"}}
    return {
        "format": "torchweave",
        "version": 1,
        "nodes": {
            "wine": {"type": "data.Wine"},
            "rows": {"type": "Collate", "parameters": {"fields": ["features"], "collate": fields}},
            "layer": {"type": "nn.Linear", "parameters": {"out_features": 3}, "note": "hello\n"},
        },
        "edges": [["wine.features", "rows.features"], ["rows.features", "layer.input"]],
        "layout": {"wine": [0, 0], "rows": [200, 0], "layer": [400, 0]},
        **more,
    }


def opened(window: Window, folder: Path, **more: Any) -> Path:
    """The graph from a file, in the window."""
    file = folder / "typed.json"
    file.write_text(json.dumps(graph(**more)))
    window.files.open(file)
    window.activateWindow()
    QApplication.processEvents()
    return file


def chosen(window: Window, id: str) -> Form:
    """The form of a node."""
    window.show_node(id)
    QApplication.processEvents()
    form = window.inspector.page
    assert isinstance(form, Form)
    return form


def begin(window: Window, part: QWidget) -> None:
    """Click into a field, with its text marked."""
    window.inspector.area.ensureWidgetVisible(part)
    QApplication.processEvents()
    at = part.viewport() if isinstance(part, NoteText | CodeText) else part
    QTest.mouseClick(at, LEFT)
    assert part.hasFocus()
    QTest.keyClick(part, Qt.Key.Key_A, CONTROL)


def units(window: Window) -> QLineEdit:
    """The line of out_features, with 99 typed into it."""
    line = chosen(window, "layer").rows["out_features"].entry.focusProxy()
    assert isinstance(line, QLineEdit)
    begin(window, line)
    QTest.keyClicks(line, "99")
    return line


def function(window: Window) -> CodeText:
    """The editor of the function that joins the features."""
    entry = chosen(window, "rows").rows["collate"].entry
    assert isinstance(entry, JoiningEntry)
    return entry.ways["features"][3].code


def test_that_closing_asks_about_what_is_being_typed(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    units(window)
    window.close()
    assert window.isVisible() and isinstance(window.question, QMessageBox)
    assert window.document.graph.nodes["layer"].parameters["out_features"] == 99
    window.question.button(QMessageBox.StandardButton.Cancel).click()


def test_that_save_writes_the_note_that_is_being_written(window: Window, tmp_path: Path) -> None:
    file = opened(window, tmp_path)
    note = chosen(window, "layer").note
    begin(window, note)
    QTest.keyClicks(note, "two layers")
    QTest.keyClick(note, Qt.Key.Key_S, CONTROL)
    assert json.loads(file.read_text())["nodes"]["layer"]["note"] == "two layers"
    assert not window.document.unsaved


@pytest.mark.parametrize("name", ["save", "run"])
def test_that_a_click_that_takes_no_focus_finds_the_function_as_it_was_typed(
    name: str, window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(window, tmp_path)
    code = function(window)
    begin(window, code)
    QTest.keyClicks(code, "x = 1")
    if name == "run":
        QTest.mouseClick(window.bar.run_button, LEFT)
    else:
        buttons = window.bar.findChildren(QToolButton)
        action = window.actions_by_name[name]
        QTest.mouseClick(next(button for button in buttons if button.defaultAction() is action), LEFT)
    way = window.document.graph.nodes["rows"].parameters["collate"]["features"]
    assert way == {"function": ["x = 1"], "output": "float32[13]"}


def test_that_save_takes_the_name_that_is_typed_on_the_canvas(window: Window, tmp_path: Path) -> None:
    file = opened(window, tmp_path)
    window.show_node("layer")
    window.canvas.setFocus()
    QTest.keyClick(window.canvas.view, Qt.Key.Key_F2)
    line = window.canvas.renaming.line
    assert line is not None
    QTest.keyClicks(line, "last")
    QTest.keyClick(line, Qt.Key.Key_S, CONTROL)
    assert list(json.loads(file.read_text())["nodes"]) == ["wine", "rows", "last"]


def test_that_a_name_whose_node_is_gone_is_no_longer_typed(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    window.add_node("nn.ReLU")
    QTest.keyClick(window.canvas.view, Qt.Key.Key_F2)
    line = window.canvas.renaming.line
    assert line is not None
    window.document.history.undo()
    assert window.canvas.renaming.line is None
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert list(window.document.graph.nodes) == ["wine", "rows", "layer"]


def test_that_leaving_a_name_for_another_field_leaves_the_focus_there(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    form = chosen(window, "layer")
    QTest.keyClick(window.canvas.view, Qt.Key.Key_F2)
    assert window.canvas.renaming.line is not None
    begin(window, form.note)
    assert window.canvas.renaming.line is None


def test_that_looking_at_notes_and_functions_is_no_edit(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path, note=["One line.", "Another one."])
    page = window.inspector.page
    assert isinstance(page, GraphForm)
    note = page.note
    parts: list[Callable[[], QWidget]] = [lambda: note, lambda: chosen(window, "layer").note, lambda: function(window)]
    for part in parts:
        begin(window, part())
        window.canvas.setFocus()
        QApplication.processEvents()
        assert not window.document.unsaved, part
    assert window.document.graph.nodes["rows"].parameters["collate"]["features"]["function"] == JOIN


def test_that_a_note_of_lines_stays_one_when_it_is_edited(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path, note=["One line.", "Another one."])
    page = window.inspector.page
    assert isinstance(page, GraphForm)
    begin(window, page.note)
    page.note.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(page.note, " Yes.")
    window.canvas.setFocus()
    assert window.document.graph.extra["note"] == ["One line.", "Another one. Yes."]


def test_that_there_and_back_again_by_arrows_is_no_edit(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    line = chosen(window, "layer").rows["out_features"].entry.focusProxy()
    assert isinstance(line, QLineEdit)
    begin(window, line)
    QTest.keyClick(line, Qt.Key.Key_Up)
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert not window.document.unsaved and not window.document.history.canUndo()
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert window.document.graph.nodes["layer"].parameters["out_features"] == 4
    window.document.history.undo()
    assert window.document.graph.nodes["layer"].parameters["out_features"] == 3


def test_that_steps_of_two_visits_are_two_undo_steps(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    for _ in range(2):
        line = chosen(window, "layer").rows["out_features"].entry.focusProxy()
        assert line is not None
        begin(window, line)
        QTest.keyClick(line, Qt.Key.Key_Up)
        window.canvas.select([])
        QApplication.processEvents()
    window.document.history.undo()
    assert window.document.graph.nodes["layer"].parameters["out_features"] == 4


def enlarged(window: Window, words: str) -> tuple[QDialog, CodeText]:
    """The larger window of the function, these words typed into it."""
    box = function(window).parentWidget()
    assert isinstance(box, FunctionBox)
    window.inspector.area.ensureWidgetVisible(box.large)
    QTest.mouseClick(box.large, LEFT)
    dialog = next(box for box in window.findChildren(QDialog) if box.isVisible())
    code = dialog.findChild(CodeText)
    assert code is not None
    QTest.keyClick(code, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(code, words)
    return dialog, code


@pytest.mark.parametrize("by_key", [True, False])
def test_that_a_function_is_written_in_a_larger_window(window: Window, tmp_path: Path, by_key: bool) -> None:
    opened(window, tmp_path)
    dialog, code = enlarged(window, "y = 2")
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    window.session.check_now()  # the form is filled anew meanwhile
    QApplication.processEvents()
    if by_key:
        QTest.keyClick(code, Qt.Key.Key_Return, CONTROL)
    else:
        QTest.mouseClick(next(each for each in buttons.buttons() if each.text() == "Apply"), LEFT)
    assert not window.session.at_work
    assert window.document.graph.nodes["rows"].parameters["collate"]["features"]["function"] == ["y = 2"]
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("answer", "stays", "kept"), [("Apply", False, True), ("Discard", False, False), ("Cancel", True, False)]
)
@pytest.mark.parametrize("by_key", [True, False])
def test_that_leaving_the_larger_window_gives_up_nothing_unasked(
    window: Window, tmp_path: Path, answer: str, stays: bool, kept: bool, by_key: bool
) -> None:
    opened(window, tmp_path)
    dialog, code = enlarged(window, "y = 2")
    if by_key:
        QTest.keyClick(code, Qt.Key.Key_Escape)
    else:
        dialog.close()
    assert dialog.isVisible()
    (box,) = dialog.findChildren(QMessageBox)
    QTest.mouseClick(next(each for each in box.buttons() if each.text().replace("&", "") == answer), LEFT)
    assert dialog.isVisible() == stays
    assert not stays or code.toPlainText() == "y = 2"
    written = window.document.graph.nodes["rows"].parameters["collate"]["features"]["function"]
    assert written == (["y = 2"] if kept else JOIN)


def test_that_a_file_is_chosen_in_a_dialog_that_a_change_of_the_form_does_not_end(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(window, tmp_path)
    (tmp_path / "flowers.csv").write_text("a,b\n1,2\n")
    window.add_node("data.Table")
    row = next(
        row for row in chosen(window, window.canvas.selected()[0]).rows.values() if isinstance(row.entry, PathEntry)
    )
    id = window.canvas.selected()[0]
    assert isinstance(row.entry, PathEntry)
    QTest.mouseClick(row.entry.button, LEFT)
    dialog = next(box for box in window.findChildren(QFileDialog) if box.isVisible())
    window.session.check_now()
    QApplication.processEvents()
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setText("flowers.csv")  # keys would open the list of a completer, which needs a desktop
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert window.document.graph.nodes[id].parameters[row.parameter.name] == "flowers.csv"
    qtbot.waitUntil(lambda: "fields" in window.document.graph.nodes[id].parameters, timeout=20_000)  # it was looked at
