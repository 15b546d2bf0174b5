"""Files and their questions: what is opened, saved, refused, dropped."""

import json
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QPoint, QPointF, QProcess, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from editor.inspector.from_file import FromFile
from editor.window.window import Window
from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from runtime.train import cards
from runtime.train.tensors import look
from tests.runtime.generate.cases import FOLDER

SMALL: dict[str, object] = {
    "format": "torchweave",
    "version": 1,
    "nodes": {"wine": {"type": "data.Wine"}, "layer": {"type": "nn.Linear"}},
    "edges": [["wine.features", "layer.input"]],
    "run": {"epochs": 3},
    "layout": {"wine": [0, 0], "layer": [300, 0]},
}
Button = QMessageBox.StandardButton


def graph_file(folder: Path, name: str = "small.json", content: object = None) -> Path:
    """A graph on disk."""
    file = folder / name
    file.write_text(json.dumps(content or SMALL))
    return file


def answer(window: Window, button: Button) -> None:
    """Press a button of the question that is open."""
    assert isinstance(window.question, QMessageBox)
    window.question.button(button).click()


def edit(window: Window) -> None:
    """Any edit."""
    window.document.do([("set", "layer", "out_features", 7)], "out_features 7")


# --- files


def test_that_a_file_opens_with_its_name_in_the_title(window: Window, tmp_path: Path) -> None:
    window.files.open(graph_file(tmp_path))
    assert list(window.document.graph.nodes) == ["wine", "layer"]
    assert window.windowTitle().startswith("small")
    assert window.canvas.isVisible()
    assert window.bar.title.whole == "small"


