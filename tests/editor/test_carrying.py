"""Scripts, pictures and weights that carry a graph, dropped on the window or opened: the graph is there again."""

from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from editor.window.window import Window
from runtime.graph.carried import KEY, in_script
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from runtime.graph.save import write_whole
from runtime.train import about
from tests.editor.canvas.hand import Hand, two_models
from tests.editor.document.test_files import SMALL, edit, graph_file

GRAPH = applied(two_models(), [("run", "epochs", 4)])
WEIGHTS = {"final.weight": torch.zeros(10, 12)}


@pytest.fixture
def empty(shared_window: Window) -> Window:
    """The window with an empty graph."""
    shared_window.document.history.setClean()
    shared_window.files.show_graph(Graph(), None)
    shared_window.banner.hide()
    return shared_window


def script(folder: Path) -> Path:
    """A script that does something bad where it is run."""
    file = folder / "train.py"
    file.write_text(in_script("raise SystemExit('it was run')\n", GRAPH))
    return file


def checkpoint(folder: Path) -> Path:
    """A checkpoint that carries the graph."""
    torch.save({KEY: dump(GRAPH), "model": WEIGHTS}, folder / "checkpoint.pt")
    return folder / "checkpoint.pt"


def weights(folder: Path) -> Path:
    """Weights that do."""
    save_file(WEIGHTS, folder / "weights.safetensors", metadata={KEY: dump(GRAPH)})
    return folder / "weights.safetensors"


@pytest.mark.parametrize("make", [script, checkpoint, weights])
def test_that_what_carries_a_graph_opens_it_as_an_untitled_copy(empty: Window, tmp_path: Path, make: object) -> None:
    assert callable(make)
    file = make(tmp_path)
    assert Hand(empty.canvas).drop_files([file], QPoint(100, 100))
    assert empty.document.graph == GRAPH
    assert (empty.document.path, empty.document.folder) == (None, tmp_path)
    assert not empty.drops.sheets
    empty.files.show_graph(Graph(), None)
    empty.frame.show_start()
    empty.drops.begin_with([file])
    assert empty.document.graph == GRAPH
    assert not empty.frame.on_start


def test_that_an_exported_script_and_a_picture_open_what_they_were_made_of(
    empty: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    from editor.export.render import _draw

    empty.files.open(graph_file(tmp_path, content={**SMALL, "nodes": {}, "edges": [], "layout": {}}))
    empty.document.open(GRAPH, None)
    QTest.keyClick(empty, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = empty.findChildren(QFileDialog)[-1]
    dialog.fileSelected.emit(str(tmp_path / "two.py"))
    dialog.close()
    assert (tmp_path / "two.py").is_file()
    assert _draw(GRAPH, tmp_path / "two.png", (400, 300), None)
    for name in ("two.py", "two.png"):
        empty.files.show_graph(Graph(), None)
        empty.files.open(tmp_path / name)
        assert empty.document.graph == GRAPH


def test_that_the_data_of_a_run_is_where_it_was(empty: Window, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    about.begin(run, tmp_path / "graphs" / "two.json", "first run")  # no such folder: the run was copied from elsewhere
    empty.files.open(weights(run))
    assert empty.document.folder == run
    (tmp_path / "graphs").mkdir()
    empty.files.open(weights(run))
    assert empty.document.folder == tmp_path / "graphs"
    assert empty.document.path is None


def test_that_weights_dropped_on_layers_are_loaded_into_them(empty: Window, tmp_path: Path, qtbot: QtBot) -> None:
    empty.document.open(two_models(), None, tmp_path / "two.json")
    Hand(empty.canvas).drop_files([weights(tmp_path)], QPoint(100, 100))
    qtbot.waitUntil(lambda: "weights" in empty.document.graph.extra, timeout=30_000)
    assert empty.document.graph.run == {}


def test_that_a_file_that_is_not_whole_is_refused_and_all_is_as_it_was(empty: Window, tmp_path: Path) -> None:
    empty.files.open(graph_file(tmp_path))
    edit(empty)
    before, steps = empty.document.graph, empty.document.history.count()
    broken = script(tmp_path).read_bytes()
    write_whole(tmp_path / "broken.py", broken[: broken.rindex(b"# ") + 40] + b"\n")
    empty.drops.take([tmp_path / "broken.py"], QPointF())
    assert empty.banner.sentence.text().startswith("broken.py was not opened. ")
    assert (empty.document.graph, empty.document.history.count()) == (before, steps)
    (tmp_path / "plain.py").write_text("x = 1\n")
    empty.files.open(tmp_path / "plain.py")
    assert empty.banner.sentence.text() == "plain.py was not opened. It carries no graph."
    assert empty.document.graph == before
    empty.files.open(tmp_path / "gone.py")
    assert empty.banner.sentence.text().startswith("gone.py was not opened. ")
    assert load((tmp_path / "small.json").read_bytes()) != before
