"""The whole way by mouse and keyboard: draw example 1, set it, run it, stop, undo, save, reopen, export."""

import ast
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from editor.inspector.form import Form
from editor.inspector.rows import RowsEntry
from editor.inspector.settings import GraphForm
from editor.palette.entry import NODE_TYPE
from editor.window.window import Window
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from runtime.spec.catalogue import catalogue
from tests.editor.canvas.hand import CONTROL, LEFT, NONE, PLAIN, SHIFT, Hand
from tests.editor.conftest import Open

LONG = 60_000  # ms
EXAMPLE = load((EXAMPLES / "two_models.json").read_bytes())


class Work(Hand):
    """A hand that reaches beyond the canvas: palette, inspector, bars, dialogs."""

    def __init__(self, window: Window, qtbot: QtBot, patch: pytest.MonkeyPatch) -> None:
        super().__init__(window.canvas)
        self.window, self.qtbot = window, qtbot
        self.ids: dict[str, str] = {}  # node of the example -> node that was drawn
        self.carried: list[str] = []
        patch.setattr(
            QDrag, "exec", lambda drag, *_: self._carry(drag)
        )  # without a desktop nothing carries a drag from widget to widget

    def _carry(self, drag: QDrag) -> Qt.DropAction:
        self.carried.append(bytes(drag.mimeData().data(NODE_TYPE).data()).decode())
        return Qt.DropAction.CopyAction

    def drag_from_palette(self, id: str) -> None:
        """Press on the type in the tree, move away with the button down, and let go over the canvas."""
        node, tree = EXAMPLE.nodes[id], self.window.palette_panel.tree
        item = tree.type_item(node.type)
        assert item
        tree.scrollToItem(item)
        start, place = tree.visualItemRect(item).center(), tree.viewport()
        QTest.mousePress(place, LEFT, PLAIN, start)
        for step in range(1, 5):
            at = QPointF(start + QPoint(step * 6, 0))
            event = QMouseEvent(QEvent.Type.MouseMove, at, place.mapToGlobal(at), NONE, LEFT, PLAIN)
            QApplication.sendEvent(place, event)
        QTest.mouseRelease(place, LEFT, PLAIN, start)
        before = set(self.document.graph.nodes)
        column, row = divmod(list(EXAMPLE.nodes).index(id), 3)
        assert self.drop_type(self.carried.pop(), self.pixel(QPointF(column * 300, row * 180)))
        (self.ids[id],) = set(self.document.graph.nodes) - before

    def wire(self, source: str, target: str) -> None:
        """Pull a wire between two ports, named as in the example."""
        (a, out), (b, into) = source.split("."), target.split(".")
        many = self.canvas.mirror.boxes[self.ids[b]].ports[into, False].slots
        start, stop = self.output(f"{self.ids[a]}.{out}"), self.input(f"{self.ids[b]}.{into}", len(many) - 1)
        self.pull(start, stop)

    def form(self, id: str) -> Form:
        """Click on a node; its form."""
        self.click(self.title(self.ids[id]))
        page = self.window.inspector.page
        assert isinstance(page, Form)
        assert page.ids == (self.ids[id],)
        return page

    def type_into(self, line: QWidget | None, text: str) -> None:
        """Replace what stands in a line, and commit."""
        assert isinstance(line, QLineEdit)
        line.setFocus()
        QTest.keyClick(line, Qt.Key.Key_A, CONTROL)
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def name_fields(self, id: str, names: list[str]) -> None:
        """Give Collate its fields, one row each."""
        entry = self.form(id).rows["fields"].entry
        assert isinstance(entry, RowsEntry)
        for number, name in enumerate(names, start=1):
            QTest.mouseClick(entry.more, LEFT)
            self.qtbot.waitUntil(partial(_has_rows, entry, number))
            self.type_into(entry.rows[-1].name, name)

    def keys(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = CONTROL) -> None:
        """A shortcut of the window."""
        QTest.keyClick(self.window, key, modifiers)

    def choose_file(self, file: Path) -> None:
        """Give the dialog that is open a path; typed letters would open a list that grabs the keyboard."""
        dialog = next(d for d in self.window.findChildren(QFileDialog) if d.isVisible())
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(line, QLineEdit)
        line.setText(str(file))
        with self.qtbot.waitSignal(dialog.finished):
            QTest.keyClick(line, Qt.Key.Key_Return)

    def points(self) -> int:
        """How many points the curve of the training loss has."""
        curves = self.window.training.curves
        curve = curves.loss.curves.get(("train", "raw")) if curves else None
        x = curve.getData()[0] if curve else None
        return 0 if x is None else len(x)


