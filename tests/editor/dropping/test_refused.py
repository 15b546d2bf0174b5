"""What is said of things that were dropped and are of no use: what each is, and what to drop in its place."""

from pathlib import Path

from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from editor.window.window import Window
from runtime.graph.file import dump
from tests.editor.canvas.hand import two_models
from tests.editor.document.test_files import add_dataset


def test_that_anything_else_gets_a_sentence(window: Window, tmp_path: Path) -> None:
    others = [f"picture_{at}.png" for at in range(5)]
    files = [tmp_path / name for name in ("movie.mp4", "net.IPYNB", "table.xlsx", *others, "gone.mp4")]
    for file in files[:-1]:
        file.touch()
    window.drops.take(files[:1], QPointF())
    said = window.banner.sentence
    assert said.text().startswith("movie.mp4 is nothing that Torchweave reads: drop a graph (.json) or ")
    window.drops.take(files[1:], QPointF())
    first = "net.IPYNB is a notebook without a graph: drop one that Torchweave exported, or a model as .py."
    second = "table.xlsx is a spreadsheet: save its table as .csv, and drop that."
    assert said.text().startswith(f"{first} {second} picture_0.png is a picture without a graph: ")
    assert said.text().endswith("in which it is. 3 more could not be dropped either.")
    (tmp_path / "README").touch()
    window.drops.take([files[0], tmp_path / "README"], QPointF())
    assert said.text().endswith("weights (.safetensors, .pt). README is nothing that Torchweave reads.")
    window.drops.take(files[-1:], QPointF())
    assert said.text() == "gone.mp4 is not there any more."


def test_that_each_broken_graph_among_several_files_is_told_and_the_others_go_on(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "cut.json").write_text('{"format": "torchweave", ')
    (tmp_path / "other.json").write_text("[]")
    (tmp_path / "good.json").write_text(dump(two_models()))
    (tmp_path / "flowers.csv").write_text("width,height,kind\n1,2,a\n3,4,b\n5,6,a\n")
    files = [tmp_path / name for name in ("flowers.csv", "cut.json", "good.json", "other.json")]
    window.drops.take(files, QPointF())
    said = window.banner.sentence.text()
    assert window.banner.isVisible()
    assert said.startswith("cut.json was not opened. ") and " other.json was not opened. " in said
    assert window.document.path == tmp_path / "good.json"
    add_dataset(window, qtbot)
    assert {"digits", "flowers"} <= set(window.document.graph.nodes)


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
