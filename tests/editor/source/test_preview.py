"""The live program: it follows the graph, lights the lines of nodes, and says why where there is none."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.document.document import Document
from editor.looks import theme
from editor.running.session import Session
from editor.source.preview import ProgramView
from editor.source.text import CodeText
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph

WHOLE: list[Edit] = [
    ("add", "wine", "data.Wine", {}),
    ("add", "batches", "Collate", {"fields": ["features", "label"]}),
    ("add", "layer", "nn.Linear", {"out_features": 3}),
    ("add", "loss", "nn.CrossEntropyLoss", {}),
    ("add", "adam", "optim.Adam", {}),
    ("connect", "wine.features", "batches.features"),
    ("connect", "wine.label", "batches.label"),
    ("connect", "batches.features", "layer.input"),
    ("connect", "layer.output", "loss.input"),
    ("connect", "batches.label", "loss.target"),
    ("connect", "loss.output", "adam.loss"),
]


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> Iterator[ProgramView]:
    """The program of a whole graph."""
    theme.apply(qapp, "dark")
    document = Document()
    session = Session(document)
    made = ProgramView(session)
    made.resize(400, 500)
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(session.program_changed, check_params_cb=lambda: session.program is not None):
        document.open(applied(Graph(), WHOLE), None)
        session.check_now()
    qtbot.waitUntil(lambda: bool(made.text.toPlainText()))
    yield made
    session.trainer.close()


def test_that_the_program_follows_the_graph(view: ProgramView, qtbot: QtBot) -> None:
    assert "nn.Linear(13, 3)" in view.text.toPlainText()
    view.session.document.do([("set", "layer", "bias", False)], "no bias")
    qtbot.waitUntil(lambda: "nn.Linear(13, 3, bias=False)" in view.text.toPlainText())


def test_that_a_node_lights_its_lines_and_a_click_on_a_line_tells_its_node(view: ProgramView) -> None:
    view.light(["layer"])
    lit = [view.text.document().findBlockByNumber(line - 1).text() for line in sorted(view.text.lit)]
    assert any("nn.Linear(13, 3)" in text for text in lit)
    clicked = QSignalSpy(view.node_clicked)
    block = view.text.document().findBlockByNumber(min(view.text.lit) - 1)
    place = view.text.blockBoundingGeometry(block).translated(view.text.contentOffset()).center().toPoint()
    assert view.text.viewport().rect().contains(QPoint(40, place.y()))
    QTest.mouseClick(view.text.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, place.y()))
    assert clicked.at(0) == ["layer"]


def test_that_the_lines_of_a_selected_node_are_in_sight_when_the_program_is_looked_at(
    view: ProgramView, qtbot: QtBot
) -> None:
    view.hide()
    view.text.verticalScrollBar().setValue(0)
    view.light(["layer"], scroll=False)
    view.show()
    first = view.text.firstVisibleBlock().blockNumber()
    assert first > 0 and first < min(view.lines["layer"])


def test_that_the_last_program_stays_grey_with_a_reason_while_the_graph_is_not_sound(
    view: ProgramView, qtbot: QtBot
) -> None:
    before = view.text.toPlainText()
    view.session.document.do([("disconnect", "layer.output", "loss.input")], "cut")
    qtbot.waitUntil(lambda: view.text.colours.grey)
    assert view.text.toPlainText() == before
    assert view.notice.isVisible() and "loss" in view.notice.line.text()
    assert not view.export.isEnabled()
    view.session.document.history.undo()
    qtbot.waitUntil(lambda: not view.text.colours.grey and not view.notice.isVisible())


def test_that_the_program_of_another_graph_does_not_stay(view: ProgramView) -> None:
    unfinished = applied(Graph(), [("add", "layer", "nn.Linear", {})])
    view.session.document.open(unfinished, None)
    assert not view.text.isVisible()
    assert view.empty.text().startswith("No program yet.")


def test_that_an_empty_graph_says_what_will_be_here(view: ProgramView, qtbot: QtBot) -> None:
    view.session.document.open(Graph(), None)
    qtbot.waitUntil(view.empty.isVisible)
    assert not view.text.isVisible()


def test_that_the_program_is_copied_whole(view: ProgramView) -> None:
    QTest.mouseClick(view.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == view.text.toPlainText()


def test_that_export_is_asked_for(view: ProgramView) -> None:
    asked = QSignalSpy(view.export_requested)
    QTest.mouseClick(view.export, Qt.MouseButton.LeftButton)
    assert asked.count() == 1


def test_that_written_code_keeps_its_indent(qtbot: QtBot) -> None:
    code = CodeText()
    qtbot.addWidget(code)
    QTest.keyClicks(code, "def f(x):")
    QTest.keyClick(code, Qt.Key.Key_Return)
    QTest.keyClicks(code, "return x")
    assert code.toPlainText() == "def f(x):\n    return x"