def _has_rows(entry: RowsEntry, number: int) -> bool:
    return len(entry.rows) == number


@pytest.fixture
def work(open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Work:
    """An empty graph in a window, and a hand."""
    window = open_window(1600, 1000)
    QTest.mouseClick(window.start.new_button, LEFT)
    QApplication.processEvents()
    return Work(window, qtbot, monkeypatch)


def draw(work: Work) -> None:
    """Every node and wire of the example, and every parameter that differs from its default, by typing."""
    while work.view.scale_now > 0.7:
        work.wheel(work.view.viewport().rect().center(), QPoint(0, -120), None, CONTROL)
    work.view.centerOn(QPointF(720, 260))
    for id in EXAMPLE.nodes:
        work.drag_from_palette(id)
    work.keys(Qt.Key.Key_F, PLAIN)
    work.name_fields("batches", ["image", "label"])
    for source, target in EXAMPLE.edges:
        work.wire(str(source), str(target))
    for id, node in EXAMPLE.nodes.items():
        for name, value in node.parameters.items():
            if name != "fields":
                entry = work.form(id).rows[name].entry
                work.type_into(entry.focusProxy(), str(value))


def meaning(graph: Graph, names: Mapping[str, str]) -> list[object]:
    """Types, parameters with their defaults, and edges of a graph under other names."""
    known = catalogue()
    nodes = {
        names[id]: (node.type, {**known[node.type].defaults, **node.parameters}) for id, node in graph.nodes.items()
    }
    return [nodes, {(names[a.node], a.port, names[b.node], b.port) for a, b in graph.edges}]


def train_and_stop(work: Work) -> None:
    """Press Run, see the curve begin and grow, press Stop."""
    window, qtbot = work.window, work.qtbot
    QTest.mouseClick(window.bar.run_button, LEFT)
    assert window.bar.run_button.text() == "Stop"
    qtbot.waitUntil(lambda: window.session.running)
    assert window.frame.bottom.current == "training"
    qtbot.waitUntil(lambda: work.points() > 5, timeout=LONG)
    before = work.points()
    qtbot.waitUntil(lambda: work.points() > before, timeout=LONG)
    with qtbot.waitSignal(window.session.run_ended, timeout=LONG):
        QTest.mouseClick(window.bar.run_button, LEFT)
    assert window.session.last_events[-1]["stopped"]


def undo_and_redo(work: Work) -> None:
    """Back to the empty graph, and forth to what was drawn."""
    drawn, steps = work.document.graph, 0
    while work.document.history.canUndo():
        work.keys(Qt.Key.Key_Z)
        steps += 1
    assert work.document.graph == Graph()
    for _ in range(steps):
        work.keys(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert work.document.graph == drawn


def save_and_reopen(work: Work, file: Path) -> None:
    """Save under a name, begin anew, open the file: the same graph."""
    document, drawn = work.document, work.document.graph
    work.keys(Qt.Key.Key_S)
    work.choose_file(file)
    assert not document.unsaved
    assert load(file.read_bytes()) == drawn
    work.keys(Qt.Key.Key_N)
    assert document.graph == Graph()
    work.keys(Qt.Key.Key_O)
    work.choose_file(file)
    assert document.graph == drawn
    assert work.window.windowTitle().startswith(file.stem)


def test_that_a_pipeline_is_drawn_trained_undone_saved_and_exported_by_hand(work: Work, tmp_path: Path) -> None:
    draw(work)
    work.window.session.check_now()
    assert [problem.message for problem in work.window.session.report.problems] == []
    drawn_names = {made: id for id, made in work.ids.items()}
    assert meaning(work.document.graph, drawn_names) == meaning(EXAMPLE, {id: id for id in EXAMPLE.nodes})
    work.click(work.nowhere())
    page = work.window.inspector.page
    assert isinstance(page, GraphForm)
    work.type_into(page.rows["epochs"].entry.focusProxy(), "400")
    train_and_stop(work)
    undo_and_redo(work)
    save_and_reopen(work, tmp_path / "mine.json")
    work.keys(Qt.Key.Key_E)
    work.choose_file(tmp_path / "mine.py")
    text = (tmp_path / "mine.py").read_text()
    assert "class Model(nn.Module):" in text
    ast.parse(text)
