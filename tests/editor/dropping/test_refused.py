"""What is said of things that were dropped and are of no use: what each is, and what to drop in its place."""

from pathlib import Path

from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from editor.window import Window
from tests.editor.test_files import add_dataset


def test_that_anything_else_gets_a_sentence(window: Window, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("movie.mp4", "net.IPYNB", "table.xlsx", "gone.mp4")]
    for file in files[:3]:
        file.touch()
    window.drops.take(files[:1], QPointF())
    said = window.banner.sentence
    assert said.text().startswith("movie.mp4 is nothing that Torchweave reads: drop a graph (.json) or ")
    window.drops.take(files[1:], QPointF())
    first = "net.IPYNB is a notebook without a graph: drop one that Torchweave exported, or a model as .py."
    second = "table.xlsx is a spreadsheet: save its table as .csv, and drop that."
    assert said.text() == f"{first} {second} 1 more could not be dropped either."
    (tmp_path / "README").touch()
    window.drops.take([files[0], tmp_path / "README"], QPointF())
    assert said.text().endswith("weights (.safetensors, .pt). README is nothing that Torchweave reads.")
    window.drops.take(files[3:], QPointF())
    assert said.text() == "gone.mp4 is not there any more."


def test_that_one_of_several_files_is_refused_while_another_is_looked_at(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "movie.mp4").touch()
    (tmp_path / "flowers.csv").write_text("width,height,kind\n1,2,a\n3,4,b\n5,6,a\n")
    window.drops.take([tmp_path / "movie.mp4", tmp_path / "flowers.csv"], QPointF())
    add_dataset(window, qtbot)
    assert window.banner.isVisible() and window.banner.sentence.text().startswith("movie.mp4 ")


def test_that_a_folder_without_anything_and_a_script_without_a_graph_get_a_sentence(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "script.py").write_text("print('hello')\n")
    for name, told in (
        ("empty", "The folder empty is empty."),
        ("script.py", "script.py has no model: no class in it has a forward, and it carries no graph, as an exported "),
    ):
        window.drops.take([tmp_path / name], QPointF())
        qtbot.waitUntil(lambda told=told: window.banner.sentence.text().startswith(told), timeout=30_000)  # type: ignore[misc]  # as mypy sees defaults
