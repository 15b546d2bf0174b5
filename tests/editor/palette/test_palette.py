"""The palette: what it shows, how it is typed into, what leaves it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from editor import theme
from editor.palette.entry import NODE_TYPE
from editor.palette.fit import takes
from editor.palette.palette import NARROW, WIDE, Palette
from editor.palette.popup import SearchPopup
from runtime.spec.catalogue import catalogue, placeable
from runtime.spec.tensor import Loss


@pytest.fixture
def palette(qtbot: QtBot, qapp: QApplication) -> Palette:
    """A palette on the screen."""
    theme.apply(qapp, "dark")
    made = Palette()
    qtbot.addWidget(made)
    made.resize(WIDE, 600)
    made.show()
    return made


@pytest.fixture
def popup(qtbot: QtBot, qapp: QApplication) -> SearchPopup:
    """A search over an empty window."""
    theme.apply(qapp, "dark")
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 500)
    window.show()
    made = SearchPopup(window)
    made.setProperty("window", window)
    return made


def test_that_every_node_type_is_in_the_tree(palette: Palette) -> None:
    assert all(palette.tree.type_item(spec.type) for spec in placeable())


def test_that_typing_filters_and_enter_adds_the_best(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.search, "dense")
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert chosen.args == ["nn.Linear"]


def test_that_arrows_choose_among_the_matches(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.search, "norm")
    first = palette.tree.current_type()
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.tree.current_type() != first
    QTest.keyClick(palette.search, Qt.Key.Key_Up)
    assert palette.tree.current_type() == first


def test_that_escape_brings_the_whole_tree_back(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.search, "norm")
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.search.text() == ""
    assert palette.tree.type_item("nn.Linear")


def test_that_a_double_click_adds(palette: Palette, qtbot: QtBot) -> None:
    item = palette.tree.type_item("data.Digits")
    assert item
    at = palette.tree.visualItemRect(item).center()
    QTest.mouseClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.mouseDClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == ["data.Digits"]


def test_that_a_drag_carries_the_type(palette: Palette) -> None:
    item = palette.tree.type_item("nn.Conv2d")
    assert item
    assert bytes(palette.tree.mimeData([item]).data(NODE_TYPE).data()) == b"nn.Conv2d"


def test_that_folded_it_shows_icons_which_unfold_it(palette: Palette, qtbot: QtBot) -> None:
    QTest.mouseClick(palette.fold_button, Qt.MouseButton.LeftButton)
    assert palette.width() == NARROW
    assert palette.families["loss"].isVisible()
    QTest.mouseClick(palette.families["loss"], Qt.MouseButton.LeftButton)
    assert palette.width() == WIDE
    assert palette.tree.isVisible()


def test_that_a_click_on_a_family_closes_it_for_good(palette: Palette, qtbot: QtBot) -> None:
    top = palette.tree.topLevelItem(0)
    assert top
    QTest.mouseClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=palette.tree.visualItemRect(top).center())
    QTest.keyClicks(palette.search, "norm")
    palette.search.clear()
    again = palette.tree.topLevelItem(0)
    assert again
    assert not again.isExpanded()


def test_that_the_search_adds_what_is_typed(popup: SearchPopup, qtbot: QtBot) -> None:
    popup.ask(QPoint(100, 100))
    QTest.keyClicks(popup.field, "concat")
    with qtbot.waitSignal(popup.chosen) as chosen:
        QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert chosen.args == ["torch.cat"]
    assert popup.isHidden()


def test_that_the_search_opens_with_what_fits_the_wire(popup: SearchPopup, qtbot: QtBot) -> None:
    popup.ask(QPoint(100, 100), takes(Loss()))
    with qtbot.waitSignal(popup.chosen) as chosen:
        QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert catalogue()[chosen.args[0]].family == "optimizer"


def test_that_escape_closes_the_search_and_adds_nothing(popup: SearchPopup, qtbot: QtBot) -> None:
    chosen = QSignalSpy(popup.chosen)
    popup.ask(QPoint(100, 100))
    QTest.keyClick(popup.field, Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert chosen.count() == 0


def test_that_the_search_stays_inside_the_window(popup: SearchPopup) -> None:
    popup.ask(QPoint(590, 490))
    assert popup.place.rect().contains(popup.geometry())


def test_that_what_nothing_matches_is_said(popup: SearchPopup, qtbot: QtBot) -> None:
    popup.ask(QPoint(10, 10))
    QTest.keyClicks(popup.field, "xqzzk")
    assert popup.list.count() == 0
    assert "Nothing" in popup.doc.text()
