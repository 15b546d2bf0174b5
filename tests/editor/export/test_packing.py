"""Export from the window: what the script needs is copied beside it if wanted, with a way out."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from editor.export.packing import Packing
from editor.window.window import Window
from runtime.places import EXAMPLES
from tests.runtime.generate.cases import FOLDER


@pytest.fixture
def asked(window: Window, tmp_path: Path) -> Window:
    """A window with a graph of a table, whose export to another folder was asked for by the keyboard."""
    window.files.open(FOLDER / "table.json")
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("script.py")
    dialog.accept()
    return window


def press(window: Window, text: str) -> None:
    """Press a button of the question."""
    assert window.question is not None
    button = next(each for each in window.question.findChildren(QPushButton) if each.text().replace("&", "") == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_that_data_is_copied_beside_the_script_when_that_is_wanted(asked: Window, tmp_path: Path, qtbot: QtBot) -> None:
    press(asked, "Copy all beside it")
    qtbot.waitUntil(
        lambda: asked.strip.sentence.whole.startswith("Exported script.py and what it reads."), timeout=20000
    )
    assert (tmp_path / "data" / "flowers" / "flowers.csv").is_file()
    assert '"data/flowers/flowers.csv"' in (tmp_path / "script.py").read_text()
    assert asked.document.graph.nodes["flowers"].parameters["path"] == "data/flowers.csv"
    qtbot.waitUntil(lambda: asked.findChildren(Packing) == [])


def test_that_the_script_alone_says_what_it_will_lack(asked: Window, tmp_path: Path) -> None:
    press(asked, "Script alone")
    assert [file.name for file in tmp_path.iterdir()] == ["script.py"]
    assert "It reads data/flowers.csv beside itself" in asked.strip.sentence.whole


@pytest.mark.parametrize(("system", "quoted"), [("posix", "'sig graph.py'"), ("nt", '"sig graph.py"')])
def test_that_the_line_that_trains_keeps_a_name_with_spaces_whole(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, quoted: str
) -> None:
    window.files.open(EXAMPLES / "two_models.json")
    program = window.files.program_now()
    assert program is not None
    monkeypatch.setattr("runtime.shell.SYSTEM", system)
    window.files.write_program(tmp_path / "sig graph.py", program.text)
    trains = f"python {quoted} --run-dir run trains it and keeps its weights"
    assert window.strip.sentence.whole == f"Exported sig graph.py. {trains}"


def test_that_what_cannot_be_copied_is_told(asked: Window, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "data").write_text("in the way")
    press(asked, "Copy all beside it")
    qtbot.waitUntil(lambda: asked.banner.isVisible(), timeout=20000)
    assert asked.banner.sentence.text().startswith("script.py was not written. ")
    assert not (tmp_path / "script.py").exists()


def test_that_copying_can_be_cancelled(asked: Window, tmp_path: Path, qtbot: QtBot) -> None:
    press(asked, "Copy all beside it")
    (packing,) = asked.findChildren(Packing)
    packing.dialog.canceled.emit()
    qtbot.waitUntil(lambda: asked.findChildren(Packing) == [], timeout=20000)
    assert not asked.banner.isVisible()
    assert asked.strip.sentence.whole == "script.py was not written: the export was cancelled."
    assert not (tmp_path / "script.py").exists()
