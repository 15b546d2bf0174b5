"""Export for a cluster from the window."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from editor.export.packing import Packing
from editor.window.window import Window
from runtime.places import EXAMPLES
from tests.editor.export.test_packing import press
from tests.runtime.generate.cases import FOLDER

LONG = 20_000  # ms


def export(window: Window, script: Path) -> None:
    """Ask for it in the menu, and choose where the program is to be."""
    window.actions_by_name["export_as"].trigger()
    menu = window.findChild(QMenu, "formats")
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == "Script for Slurm").trigger()
    menu.close()
    dialog = next(box for box in window.findChildren(QFileDialog) if box.isVisible())
    dialog.setDirectory(str(script.parent))
    dialog.selectFile(script.name)
    dialog.accept()


def test_that_a_batch_file_is_exported_beside_the_program(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(EXAMPLES / "two_models.json")
    window.document.do([("run", "processes", 4)], "four")
    export(window, tmp_path / "train.py")
    qtbot.waitUntil((tmp_path / "train.sbatch").exists)
    assert "--nproc-per-node=4" in (tmp_path / "train.sbatch").read_text(encoding="utf-8")
    assert "DistributedDataParallel" in (tmp_path / "train.py").read_text(encoding="utf-8")
    assert window.strip.sentence.whole == "Exported train.py. sbatch train.sbatch trains it on a cluster"


def test_that_the_line_that_trains_on_the_cluster_keeps_a_name_with_spaces_whole(
    window: Window, tmp_path: Path
) -> None:
    window.files.open(EXAMPLES / "two_models.json")
    export(window, tmp_path / "sig graph.py")
    said = "Exported sig graph.py. sbatch 'sig graph.sbatch' trains it on a cluster"
    assert window.strip.sentence.whole == said


def test_that_a_batch_file_that_is_there_is_replaced_only_when_that_is_wanted(window: Window, tmp_path: Path) -> None:
    window.files.open(EXAMPLES / "two_models.json")
    script, batch = tmp_path / "train.py", tmp_path / "train.sbatch"
    batch.write_text("mine")
    export(window, script)
    assert isinstance(window.question, QMessageBox) and window.question.text() == "train.sbatch is there already."
    press(window, "Cancel")
    assert batch.read_text() == "mine" and not script.exists()
    export(window, script)
    press(window, "Replace")
    assert "sbatch" in batch.read_text(encoding="utf-8") and script.exists()
    export(window, tmp_path / "other.sbatch")
    assert window.banner.sentence.text().startswith("other.sbatch is the name of the batch file.")
    assert not (tmp_path / "other.sbatch").exists()


@pytest.mark.parametrize("text", ["Cancel", "Script alone", "Copy all beside it"])
def test_that_the_batch_file_comes_once_the_program_is_written(
    window: Window, tmp_path: Path, qtbot: QtBot, text: str
) -> None:
    window.files.open(FOLDER / "table.json")
    export(window, tmp_path / "train.py")
    assert window.question is not None and not (tmp_path / "train.sbatch").exists()
    press(window, text)
    if text == "Cancel":
        assert [*tmp_path.iterdir()] == []
        return
    qtbot.waitUntil((tmp_path / "train.sbatch").exists, timeout=LONG)
    assert (tmp_path / "train.py").exists()
    assert window.strip.sentence.whole == "Exported train.py. sbatch train.sbatch trains it on a cluster"
    qtbot.waitUntil(lambda: window.findChildren(Packing) == [])


def test_that_no_batch_file_comes_without_the_program(window: Window, tmp_path: Path) -> None:
    window.files.open(FOLDER / "table.json")
    export(window, tmp_path / "train.py")
    (tmp_path / "train.py").mkdir()
    press(window, "Script alone")
    assert window.banner.sentence.text().startswith("train.py was not written. ")
    assert not (tmp_path / "train.sbatch").exists()