def test_that_an_edit_marks_the_title_and_undo_clears_the_mark(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    assert window.isWindowModified()
    assert window.bar.state.whole == "unsaved changes"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.isWindowModified()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.document.graph.nodes["layer"].parameters == {"out_features": 7}


def test_that_saving_writes_the_open_file_and_clears_the_mark(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    file = graph_file(tmp_path)
    window.files.open(file)
    edit(window)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert load(file.read_bytes()) == window.document.graph
    assert not window.isWindowModified()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[1, 2]", b'{"format": "torchweave", "version": 0}'])
def test_that_a_refused_file_changes_nothing_and_says_why(window: Window, tmp_path: Path, content: bytes) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    graph, steps = window.document.graph, window.document.history.index()
    broken = tmp_path / "broken.json"
    broken.write_bytes(content)
    window.files.open(broken)
    assert window.document.graph is graph
    assert window.document.history.index() == steps
    assert window.banner.isVisible()
    assert window.banner.sentence.text().startswith("broken.json was not opened. Th")
    window.banner.close_button.click()
    assert not window.banner.isVisible()


@pytest.mark.parametrize(
    ("nodes", "wires", "why"),
    [
        (5_001, 0, "The graph has 5,001 nodes and 0 wires; the window draws at most 5,000 and 10,000."),
        (4_000, 10_001, "The graph has 4,000 nodes and 10,001 wires; the window draws at most 5,000 and 10,000."),
        (2, 1_001, "n0 has 1,001 wires; the window draws at most 1,000 at a node."),
    ],
)
def test_that_more_than_can_be_drawn_in_a_moment_is_refused(
    window: Window, tmp_path: Path, nodes: int, wires: int, why: str
) -> None:
    graph = {
        "format": "torchweave",
        "version": 1,
        "nodes": {f"n{at}": {"type": "nn.ReLU"} for at in range(nodes)},
        "edges": [[f"n{at % (nodes - 1)}.output", f"n{nodes - 1}.p{at}"] for at in range(wires)],
    }
    window.files.open(graph_file(tmp_path, "large.json", graph))
    told = f"large.json was not opened. {why} torchweave check and train take it."
    assert window.banner.sentence.text() == told
    assert window.document.path is None


def test_that_a_file_that_is_gone_is_told(window: Window, tmp_path: Path) -> None:
    window.files.open(tmp_path / "gone.json")
    assert "gone.json was not opened" in window.banner.sentence.text()
    assert window.start.isVisible()


@pytest.mark.parametrize(("button", "opened"), [(Button.Discard, True), (Button.Cancel, False), (Button.Save, True)])
def test_that_unsaved_edits_are_asked_about(window: Window, tmp_path: Path, button: Button, opened: bool) -> None:
    file = graph_file(tmp_path)
    window.files.open(file)
    edit(window)
    edited = window.document.graph
    window.files.new()
    answer(window, button)
    assert (not window.document.graph.nodes) is opened
    assert (load(file.read_bytes()) == edited) is (button == Button.Save)


def test_that_closing_asks_and_cancel_keeps_the_window(window: Window, tmp_path: Path) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    window.close()
    answer(window, Button.Cancel)
    assert window.isVisible()
    window.close()
    answer(window, Button.Discard)
    assert not window.isVisible()


def test_that_a_new_graph_is_saved_where_the_latest_one_lies(window: Window, tmp_path: Path) -> None:
    window.files.open(graph_file(tmp_path))
    window.document.open(Graph(), None)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    window.files.ask_weights()
    window.inspector.show_nodes([])
    window.inspector.findChildren(FromFile)[0].load.click()
    dialogs = window.findChildren(QFileDialog)
    assert [Path(each.directory().absolutePath()) for each in dialogs] == [tmp_path] * 3
    for dialog in dialogs:
        dialog.reject()


def test_that_a_file_changed_by_somebody_else_is_not_silently_replaced(window: Window, tmp_path: Path) -> None:
    file = graph_file(tmp_path)
    window.files.open(file)
    edit(window)
    theirs = dump(Graph()).encode()
    file.write_bytes(theirs)
    window.files.save()
    answer(window, Button.Cancel)
    assert file.read_bytes() == theirs
    window.files.save()
    assert isinstance(window.question, QMessageBox)
    next(b for b in window.question.buttons() if b.text() == "Keep mine").click()
    assert load(file.read_bytes()) == window.document.graph


def test_that_saving_elsewhere_takes_the_data_along(window: Window, tmp_path: Path) -> None:
    content = {**SMALL, "nodes": {"table": {"type": "data.Table", "parameters": {"path": "flowers.csv"}}}, "edges": []}
    (tmp_path / "deep").mkdir()
    window.files.open(graph_file(tmp_path, content=content))
    window.files.write(tmp_path / "deep" / "copy.json")
    assert load((tmp_path / "deep" / "copy.json").read_bytes()).nodes["table"].parameters["path"] == "../flowers.csv"
    assert window.document.graph.nodes["table"].parameters["path"] == "../flowers.csv"
    assert not window.document.unsaved


def test_that_a_place_that_cannot_be_written_is_told_and_nothing_changes(window: Window, tmp_path: Path) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    window.files.write(tmp_path / "nowhere" / "copy.json")
    assert "copy.json was not saved" in window.banner.sentence.text()
    assert window.document.unsaved
    assert window.document.path == tmp_path / "small.json"
    window.files.save()
    assert not window.banner.isVisible()


def test_that_what_was_open_lately_is_on_the_start_page(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    kept, lost = graph_file(tmp_path, "kept.json"), graph_file(tmp_path, "lost.json")
    for file in (lost, kept):
        window.files.open(file)
    lost.unlink()
    window.frame.show_start()
    rows = window.start.findChildren(QPushButton, "recentRow")
    assert [row.toolTip() for row in rows] == [str(kept), str(lost)]
    assert [row.isEnabled() for row in rows] == [True, False]
    window.files.new()
    window.frame.show_start()
    row = window.start.findChildren(QPushButton, "recentRow")[0]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert list(window.document.graph.nodes) == ["wine", "layer"]


def test_that_the_open_file_opened_again_and_saved_first_shows_what_was_saved(window: Window, tmp_path: Path) -> None:
    file = graph_file(tmp_path)
    window.files.open(file)
    edit(window)
    window.files.open(file)
    answer(window, Button.Save)
    assert window.document.graph.nodes["layer"].parameters == {"out_features": 7}
    edit(window)
    window.document.do([("set", "layer", "out_features", 8)], "out_features 8")
    window.files.save()
    assert load(file.read_bytes()).nodes["layer"].parameters == {"out_features": 8}


# --- drops


def take(window: Window, qtbot: QtBot, file: Path, at: QPointF) -> None:
    """Drop a file of data and add its dataset."""
    window.drops.take([file], at)
    add_dataset(window, qtbot)


def add_dataset(window: Window, qtbot: QtBot) -> None:
    """Add the dataset of the sheet that is open, alone."""
    qtbot.waitUntil(lambda: any(sheet.only.isVisible() for sheet in window.drops.sheets.values()), timeout=30_000)
    (sheet,) = window.drops.sheets.values()
    sheet.only.click()


def test_that_a_dropped_graph_opens(window: Window, tmp_path: Path) -> None:
    window.drops.take([graph_file(tmp_path)], QPointF())
    assert list(window.document.graph.nodes) == ["wine", "layer"]


def test_that_a_dropped_table_becomes_its_dataset_in_one_step(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(graph_file(tmp_path))
    (tmp_path / "Some flowers.csv").write_text("width,height,kind\n1,2,a\n3,4,b\n5,6,a\n")
    take(window, qtbot, tmp_path / "Some flowers.csv", QPointF(40, 20))
    node = window.document.graph.nodes["some_flowers"]
    assert node.type == "data.Table"
    assert node.parameters["path"] == "Some flowers.csv"
    assert set(node.parameters["fields"]) == {"features", "kind"}
    added, *others = (window.canvas.mirror.boxes[id].rect for id in ("some_flowers", "wine", "layer"))
    assert not any(added.intersects(other) for other in others)
    window.document.history.undo()
    assert list(window.document.graph.nodes) == ["wine", "layer"]


@pytest.mark.parametrize("chosen", [["layer"], ["wine"], []])
def test_that_dropped_weights_are_for_the_selected_layer_or_the_whole_model(
    window: Window, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, chosen: list[str]
) -> None:
    monkeypatch.setattr(cards, "_look", look)
    window.files.open(graph_file(tmp_path))
    save_file({"layer.weight": torch.zeros(4, 13), "layer.bias": torch.zeros(4)}, tmp_path / "NET.safetensors")
    window.canvas.select(chosen)
    with qtbot.waitSignal(window.document.changed):
        window.drops.take([tmp_path / "NET.safetensors"], QPointF())
    graph = window.document.graph
    assert graph.extra.get("weights") == (None if chosen == ["layer"] else {"path": "NET.safetensors"})
    own = {"path": "NET.safetensors", "prefix": "layer"}
    assert graph.nodes["layer"].extra.get("weights") == (own if chosen == ["layer"] else None)
    whose = "layer" if chosen == ["layer"] else "The model"
    qtbot.waitUntil(lambda: f"{whose} takes its weights from NET.safetensors" in window.strip.sentence.whole)


def test_that_dropped_weights_that_nothing_could_have_get_a_sentence(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    save_file({"layer.weight": torch.zeros(4, 13), "layer.bias": torch.zeros(4)}, tmp_path / "net.safetensors")
    window.drops.take([tmp_path / "net.safetensors"], QPointF())
    told = "net.safetensors holds weights, and no layer is here"
    qtbot.waitUntil(lambda: told in window.banner.sentence.text(), timeout=30_000)


def test_that_dropped_tensors_that_are_no_weights_become_a_dataset(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    save_file({"X": torch.zeros(4, 13), "y": torch.tensor([0, 1, 1, 0])}, tmp_path / "rows.safetensors")
    take(window, qtbot, tmp_path / "rows.safetensors", QPointF())
    node = next(node for node in window.document.graph.nodes.values() if node.type == "data.Arrays")
    assert node.parameters["fields"]["x"] == {"type": "float32[13]", "column": "X"}


def test_that_dropped_labels_of_mnist_become_the_dataset_with_its_pictures(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("digits-images-idx3-ubyte.gz", "digits-labels-idx1-ubyte.gz"):
        (tmp_path / name).write_bytes((FOLDER / "data" / name).read_bytes())
    window.files.open(graph_file(tmp_path))
    take(window, qtbot, tmp_path / "digits-labels-idx1-ubyte.gz", QPointF(40, 50))
    node = window.document.graph.nodes["digits_images"]
    assert (node.type, node.parameters["path"]) == ("data.Idx", "digits-images-idx3-ubyte.gz")
    window.document.history.undo()
    assert "digits_images" not in window.document.graph.nodes


def test_that_what_was_said_of_a_refused_drop_goes_with_the_next_that_is_taken(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    window.files.open(graph_file(tmp_path))
    (tmp_path / "flowers.csv").write_text("width,height,kind\n1,2,a\n3,4,b\n5,6,a\n")
    window.drops.take([tmp_path / "movie.mp4"], QPointF())
    assert window.banner.isVisible()
    take(window, qtbot, tmp_path / "flowers.csv", QPointF(40, 50))
    assert not window.banner.isVisible()
    window.refuse("something.json was not saved.")  # of something else: it stays until it was read
    take(window, qtbot, tmp_path / "flowers.csv", QPointF(40, 150))
    assert window.banner.isVisible()


def test_that_a_table_does_not_land_in_a_graph_that_was_opened_meanwhile(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    window.files.open(graph_file(tmp_path))
    (tmp_path / "flowers.csv").write_text("width,height,kind\n1,2,a\n3,4,b\n5,6,a\n")
    window.drops.take([tmp_path / "flowers.csv"], QPointF())
    (look,) = window.drops.findChildren(QProcess)
    with qtbot.waitSignal(look.finished, timeout=30_000):
        window.files.open(graph_file(tmp_path, "other.json"))
    assert list(window.document.graph.nodes) == ["wine", "layer"]
    assert not window.document.unsaved


def test_that_a_table_on_the_start_page_begins_a_new_graph(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    window.frame.show_start()
    (tmp_path / "flowers.csv").write_text("width,height,kind\n1,2,a\n3,4,b\n5,6,a\n")
    window.start.files_dropped.emit([tmp_path / "flowers.csv"])
    answer(window, Button.Discard)
    assert not window.document.graph.nodes
    add_dataset(window, qtbot)
    assert list(window.document.graph.nodes) == ["flowers"]
    assert window.document.path is None


def test_that_closing_ends_the_look_at_a_table(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "flowers.csv").write_text("width,height,kind\n1,2,a\n3,4,b\n5,6,a\n")
    window.drops.take([tmp_path / "flowers.csv"], QPointF())
    (look,) = window.drops.findChildren(QProcess)
    with qtbot.waitSignal(look.finished, timeout=30_000):
        window.close()


def test_that_data_that_cannot_be_read_gets_a_sentence(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "broken.npz").write_bytes(b"no arrays at all")
    window.drops.take([tmp_path / "broken.npz"], QPointF())
    qtbot.waitUntil(window.banner.isVisible, timeout=30_000)
    assert window.banner.sentence.text().startswith("broken.npz cannot be read: ")


def test_that_a_shortcut_loads_weights_into_the_whole_model(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(graph_file(tmp_path, content=SMALL | {"edges": []}))
    save_file({"layer.weight": torch.zeros(64, 13), "layer.bias": torch.zeros(64)}, tmp_path / "net.safetensors")
    QTest.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = next(box for box in window.findChildren(QFileDialog) if box.isVisible())
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText("net.safetensors")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.document.graph.extra.get("weights") == {"path": "net.safetensors"})
    qtbot.waitUntil(lambda: "layer" in window.session.report.matches)
    assert window.session.report.matches["layer"].told == "2 of 2 matched"
