"""The list of problems driven by keys and mouse."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.document.document import Document
from editor.looks import theme
from editor.looks.pieces import Line, TextButton
from editor.running.session import Session
from editor.window.problem_row import ProblemRow, parted
from editor.window.problems import ProblemsPanel
from runtime.check.problem import Problem, Repair
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.editor.canvas.hand import two_models

WRONG: list[Edit] = [
    ("add", "digits", "data.Digits", {}),
    ("add", "batches", "Collate", {"fields": ["image", "label"]}),
    ("add", "layer", "nn.Linear", {"out_features": 10, "in_features": 60}),
    ("add", "flat", "nn.Flatten", {}),
    ("add", "drop", "nn.Dropout", {"p": 3}),
    ("connect", "digits.image", "batches.image"),
    ("connect", "digits.label", "batches.label"),
    ("connect", "batches.image", "flat.input"),
    ("connect", "flat.output", "layer.input"),
]


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[ProblemsPanel]:
    """The list of a graph with two errors and something to connect."""
    theme.apply(qapp, "dark")
    document = Document()
    session = Session(document)
    document.open(applied(Graph(), WRONG), None)
    session.check_now()
    made = ProblemsPanel(session, document)
    made.resize(1000, 240)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    session.trainer.close()


def test_that_nothing_wrong_is_said_of_the_graph_that_is_there(qtbot: QtBot) -> None:
    document = Document()
    session = Session(document)
    made = ProblemsPanel(session, document)  # before anything was checked
    qtbot.addWidget(made)
    made.show()
    scale: Edit = ("insert", "scaled", "transform.Scale", {"maximum": 16.0}, "digits.image", "batches.image")
    document.open(applied(two_models(), [(*scale, "input", "output")]), None)
    session.check_now()
    qtbot.waitUntil(lambda: [line.text() for line in made.list.findChildren(Line)] == ["Nothing wrong"])
    session.trainer.close()


def test_that_errors_come_first_and_open_ends_are_one_line(panel: ProblemsPanel) -> None:
    shown = [row.problem.severity for row in panel.rows]
    assert shown == sorted(shown, key=["error", "warning"].index)
    assert shown.count("error") == 2
    count = len(panel.session.report.of("open"))
    assert panel.fold.isVisible() and panel.fold.text() == f"{count} to connect"
    QTest.mouseClick(panel.fold, Qt.MouseButton.LeftButton)
    assert len(panel.rows) == len(shown) + count


def test_that_what_is_unfinished_is_shown_where_there_is_nothing_else(panel: ProblemsPanel, qtbot: QtBot) -> None:
    assert not panel.fold.isChecked()
    document = panel.document
    document.open(applied(Graph(), [("add", "layer", "nn.Linear", {})]), None)
    qtbot.waitUntil(lambda: panel.fold.isChecked())
    assert panel.rows and all(row.isVisible() and row.problem.severity == "open" for row in panel.rows)
    QTest.mouseClick(panel.fold, Qt.MouseButton.LeftButton)
    assert not panel.rows
    document.do([("add", "other", "nn.Linear", {})], "another")
    qtbot.waitUntil(lambda: len(panel.session.report.of("open")) > 1 and "1 " not in panel.fold.text())
    assert not panel.rows


def test_that_a_click_on_a_row_chooses_its_node(panel: ProblemsPanel) -> None:
    chosen = QSignalSpy(panel.problem_chosen)
    QTest.mouseClick(panel.rows[0], Qt.MouseButton.LeftButton)
    assert chosen.at(0) == [panel.rows[0].problem]


def test_that_rows_are_walked_with_arrows_and_chosen_with_enter(panel: ProblemsPanel) -> None:
    chosen = QSignalSpy(panel.problem_chosen)
    panel.rows[0].setFocus()
    QTest.keyClick(panel.rows[0], Qt.Key.Key_Down)
    assert panel.rows[1].hasFocus()
    QTest.keyClick(panel.rows[1], Qt.Key.Key_Return)
    assert chosen.at(0) == [panel.rows[1].problem]


def test_that_a_repair_is_one_undo_step_and_the_row_goes(panel: ProblemsPanel, qtbot: QtBot) -> None:
    row = next(row for row in panel.rows if row.problem.node == "layer")
    button = row.findChildren(TextButton)[0]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "in_features" not in panel.document.graph.nodes["layer"].parameters
    assert panel.document.history.count() == 1
    qtbot.waitUntil(lambda: [row.problem.node for row in panel.rows if row.problem.severity == "error"] == ["drop"])
    panel.document.history.undo()
    qtbot.waitUntil(lambda: len([row for row in panel.rows if row.problem.severity == "error"]) == 2)


def test_that_an_empty_list_says_so(panel: ProblemsPanel, qtbot: QtBot) -> None:
    panel.document.open(Graph(), None)
    qtbot.waitUntil(lambda: panel.shown == panel.session.report.problems)
    if not panel.session.report.problems:
        assert any("Nothing wrong" in line.text() for line in panel.findChildren(Line))


def test_that_the_row_does_not_say_what_its_button_says() -> None:
    repair = Repair("Insert nn.Flatten", ())
    problem = Problem("m", "input", "error", "m.input needs a row, got a picture. Insert nn.Flatten.", (repair,))
    assert parted(problem) == ("m.input", "needs a row, got a picture.")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("m.target needs a target of float32[B, 1], got int64[B].", "Needs a target of float32[B, 1], got int64[B]."),
        ("m.target needs a row, got a picture.", "target needs a row, got a picture."),
    ],
)
def test_that_the_row_in_the_inspector_names_a_port_once(qtbot: QtBot, sentence: str, said: str) -> None:
    row = ProblemRow(Problem("m", "target", "error", sentence), narrow=True)
    qtbot.addWidget(row)
    assert [line.text() for line in row.findChildren(Line)] == [said]


@pytest.mark.parametrize("name", ["normalisation_of_the_left_branch_before_joining", "n" * 50])
def test_that_a_long_name_is_seen_whole_with_its_port(qtbot: QtBot, name: str) -> None:
    row = ProblemRow(Problem(name, "input", "error", f"{name}.input needs float32[B, 64], got float32[B, 60]."))
    qtbot.addWidget(row)
    row.resize(900, row.heightForWidth(900))
    row.show()
    line = next(each for each in row.findChildren(Line) if each.text().replace("\u200b", "") == f"{name}.input")
    words = line.fontMetrics().boundingRect(line.rect(), Qt.TextFlag.TextWordWrap, line.text())
    assert line.rect().contains(words)


def placed(button: TextButton) -> QRect:
    """Where in its row a button is."""
    flow = button.parentWidget()
    assert flow is not None
    return button.geometry().translated(flow.pos())


@pytest.mark.parametrize("width", [700, 1300])
def test_that_a_sentence_keeps_its_line_and_its_buttons_their_words(qtbot: QtBot, width: int) -> None:
    repairs = tuple(Repair(f"Take batches.image and insert nn.Flatten{at}", ()) for at in range(2))
    sentence = "final.input needs float32[..., in_features], got int64[B]."
    row = ProblemRow(Problem("final", "input", "error", sentence, repairs))
    qtbot.addWidget(row)
    row.resize(width, row.heightForWidth(width))
    row.show()
    said = next(each for each in row.findChildren(Line) if each.text().startswith("Needs"))
    assert said.height() < 40 and said.width() >= 240
    for button in row.findChildren(TextButton):
        assert button.text() == button.words
        assert row.rect().contains(placed(button))
        assert not button.geometry().intersects(said.geometry())


def test_that_a_button_too_long_for_the_inspector_stands_on_two_lines(qtbot: QtBot) -> None:
    repair = Repair("Take batches.image and insert nn.Flatten", ())
    row = ProblemRow(Problem("final", "input", "error", "final.input needs float32.", (repair,)), narrow=True)
    qtbot.addWidget(row)
    row.resize(236, row.heightForWidth(236))
    row.show()
    (button,) = row.findChildren(TextButton)
    assert button.text().replace("\n", " ") == button.words
    assert button.height() >= 2 * button.fontMetrics().height() and row.rect().contains(placed(button))
