"""Edges and marks by which parts of panels are told apart in each theme, where a fill alone would not."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPushButton, QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from editor.looks import chrome, theme
from editor.looks.theme import THEMES, Theme
from editor.preview.drawn import Pictures
from editor.source.text import CodeText
from editor.training.confusion import Confusion
from editor.training.epochs import Figures
from editor.training.predictions import Predictions
from editor.training.record import Record
from editor.window.window import Window
from tests.editor.canvas.test_theme import contrast
from tests.editor.training.test_predictions import png


@pytest.fixture(params=THEMES)
def shown(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Theme]:
    """Each theme."""
    theme.apply(qapp, request.param)
    yield THEMES[request.param]
    theme.apply(qapp, "dark")


def columns(image: QImage, x: int) -> list[str]:
    """The pixels of a column."""
    return [image.pixelColor(x, y).name() for y in range(image.height())]


def pixels(image: QImage) -> set[str]:
    """Every colour that is seen."""
    return {code for x in range(image.width()) for code in columns(image, x)}


def test_that_a_selected_row_has_lines_that_are_seen_in_high_contrast(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "contrast")
    tree = QTreeWidget(objectName="sheetRows")
    qtbot.addWidget(tree)
    tree.setStyleSheet(chrome.sheet(THEMES["contrast"]))
    _, second, _ = (QTreeWidgetItem(tree, [name]) for name in ("one", "two", "three"))
    tree.setHeaderHidden(True)
    tree.setCurrentItem(second)
    tree.resize(200, 120)
    row = tree.visualItemRect(second)
    drawn = columns(tree.viewport().grab(row).toImage(), 100)
    assert min(contrast(line, drawn[len(drawn) // 2]) for line in (drawn[0], drawn[-1])) >= 3
    theme.apply(qapp, "dark")


def test_that_what_a_menu_cannot_do_is_paler_in_high_contrast() -> None:
    stark = THEMES["contrast"]
    assert contrast(stark.text, chrome.tokens(stark)["unable"]) >= 3


def test_that_a_run_that_cannot_begin_is_paler_than_one_that_can(shared_window: Window, shown: Theme) -> None:
    shared_window.document.history.setClean()
    shared_window.files.new()
    shared_window.session.check_now()
    QApplication.processEvents()
    button = shared_window.bar.run_button
    assert button.property("state") == "waiting"
    inside = shared_window.bar.grab(button.geometry().adjusted(6, 6, -6, -6)).toImage()
    assert shown.panel in pixels(inside)  # no fill
    assert (
        max(contrast(code, shown.panel) for code in pixels(inside)) <= contrast(theme.faded(shown), shown.panel) + 0.1
    )


def test_that_where_one_is_inside_of_definitions_is_written_as_any_text(shown: Theme, qtbot: QtBot) -> None:
    crumbs, here = QWidget(objectName="breadcrumb"), QPushButton("block")
    qtbot.addWidget(crumbs)
    here.setParent(crumbs)
    here.setEnabled(False)
    crumbs.setStyleSheet(chrome.sheet(shown))
    here.resize(here.sizeHint())
    crumbs.resize(here.size())
    assert max(contrast(code, shown.panel) for code in pixels(crumbs.grab().toImage())) > 9


def test_that_cells_of_a_confusion_matrix_are_apart_and_empty_ones_are_seen(shown: Theme, qtbot: QtBot) -> None:
    matrix = Confusion()
    qtbot.addWidget(matrix)
    matrix.resize(333, 217)
    matrix.show_found(Predictions(3, classes=tuple("0123456"), table=tuple((0,) * 7 for _ in range(7))))
    image = matrix.grab().toImage()
    cell = matrix._cell(3, 3).toRect()
    row = [image.pixelColor(x, cell.top() + 2).name() for x in range(cell.left(), image.width() - 6)]
    assert len(set(row)) == 2  # the gap and the cell: nothing in between
    assert contrast(*set(row)) > 1.15
    assert [row[at] for at in (0, cell.width() - 2)] == [row[1], row[1]] and row[cell.width() - 1] == shown.panel


def test_that_a_dark_picture_has_an_edge(shown: Theme, qtbot: QtBot) -> None:
    pictures = Pictures(2, 32)
    qtbot.addWidget(pictures)
    pictures.tell([png(), png()])
    pictures.resize(pictures.sizeHint())
    image = pictures.grab().toImage()
    corners = (image.pixelColor(0, 0), image.pixelColor(image.width() - 1, image.height() - 1))
    assert {each.name() for each in corners} == {shown.border}


def test_that_the_number_of_each_line_stands_at_its_height(qapp: QApplication, qtbot: QtBot) -> None:
    code = CodeText(px=13)
    qtbot.addWidget(code)
    code.setPlainText("1\n2\n3")
    code.resize(200, 120)
    code.show()
    numbers, text = code.margin.grab().toImage(), code.viewport().grab().toImage()
    assert inked(numbers) == inked(text)


def inked(image: QImage) -> list[int]:
    """The first row of pixels of each line that is written."""
    ground = image.pixelColor(image.width() - 1, image.height() - 1).lightness()
    rows = [
        any(abs(image.pixelColor(x, y).lightness() - ground) > 20 for x in range(image.width() - 4))
        for y in range(image.height())
    ]
    return [y for y in range(1, len(rows)) if rows[y] and not rows[y - 1]]


def test_that_the_best_epoch_has_a_tick() -> None:
    record = Record()
    for epoch, loss in ((1, 0.5), (2, 0.2), (3, 0.4)):
        told = {"event": "epoch", "epoch": epoch, "train": {"loss": loss}, "validation": {"loss": loss}}
        record.take(told)
    figures = Figures()
    figures.show_record(record)
    assert [figures.data(figures.index(row, 0)) for row in range(3)] == ["1", "✓ 2", "3"]


def test_that_the_mark_below_a_tab_is_seen_whole_in_a_presentation(shared_window: Window, qtbot: QtBot) -> None:
    shared_window.frame.show_canvas()
    tabs = shared_window.frame.side.tabs
    shared_window.actions_by_name["present"].trigger()
    try:
        qtbot.waitUntil(lambda: tabs.rect().contains(tabs.tabRect(0)), timeout=2000)
    finally:
        shared_window.actions_by_name["present"].trigger()


def test_that_the_outline_has_its_edge_all_the_way_down(shared_window: Window) -> None:
    outline = shared_window.by_keys.outline
    if outline.isHidden():
        shared_window.by_keys.switch_outline()
    QApplication.processEvents()
    assert outline.tree.geometry().right() == outline.rect().right() - 1
    shared_window.by_keys.switch_outline()
