"""A folder of pictures that is dropped on the canvas: it becomes the dataset of its classes."""

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from editor.window.window import Window
from tests.editor.document.test_files import graph_file, take


def photos(folder: Path, *names: str) -> Path:
    """A folder with a picture in each of the folders that are named."""
    for name in names:
        (folder / name).mkdir(parents=True)
        Image.new("RGB", (8, 6)).save(folder / name / "one.png")
    return folder


def test_that_a_dropped_folder_becomes_the_dataset_of_its_classes(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(graph_file(tmp_path))
    take(window, qtbot, photos(tmp_path / "pets", "cat", "dog"), QPointF(40, 50))
    node = window.document.graph.nodes["pets"]
    label = {"type": "int64[]", "classes": ["cat", "dog"]}
    assert (node.type, node.parameters) == (
        "data.Pictures",
        {"fields": {"picture": "picture", "label": label}, "path": "pets"},
    )


def test_that_a_dropped_folder_without_pictures_is_refused(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "first.doc").touch()
    window.drops.take([tmp_path / "letters"], QPointF())
    qtbot.waitUntil(lambda: "letters has no pictures in it" in window.banner.sentence.text(), timeout=20_000)
