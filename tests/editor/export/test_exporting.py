"""Export as something else than a script: the menu, what is asked before, progress, a way out, and the report."""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from editor.export.exporting import Exporting
from editor.outside.trust_dialog import TrustDialog
from editor.window.window import Window
from editor.workers import work
from runtime.places import runs_folder
from tests.runtime.commands import EXAMPLES
from tests.runtime.export.orders import cells_of

CASE = EXAMPLES / "model_after_model.json"


@pytest.fixture
def opened(window: Window, tmp_path: Path) -> Window:
    """A window with a small graph in a folder of its own."""
    file = tmp_path / "tumours.json"
    file.write_bytes(CASE.read_bytes())
    window.files.open(file)
    return window


def choose(window: Window, text: str) -> None:
    """Take a format from the menu below the button in the bar."""
    button = next(each for each in window.bar.findChildren(QToolButton) if each.text() == "Export as")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = window.findChild(QMenu, "formats")
    assert menu is not None
    action = next(each for each in menu.actions() if each.text() == text)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def save(window: Window, output: Path) -> None:
    """Answer the dialog that asks where."""
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.setDirectory(str(output.parent))
    dialog.selectFile(output.name)
    dialog.accept()


def press(window: Window, text: str) -> None:
    """Press a button of the question."""
    assert window.question is not None
    button = next(each for each in window.question.findChildren(QPushButton) if each.text().replace("&", "") == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_that_a_notebook_is_written_at_once(opened: Window, tmp_path: Path) -> None:
    choose(opened, "Notebook")
    save(opened, tmp_path / "a.ipynb")
    assert "class Model" in cells_of((tmp_path / "a.ipynb").read_text(encoding="utf-8"))["model"]
    assert opened.strip.sentence.whole == "Exported a.ipynb. Open it in Jupyter"


def test_that_the_menu_opens_by_the_keyboard_and_begins_with_the_script(opened: Window) -> None:
    QTest.keyClick(opened, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    menu = opened.findChild(QMenu, "formats")
    assert menu is not None
    texts = [each.text() for each in menu.actions()]
    assert texts == ["Python script", "Script for Slurm", "Notebook", "Package that predicts", "ONNX", "torch.export"]
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    dialog = opened.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.windowTitle() == "Export the program"
    dialog.reject()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Notebook", "Export a notebook"),
        ("Package that predicts", "Export a package that predicts"),
        ("ONNX", "Export an ONNX file"),
        ("torch.export", "Export a file of torch.export"),
    ],
)
def test_that_the_dialog_says_what_is_exported(opened: Window, text: str, title: str) -> None:
    choose(opened, text)
    if text != "Notebook":
        press(opened, "Export untrained")
    dialog = opened.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.windowTitle() == title
    dialog.reject()


def test_that_a_graph_without_weights_is_exported_untrained_when_that_is_wanted(
    opened: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    choose(opened, "torch.export")
    assert opened.findChild(QFileDialog) is None
    press(opened, "Export untrained")
    save(opened, tmp_path / "a.pt2")
    qtbot.waitUntil(lambda: opened.findChildren(Exporting) == [], timeout=120000)
    assert isinstance(opened.question, QMessageBox)
    assert opened.question.text() == "a.pt2 is written."
    report = opened.question.informativeText()
    where, _, report = report.partition("\n\n")
    assert where == f"In {tmp_path}."
    assert report.startswith("a.pt2: the model of tumours.json, untrained.")
    assert "It takes raw values, as they are read: a.pt2.txt says of which columns or fields." in report
    assert "batch of 7: second 0" in report
    assert (tmp_path / "a.pt2.txt").read_text(encoding="utf-8").startswith(f"{report}\n")
    press(opened, "OK")


WRITING = """
import time
print('{"stage": "writing the model"}', flush=True)
time.sleep(600)
"""


def test_that_an_export_says_what_it_does_and_can_be_cancelled(
    opened: Window, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "start", lambda process, _: process.start(sys.executable, ["-c", WRITING]))
    folder = runs_folder(tmp_path / "tumours.json") / "20200101-000000-000"
    folder.mkdir(parents=True)
    save_file({"first.weight": torch.zeros(1)}, folder / "weights.safetensors")
    choose(opened, "Package that predicts")
    save(opened, tmp_path / "tumours")
    (exporting,) = opened.findChildren(Exporting)
    assert json.loads(exporting.line)["run"] == str(folder)
    label = exporting.dialog.label.text
    qtbot.waitUntil(lambda: label() == "Exporting tumours: writing the model", timeout=20000)
    qtbot.waitUntil(exporting.dialog.isVisible, timeout=20000)
    QTest.keyClick(exporting.dialog.focusWidget() or exporting.dialog, Qt.Key.Key_Return)
    assert not exporting.cancelled  # a stray Enter ends nothing
    QTest.mouseClick(exporting.dialog.no, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.findChildren(Exporting) == [], timeout=20000)
    assert opened.strip.sentence.whole == "tumours was not written: the export was cancelled."
    assert not opened.banner.isVisible()
    assert not (tmp_path / "tumours").exists()


def test_that_an_export_takes_the_sentence_about_one_that_failed_away(opened: Window, tmp_path: Path) -> None:
    opened.refuse("There is something else to be read.")
    choose(opened, "Notebook")
    save(opened, tmp_path / "a.ipynb")
    assert opened.banner.isVisible()
    (tmp_path / "taken.ipynb").mkdir()
    opened.files.write_program(tmp_path / "taken.ipynb", "")
    assert opened.banner.sentence.text().startswith("taken.ipynb was not written. ")
    choose(opened, "Notebook")
    save(opened, tmp_path / "b.ipynb")
    assert not opened.banner.isVisible()


def test_that_what_a_process_says_in_its_last_moment_hides_no_cancel(opened: Window, qtbot: QtBot) -> None:
    exporting = Told(opened, "this", "", "A module that says much and ends")
    with suppress(ChildProcessError):  # it is known already that it has ended
        os.waitid(os.P_PID, exporting.process.processId(), os.WEXITED | os.WNOWAIT)
    exporting.dialog.canceled.emit()
    qtbot.waitUntil(lambda: exporting.ended != [], timeout=20000)
    assert exporting.ended == [{"problem": "It was cancelled."}]


class Told(work.Work):
    """Work that keeps how it ended."""

    def __init__(self, window: Window, module: str, order: str, label: str) -> None:
        super().__init__(window, module, order, label)
        self.ended: list[dict[str, Any]] = []

    def tell(self, answer: dict[str, Any]) -> None:
        self.ended.append(answer)


def test_that_python_of_the_graph_is_asked_about_before_it_runs(window: Window, tmp_path: Path) -> None:
    text = (EXAMPLES / "text_and_image.json").read_text(encoding="utf-8").replace("4095 + 1", "4094 + 1")
    (tmp_path / "graph.json").write_text(text, encoding="utf-8")
    window.files.open(tmp_path / "graph.json")
    choose(window, "ONNX")
    assert isinstance(window.question, TrustDialog)
    window.question.reject()
    assert window.findChild(QFileDialog) is None
