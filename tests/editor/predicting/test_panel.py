"""The panel in which a model is tried, by hand: rows, fields of one's own, and what stands beside them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot

from editor.looks.fade import Fade
from editor.predicting.panel import FOR, TryPanel
from editor.predicting.shares import Shares
from runtime.graph.model import end
from runtime.places import EXAMPLES

if TYPE_CHECKING:
    from editor.window.window import Window

FIELDS = [
    {"name": "title", "kind": "text", "value": "eagle"},
    {"name": "sizes", "kind": "numbers", "value": [1.5, ""], "names": ["wide", "high"]},
    {"name": "sex", "kind": "class", "value": 1, "names": ["", "female"]},
    {"name": "picture", "kind": "picture", "pictures": []},
]
SCORES = {"name": "final", "kind": "classes", "shares": [["cat", 0.75], ["dog", 0.2495], ["cow", 0.0005]]}


def answer(**more: Any) -> dict[str, Any]:
    """What the process tells of the first row."""
    about = {"row": 0, "rows": 40, "part": "validation", "weights": "trained in the run x"}
    return {**about, "fields": FIELDS, "outputs": [SCORES], "truth": {"label": "dog"}, **more}


@pytest.fixture
def panel(window: "Window", qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> TryPanel:
    """The panel of a window; its questions wait for the test."""
    window.files.open(EXAMPLES / "titles.json")
    qtbot.waitUntil(lambda: end("final.output") in window.session.report.types)
    monkeypatch.setattr(window.previews.asking, "warm", lambda: None)
    action: QAction = window.actions_by_name["try"]
    action.trigger()
    made = window.frame.bottom.panes["try"].content
    assert isinstance(made, TryPanel) and made.isVisible()
    qtbot.waitUntil(lambda: made.pending)
    return made


def replied(panel: TryPanel, told: dict[str, Any]) -> dict[str, Any]:
    """Answer the question that waits; returns what was asked."""
    order = panel.asking.waiting.pop(FOR)
    panel.asking.answered.emit(order, told)
    asked: dict[str, Any] = order["try"]
    return asked


def bars(panel: TryPanel) -> Shares:
    """The bars of the only output."""
    (shares,) = panel.outputs
    assert isinstance(shares, Shares)
    return shares


def test_that_a_row_shows_its_fields_the_best_class_and_what_the_data_says(panel: TryPanel) -> None:
    assert replied(panel, answer()) == {"row": 0, "values": {}}
    assert panel.head.text() == "cat  75.0%"
    assert panel.weights.whole == "label dog in the data, weights trained in the run x"
    assert panel.place.text() == "row 1 of 40, held out"
    assert bars(panel).accessibleName() == "cat 75.0%, dog 24.9%, cow < 0.1%"
    assert bars(panel).truth == {"dog"}
    title = panel.form.findChild(QLineEdit, "field title")
    assert title is not None and (title.text(), title.accessibleName()) == ("eagle", "title")
    assert not panel.back.isVisible()


def test_that_an_untrained_model_is_said_to_be_one_before_anything_else(panel: TryPanel) -> None:
    replied(panel, answer(weights="untrained"))
    told = "Not trained yet: press Run first. These are the outputs of the weights that a run begins with."
    assert panel.head.text() == told
    assert panel.head.token == "warning" and panel.outputs
    panel.ask()
    replied(panel, answer(truth={"size": 2, "label": "dog"}))
    assert panel.head.text() == "cat  75.0%"
    assert panel.weights.whole.startswith("size 2 in the data, label dog in the data, "), "in the order of the graph"


def test_that_what_is_typed_is_tried_and_stays_until_the_row_is_wanted_again(panel: TryPanel, qtbot: QtBot) -> None:
    replied(panel, answer())
    title = panel.form.findChild(QLineEdit, "field title")
    assert title is not None
    title.selectAll()
    QTest.keyClicks(title, "owl")
    qtbot.waitUntil(lambda: FOR in panel.asking.waiting)
    asked = replied(panel, answer(truth={}))
    assert asked == {"row": 0, "values": {"title": "owl"}}
    assert title.text() == "owl" and panel.back.isVisible() and panel.place.text() == "row 1 of 40, changed"
    panel.back.click()
    assert replied(panel, answer())["values"] == {}
    assert not panel.back.isVisible()


def test_that_ten_classes_fit_and_fields_fade_out_where_there_are_more(panel: TryPanel, qtbot: QtBot) -> None:
    shares = [[str(at), 0.1] for at in range(10)]
    replied(panel, answer(outputs=[{**SCORES, "shares": shares}]))
    form, answers = panel.findChildren(QScrollArea)
    qtbot.waitUntil(lambda: form.verticalScrollBar().maximum() > 0)
    fade = form.findChild(Fade)
    assert fade is not None and fade.isVisible()
    qtbot.waitUntil(lambda: answers.verticalScrollBar().maximum() == 0)


def test_that_numbers_and_classes_are_given_too(panel: TryPanel, qtbot: QtBot) -> None:
    replied(panel, answer())
    wide, high = panel.form.findChildren(QLineEdit, "field wide") + panel.form.findChildren(QLineEdit, "field high")
    assert (wide.text(), high.text()) == ("1.5", "")
    QTest.keyClicks(high, "2")
    sex = panel.form.findChild(QComboBox, "field sex")
    assert sex is not None and sex.currentText() == "female"
    sex.setFocus()
    QTest.keyClick(sex, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: FOR in panel.asking.waiting)
    assert replied(panel, answer())["values"] == {"sizes": ["1.5", "2"], "sex": 0}


def drop(panel: TryPanel, url: QUrl) -> None:
    """Drag what has this address onto the panel and let it go there."""
    data, at = QMimeData(), QPoint(20, 20)
    data.setUrls([url])
    about = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, *about)
    QApplication.sendEvent(panel, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(panel, QDropEvent(at.toPointF(), *about))


def test_that_a_picture_that_is_dropped_is_tried(panel: TryPanel, qtbot: QtBot, tmp_path: Path) -> None:
    replied(panel, answer())
    drop(panel, QUrl("https://example.org/cat.png"))
    assert panel.form.values == {}
    drop(panel, QUrl.fromLocalFile(str(tmp_path / "cat.png")))
    qtbot.waitUntil(lambda: FOR in panel.asking.waiting)
    assert replied(panel, answer())["values"] == {"picture": str((tmp_path / "cat.png").resolve())}


def test_that_a_mistake_is_one_sentence_and_the_next_try_may_do_better(panel: TryPanel) -> None:
    replied(panel, answer())
    panel.form.give("sizes", ["x", ""])
    panel.ask()
    replied(panel, {"problem": "wide needs a number, got 'x'."})
    assert panel.head.text() == "wide needs a number, got 'x'." and panel.outputs == []
    panel.go(0)
    replied(panel, answer())
    assert panel.head.text() == "cat  75.0%"


def test_that_rows_are_gone_through_and_new_weights_are_asked_at_once(panel: TryPanel, qtbot: QtBot) -> None:
    replied(panel, answer())
    panel.previous.click()
    assert replied(panel, answer(row=39))["row"] == 39
    panel.session.run_ended.emit({"event": "finished"})
    assert replied(panel, answer(row=39))["row"] == 39


def test_that_nothing_is_asked_once_nobody_looks(panel: TryPanel, window: "Window", qtbot: QtBot) -> None:
    replied(panel, answer())
    panel.form.give("title", "owl")
    window.open_bottom("problems")
    qtbot.waitUntil(lambda: not panel.settling.isActive())
    assert panel.asking.waiting == {}
    window.open_bottom("try")
    qtbot.waitUntil(lambda: FOR in panel.asking.waiting)
    assert replied(panel, answer())["values"] == {"title": "owl"}
