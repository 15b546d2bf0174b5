"""Export for a cluster from the window."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from editor.window import Window
from runtime.places import EXAMPLES


def test_that_a_batch_file_is_exported_beside_the_program(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(EXAMPLES / "two_models.json")
    window.document.do([("run", "processes", 4)], "four")
    window.actions_by_name["export_as"].trigger()
    menu = window.findChild(QMenu, "formats")
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == "Script for Slurm").trigger()
    menu.close()
    dialog = next(box for box in window.findChildren(QFileDialog) if box.isVisible())
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText(str(tmp_path / "train.py"))
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil((tmp_path / "train.sbatch").exists)
    assert "--nproc-per-node=4" in (tmp_path / "train.sbatch").read_text(encoding="utf-8")
    assert "DistributedDataParallel" in (tmp_path / "train.py").read_text(encoding="utf-8")
    assert window.strip.sentence.whole == "Exported train.py. sbatch train.sbatch trains it on a cluster"
