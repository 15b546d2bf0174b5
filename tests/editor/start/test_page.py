"""The start page: examples as pictures, chosen by mouse and keyboard, and what may be dropped on it."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from editor.document.recent import remember
from editor.looks.pieces import Line
from editor.palette.entry import first_sentence, mime
from editor.start.card import Card
from editor.start.page import StartPage, examples, words
from runtime.places import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from editor.window.window import Window

TWO = EXAMPLES / "two_models.json"
DRAWN = 60_000  # ms until a process has drawn all pictures, on a machine that is busy


@pytest.fixture
def page(window: "Window") -> StartPage:
    """The page as a window shows it that was started without a file."""
    return window.start


def drop(page: StartPage, data: QMimeData) -> None:
    """Enter and drop."""
    at, copy, button, plain = (
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier(0),
    )
    enter = QDragEnterEvent(at, copy, data, button, plain)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(at), copy, data, button, plain))


def test_that_each_example_has_a_picture_a_title_and_a_sentence(page: StartPage, qtbot: QtBot) -> None:
    assert set(page.cards) == set(EXAMPLES.glob("*.json"))
    assert next(iter(page.cards)) == TWO
    qtbot.waitUntil(lambda: all(not card.picture.image.isNull() for card in page.cards.values()), timeout=DRAWN)
    for file, graph in examples().items():
        title, about = words(file, graph)
        assert title != file.stem
        assert about.endswith(".")


def test_that_pictures_follow_the_theme(window: "Window", page: StartPage, qtbot: QtBot) -> None:
    card = page.cards[TWO]
    qtbot.waitUntil(lambda: not card.picture.image.isNull(), timeout=DRAWN)
    dark, shown = card.picture.image, card.picture.grab().toImage()
    window.actions_by_name["theme"].trigger()
    qtbot.waitUntil(lambda: not card.picture.image.isNull(), timeout=DRAWN)
    assert card.picture.image != dark
    assert card.picture.grab().toImage() != shown


def test_that_files_that_were_open_lately_come_before_the_examples_and_take_no_room_where_there_are_none(
    window: "Window", page: StartPage, tmp_path: Path
) -> None:
    page.show()
    assert not any(line.isVisible() for line in page.findChildren(Line) if line.text() == "Recent")
    for name in ("graph", "another", "long" * 100):  # no system takes the last one
        remember(tmp_path / f"{name}.json")
    window.files.new()
    assert window.files.beside_graph(".py").parent == Path.home()
    window.frame.show_start()
    rows = page.findChildren(QPushButton, "recentRow")
    QApplication.processEvents()
    places = [row.mapTo(page.area.viewport(), QPoint()) for row in rows]
    assert len(rows) == 3 and all(
        0 < at.y() < page.cards[TWO].mapTo(page.area.viewport(), QPoint()).y() for at in places
    )
    assert places[0].y() == places[1].y() < places[2].y(), "two stand beside each other"


def test_that_a_click_opens_an_example_as_a_copy(window: "Window", page: StartPage) -> None:
    QTest.mouseClick(page.cards[TWO], Qt.MouseButton.LeftButton)
    assert "digits" in window.document.graph.nodes
    assert window.document.path is None
    assert window.document.origin == TWO
    assert window.document.title == "two_models (copy)"
    assert window.canvas.isVisible()


def test_that_the_keyboard_reaches_an_example(window: "Window", page: StartPage) -> None:
    card = page.cards[TWO]
    card.setFocus()
    assert card.hasFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert window.document.origin == TWO


def test_that_a_release_outside_a_card_chooses_nothing(window: "Window", page: StartPage) -> None:
    card = page.cards[TWO]
    QTest.mousePress(card, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=QPoint(-20, -20))
    assert not window.document.graph.nodes


def test_that_a_node_type_dropped_here_begins_a_graph(window: "Window", page: StartPage) -> None:
    drop(page, mime("data.Digits"))
    assert [node.type for node in window.document.graph.nodes.values()] == ["data.Digits"]
    assert window.canvas.isVisible()


def test_that_a_graph_dropped_here_opens(window: "Window", page: StartPage) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(TWO))])
    drop(page, data)
    assert window.document.origin == TWO


def test_that_a_sentence_ends_at_its_stop() -> None:
    assert first_sentence("One model.\n\nMore of it. And more.") == "One model."
    assert first_sentence("no stop") == "no stop"
    assert first_sentence("") == ""


def test_that_hidden_the_page_draws_nothing(window: "Window", page: StartPage) -> None:
    window.files.new()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    page.draw()
    assert page.pictures.waiting is None
    assert page.pictures.process is None


def test_that_joined_models_come_first_then_data_as_people_have_it_then_definitions() -> None:
    names = [file.stem for file in examples()]
    assert names[:3] == ["two_models", "model_after_model", "text_and_image"]
    assert names[3:7] == ["penguins", "drawings", "titles", "picture_text_table"]
    assert all(graph.definitions for graph in list(examples().values())[7:])


def test_that_cards_stand_in_rows_wide_enough_for_their_words(page: StartPage) -> None:
    cards = list(page.cards.values())
    for row, least in ((cards[:3], 250), (cards[3:], 500)):
        widths = {card.width() for card in row}
        assert max(widths) - min(widths) <= 1 and min(widths) >= least
    assert not any(one.geometry().intersects(other.geometry()) for one in cards for other in cards if one is not other)
    for card in cards:
        for line in card.findChildren(Line):
            assert line.height() >= line.heightForWidth(line.width()), line.text()


def test_that_words_of_cards_are_whole_in_the_narrowest_window(
    open_window: "Callable[[int, int], Window]",
) -> None:
    window = open_window(900, 600)
    QApplication.processEvents()
    for card in window.start.cards.values():
        for line in card.findChildren(Line):
            assert line.height() >= line.heightForWidth(line.width()) > 0, line.text()


def shown(page: StartPage, card: Card) -> bool:
    """Whether all of a card is in view."""
    view = page.area.viewport()
    return view.rect().contains(card.rect().translated(card.mapTo(view, QPoint())))


@pytest.mark.parametrize(("width", "height", "whole"), [(1366, 768, 7), (1920, 1080, 11), (1024, 640, 5)])
def test_that_the_first_rows_are_whole_in_a_window(
    open_window: "Callable[[int, int], Window]", width: int, height: int, whole: int
) -> None:
    page = open_window(width, height).start
    in_view = [shown(page, card) for card in page.cards.values()]
    assert in_view == [at < whole for at in range(len(in_view))]
    assert all(card.picture.height() > 70 for card in page.cards.values())


def test_that_the_lower_edge_fades_while_there_is_more_below(page: StartPage) -> None:
    bar = page.area.verticalScrollBar()
    assert page.fade.isVisible() and bar.maximum()
    bar.setValue(bar.maximum())
    assert not page.fade.isVisible()


def test_that_a_click_on_the_faded_edge_opens_the_example_below_it(window: "Window", page: StartPage) -> None:
    (card,) = [card for file, card in page.cards.items() if file.stem == "gan"]
    below = card.mapTo(page.area.viewport(), QPoint()).y() - page.area.viewport().height()
    page.area.verticalScrollBar().setValue(below + 30)  # its upper edge in view
    at = card.mapTo(window, QPoint(20, 10))
    assert not shown(page, card) and window.childAt(at) in (card, *card.findChildren(QWidget))


@pytest.fixture
def behind(window: "Window", page: StartPage) -> "Window":
    """A window with a graph open behind the page."""
    window.files.open(TWO)
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    assert page.isVisible()
    return window


def test_that_escape_the_icon_the_shortcut_and_a_button_lead_back_to_the_graph(behind: "Window") -> None:
    left, alt = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier
    page, show = behind.start, behind.frame.show_start
    (icon,) = [each for each in behind.bar.findChildren(QToolButton) if each.toolTip().startswith("Examples")]
    for way in ("escape", "escape in the search", "icon", "shortcut", "button"):
        show()
        if way == "escape":
            QTest.keyClick(page.cards[TWO], Qt.Key.Key_Escape)
        elif way == "escape in the search":
            QTest.keyClick(behind.palette_panel.search, Qt.Key.Key_Escape)
        elif way == "icon":
            QTest.mouseClick(icon, left)
        elif way == "shortcut":
            QTest.keyClick(page, Qt.Key.Key_Home, alt)
        else:
            QTest.mouseClick(page.back_button, left)
        assert behind.canvas.isVisible() and not page.isVisible(), way
    assert behind.canvas.view.hasFocus()


def test_that_there_is_no_way_back_before_a_graph_is_open(window: "Window", page: StartPage) -> None:
    QTest.keyClick(page, Qt.Key.Key_Escape)
    QTest.keyClick(page, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    assert page.isVisible()
    assert not page.back_button.isVisible()


def test_that_run_brings_the_graph_that_it_is_about(behind: "Window") -> None:
    behind.document.do([("remove", "adam")], "leave it unfinished")
    QTest.mouseClick(behind.bar.run_button, Qt.MouseButton.LeftButton)
    assert behind.canvas.isVisible()
    assert behind.strip.sentence.whole.startswith("Cannot run yet.")


def test_that_nothing_edits_the_graph_behind_the_page(behind: "Window") -> None:
    behind.frame.show_canvas()
    behind.document.do([("remove", "adam")], "an edit to undo")
    behind.document.do([("remove", "loss")], "an edit to do again")
    behind.document.history.undo()
    graph, control = behind.document.graph, Qt.KeyboardModifier.ControlModifier
    behind.frame.show_start()
    for key in (Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_D, Qt.Key.Key_L, Qt.Key.Key_Delete):
        QTest.keyClick(behind.start, key, control)
        QTest.keyClick(behind.palette_panel.search, key, control)
    QTest.keyClick(behind.start, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    editing = [behind.actions_by_name[name] for name in ("undo", "redo", "delete", "duplicate", "arrange", "weights")]
    assert not any(action.isEnabled() for action in editing)
    assert behind.document.graph == graph
    behind.frame.show_canvas()
    assert all(action.isEnabled() for action in editing)
    QTest.keyClick(behind.canvas.view, Qt.Key.Key_Z, control)
    assert "adam" in behind.document.graph.nodes
