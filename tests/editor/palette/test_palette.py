"""The palette: what it shows, how it is typed into, what leaves it."""

from collections import Counter

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.palette.entry import NODE_TYPE, shortened
from editor.palette.fit import takes
from editor.palette.palette import NARROW, WIDE, Palette
from editor.palette.popup import WISH, SearchPopup
from editor.palette.ranking import NOTHING
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
    palette.tree.scrollToItem(item)
    at = palette.tree.visualItemRect(item).center()
    QTest.mouseClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.mouseDClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == ["data.Digits"]


def test_that_no_two_titles_look_alike_where_they_are_too_long(palette: Palette) -> None:
    room = WIDE - 60  # of a row in a group
    titles = {spec.title for spec in placeable()}
    shown = Counter(shortened(title, palette.tree.fontMetrics(), room) for title in titles)
    assert any("…" in each for each in shown) and max(shown.values()) == 1


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


def click(palette: Palette, key: str) -> None:
    """Click on a heading."""
    item = palette.tree.heading_item(key)
    assert item
    palette.tree.scrollToItem(item)
    at = palette.tree.visualItemRect(item).center()
    QTest.mouseClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)


def is_open(palette: Palette, key: str) -> bool:
    """Whether a heading is open."""
    item = palette.tree.heading_item(key)
    assert item
    return item.isExpanded()


def test_that_a_click_on_a_family_closes_it_for_good(palette: Palette, qtbot: QtBot) -> None:
    click(palette, "dataset")
    QTest.keyClicks(palette.search, "norm")
    palette.search.clear()
    assert not is_open(palette, "dataset")
    again = Palette()
    qtbot.addWidget(again)
    assert not is_open(again, "dataset")


def test_that_groups_start_closed_and_open_for_good(palette: Palette, qtbot: QtBot) -> None:
    assert not is_open(palette, "layer/convolution")
    click(palette, "layer/convolution")
    group = palette.tree.heading_item("layer/convolution")
    assert group and group.isExpanded()
    names = [group.child(row).text(0) for row in range(group.childCount())]
    assert names[:2] == ["Conv1d", "Conv2d"]
    again = Palette()
    qtbot.addWidget(again)
    assert is_open(again, "layer/convolution")


def test_that_rows_below_a_closed_heading_are_made_when_it_opens(palette: Palette) -> None:
    group = palette.tree.heading_item("layer/pooling")
    assert group and group.childCount() == 0
    palette.tree.setCurrentItem(group)
    QTest.keyClick(palette.tree, Qt.Key.Key_Right)
    assert group.isExpanded() and group.childCount() > 5


def test_that_a_family_button_shows_a_family_that_was_closed(palette: Palette) -> None:
    click(palette, "loss")
    palette.show_family("loss")
    assert is_open(palette, "loss")


def test_that_a_sign_above_the_tree_leads_to_its_family(palette: Palette) -> None:
    QTest.keyClicks(palette.search, "norm")
    QTest.mouseClick(palette.jumps["optimizer"], Qt.MouseButton.LeftButton)
    family = palette.tree.heading_item("optimizer")
    assert family and palette.search.text() == ""
    assert palette.tree.viewport().rect().contains(palette.tree.visualItemRect(family))
    assert [button.toolTip() for button in palette.jumps.values() if button.geometry().right() > WIDE] == []


def test_that_many_matches_are_cut_and_that_it_is_said(palette: Palette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("editor.palette.tree.MOST", 3)
    QTest.keyClicks(palette.search, "norm")
    last = palette.tree.topLevelItem(palette.tree.topLevelItemCount() - 1)
    assert palette.tree.topLevelItemCount() == 4
    assert last and "more: type on" in last.text(0)
    for _ in range(5):
        QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.tree.current_type() in catalogue()


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


def test_that_the_search_stays_inside_the_window_and_cuts_no_word(popup: SearchPopup) -> None:
    for low in (480, 300, 20):
        popup.ask(QPoint(590, low))
        assert popup.field.fontMetrics().horizontalAdvance(WISH) < popup.field.width() - 12
        line = popup.y()
        for query in ("", "mixup", "lstm", "xqzzk"):
            popup.field.setText(query)
            QApplication.processEvents()
            assert popup.place.rect().contains(popup.geometry())
            assert popup.y() == line  # what is typed in stays under the eye
            assert popup.doc.height() >= popup.doc.heightForWidth(popup.doc.width())
            assert popup.rect().contains(popup.doc.geometry())
            assert popup.list.isHidden() or popup.doc.y() > popup.list.geometry().bottom()
        popup.close_search()


def test_that_what_nothing_matches_is_said(popup: SearchPopup, qtbot: QtBot) -> None:
    popup.ask(QPoint(10, 10))
    QTest.keyClicks(popup.field, "xqzzk")
    assert popup.list.count() == 0
    assert "Nothing" in popup.doc.text()


def test_that_a_search_without_a_hit_says_what_to_try_instead(palette: Palette, popup: SearchPopup) -> None:
    QTest.keyClicks(palette.search, "xqzzk")
    assert palette.said.isVisible()
    assert palette.said.text() == NOTHING
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.said.isVisible()
    popup.ask(QPoint(10, 10))
    QTest.keyClicks(popup.field, "xqzzk")
    assert popup.doc.text() == NOTHING
