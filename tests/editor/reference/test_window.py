"""Help: how the page of a node type is reached, what it shows, and where its links lead."""

from typing import cast

import pytest
from PySide6.QtCore import QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from editor.inspector.form import Form
from editor.reference.asking import OF_TORCH, Asking
from editor.reference.window import ASKING, Reference
from editor.window.window import Window
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.reference import page
from runtime.reference.example import example
from runtime.spec.catalogue import catalogue

NODES: list[Edit] = [
    ("add", "digits", "data.Digits", {}, (0, 0)),
    ("add", "conv", "nn.Conv2d", {}, (200, 0)),
    ("add", "odd", "of.Nothing", {}, (400, 0)),
]


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What torch is asked is kept, and not answered; nobody is asked for whole pages."""
    names: list[str] = []
    monkeypatch.setattr(Asking, "ask", lambda self, name: names.append(name) if self.module == OF_TORCH else None)
    return names


@pytest.fixture
def started(window: Window) -> Window:
    """A window with three nodes."""
    window.document.open(applied(Graph(), NODES), None)
    window.frame.show_canvas()
    window.activateWindow()
    window.canvas.setFocus()
    QApplication.processEvents()
    return window


def reference(window: Window) -> Reference:
    """The window of the reference, with all that it draws."""
    assert window.reference is not None
    QApplication.processEvents()
    while window.reference._drawing.isActive():
        QApplication.processEvents()
    return window.reference


def press(window: Window) -> Reference:
    """F1."""
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F1)
    QApplication.processEvents()
    return reference(window)


def follow(window: Window, link: str) -> None:
    """Click on a link of the page."""
    reference(window).sheet.anchorClicked.emit(QUrl(link))
    QApplication.processEvents()


def test_that_f1_explains_the_selected_node(started: Window, asked: list[str]) -> None:
    started.canvas.select(["conv"])
    found = press(started)
    text = found.sheet.toPlainText()
    assert found.isVisible()
    assert text.startswith("nn.Conv2d\nSlide learned filters over pictures.")
    assert "padding_mode" in text
    assert ASKING in text
    assert asked == ["nn.Conv2d"]


def test_that_the_whole_page_is_there_when_it_was_told(started: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "mistakes", lambda *_: pytest.fail("hundreds of checks while the window waits"))
    started.canvas.select(["conv"])
    found = press(started)
    assert "An example" not in found.sheet.toPlainText()
    found.telling.answered.emit("nn.Linear", "# Of another page", "")
    found.telling.answered.emit("nn.Conv2d", "# An example", "")
    assert found.sheet.toPlainText().startswith("An example")
    found.telling.answered.emit("nn.Conv2d", "", "no answer")
    assert found.sheet.toPlainText().startswith("An example")


def test_that_the_example_is_drawn_as_wide_as_the_page(started: Window, qtbot: QtBot) -> None:
    started.canvas.select(["conv"])
    found = press(started)
    assert found.drawn["nn.Conv2d"].width() == found.sheet.inner_width()
    found.resize(560, 500)
    qtbot.waitUntil(lambda: found.drawn["nn.Conv2d"].width() == found.sheet.inner_width() < 560)


def test_that_the_button_in_the_inspector_explains_its_node(started: Window) -> None:
    started.show_node("conv")
    QApplication.processEvents()
    title = cast(Form, started.inspector.page).title
    assert title is not None
    QTest.mouseClick(title.help, Qt.MouseButton.LeftButton)
    assert reference(started).shown == "nn.Conv2d"


def test_that_f1_explains_what_is_looked_at_in_palette_and_search(started: Window) -> None:
    started.canvas.select(["conv"])
    started.palette_panel.search.setFocus()
    QTest.keyClicks(started.palette_panel.search, "dropout")
    assert press(started).shown == "nn.Dropout"
    reference(started).close()
    started.activateWindow()
    QApplication.processEvents()
    started.searching.ask_at(QPointF(300, 300), None)
    QTest.keyClicks(started.searching.popup.field, "flatten")
    assert press(started).shown == "nn.Flatten"


def test_that_f1_lists_all_node_types_where_none_is_looked_at(started: Window, asked: list[str]) -> None:
    found = press(started)
    text = found.sheet.toPlainText()
    assert [name for name in catalogue() if f"{name}: " not in text] == []
    assert found.opener.isHidden()
    assert asked == []


def test_that_a_type_without_a_page_is_told(started: Window) -> None:
    started.canvas.select(["odd"])
    QTest.keyClick(started.canvas, Qt.Key.Key_F1)
    assert "of.Nothing has no page" in started.strip.sentence.whole
    assert started.reference is not None and started.reference.isHidden()


def test_that_links_lead_to_other_pages_and_back(started: Window) -> None:
    started.canvas.select(["conv"])
    press(started)
    follow(started, "nn.Conv1d.md")
    assert reference(started).shown == "nn.Conv1d"
    follow(started, "index.md")
    assert reference(started).shown == ""
    for name in ("nn.Conv1d", "nn.Conv2d"):
        QTest.mouseClick(reference(started).back, Qt.MouseButton.LeftButton)
        assert reference(started).shown == name
    assert not reference(started).back.isEnabled()


def test_that_a_link_to_elsewhere_is_opened_elsewhere(started: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    started.canvas.select(["conv"])
    press(started)
    follow(started, "https://docs.pytorch.org/x.html")
    assert opened == ["https://docs.pytorch.org/x.html"]


@pytest.mark.parametrize("way", ["button", "link"])
def test_that_the_example_opens_untitled(started: Window, way: str) -> None:
    started.canvas.select(["conv"])
    found = press(started)
    if way == "button":
        QTest.mouseClick(found.opener, Qt.MouseButton.LeftButton)
    else:
        follow(started, "nn.Conv2d.json")
    assert started.document.graph == example(catalogue()["nn.Conv2d"]).graph
    assert started.document.path is None


def test_that_edits_are_asked_about_before_the_example_opens(started: Window) -> None:
    started.document.do([("remove", "digits")], "remove digits")
    graph = started.document.graph
    started.canvas.select(["conv"])
    QTest.mouseClick(press(started).opener, Qt.MouseButton.LeftButton)
    assert isinstance(started.question, QMessageBox)
    started.question.button(QMessageBox.StandardButton.Cancel).click()
    assert started.document.graph is graph


def test_that_the_page_follows_the_theme(started: Window) -> None:
    started.canvas.select(["conv"])
    dark = press(started).drawn["nn.Conv2d"]
    started.actions_by_name["theme"].trigger()
    assert reference(started).drawn["nn.Conv2d"] != dark


def test_that_an_answer_stands_below_the_page_and_leaves_the_reader_where_he_is(started: Window) -> None:
    started.canvas.select(["conv"])
    found = press(started)
    bar = found.sheet.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    found.asking.answered.emit("nn.Conv2d", "Turns :attr:`this` into that.", "")
    assert found.sheet.toPlainText().endswith("In torch's own words\nTurns this into that.")
    assert bar.value() == place > 0
    found.asking.answered.emit("nn.Linear", "Of another page.", "")
    assert "Of another page." not in found.sheet.toPlainText()
    found.asking.answered.emit("nn.Conv2d", "", "torch gave no answer")
    assert found.sheet.toPlainText().endswith("torch gave no answer.")


def test_that_what_is_not_torchs_is_not_asked_of_torch(started: Window, asked: list[str]) -> None:
    started.canvas.select(["digits"])
    assert "torch's own words" not in press(started).sheet.toPlainText()
    assert asked == []


def test_that_escape_closes_the_reference_alone(started: Window) -> None:
    started.canvas.select(["conv"])
    found = press(started)
    QTest.keyClick(found, Qt.Key.Key_Escape)
    assert found.isHidden() and started.isVisible()
