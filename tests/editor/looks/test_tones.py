"""Themes and presentation are switched while the window is open: everything follows, and comes back."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from editor.looks.chrome import tokens
from editor.looks.pieces import IconButton
from editor.looks.theme import THEMES, Theme, current
from editor.window.problem_row import ProblemRow, RepairButton
from editor.window.window import Window
from runtime.graph.edit import Edit
from runtime.places import EXAMPLES

WRONG: list[Edit] = [("replace", "batches.label", "final.input")]
GROUNDS = ("window", "panel", "raised", "canvas", "node", "sample_tint", "batch_tint")
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shown(shared_window: Window) -> Window:
    """A graph with an error, its list and the outline open, its node chosen."""
    window = shared_window
    window.document.history.setClean()
    window.files.open(EXAMPLES / "two_models.json")
    window.document.do(WRONG, "a wrong wire")
    window.session.check_now()
    window.open_bottom("problems")
    window.show_node("final")
    if window.by_keys.outline.isHidden():
        window.by_keys.switch_outline()
    window.activateWindow()
    window.canvas.setFocus()
    settle()
    return window


def settle() -> None:
    """What is due at once is done."""
    for _ in range(3):
        QApplication.processEvents()


def grounds(theme: Theme) -> set[str]:
    """What large parts of a window are filled with."""
    return {getattr(theme, token) for token in GROUNDS}


def colours(widget: QWidget) -> Counter[str]:
    """How often each colour is seen, every third pixel both ways."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    places = [(x, y) for y in range(0, image.height(), 3) for x in range(0, image.width(), 3)]
    return Counter(f"#{image.pixel(x, y) & 0xFFFFFF:06x}" for x, y in places)


def test_that_no_ground_of_another_theme_stays_behind(shown: Window) -> None:
    seen = []
    for _ in THEMES:
        QTest.keyClick(shown.canvas.view, Qt.Key.Key_T, CONTROL | Qt.KeyboardModifier.AltModifier)
        settle()
        seen.append(current().name)
        found, own = colours(shown), grounds(current())
        others = {code for theme in THEMES.values() for code in grounds(theme)}
        others -= {*own, *tokens(current()).values()}
        assert sum(found[code] for code in own) > 0.6 * found.total()
        assert {code: found[code] for code in others if found[code] > 20} == {}
    assert set(seen) == set(THEMES)
    assert current().name == "dark"


def test_that_an_undo_that_can_do_nothing_has_a_broken_line_in_high_contrast(shown: Window) -> None:
    action = shown.actions_by_name["redo"]
    button = next(each for each in shown.bar.findChildren(QToolButton) if each.defaultAction() is action)
    keys = CONTROL | Qt.KeyboardModifier.AltModifier
    while current().name != "contrast":
        QTest.keyClick(shown.canvas.view, Qt.Key.Key_T, keys)
        settle()
    assert not button.isEnabled()
    off = line(button)
    shown.document.history.undo()
    settle()
    assert button.isEnabled()
    assert 0.2 < off < 0.9 and line(button) == 0
    shown.document.history.redo()
    while current().name != "dark":
        QTest.keyClick(shown.canvas.view, Qt.Key.Key_T, keys)
        settle()
    assert line(button) == 0


def line(button: QToolButton) -> float:
    """How much of the upper edge of a button is drawn, without its corners."""
    image = button.grab().toImage()
    across = range(6, image.width() - 6)
    drawn = [abs(image.pixelColor(x, 0).lightness() - image.pixelColor(x, 3).lightness()) > 20 for x in across]
    return sum(drawn) / len(drawn)


def repairs(window: Window) -> bool:
    """Whether any is offered."""
    return any(button.isVisible() for button in window.findChildren(RepairButton))


def test_that_f11_presents_and_all_is_as_before_afterwards(shown: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: repairs(shown))
    font = shown.inspector.page.font().pixelSize() if shown.inspector.page else 0
    QTest.keyClick(shown.canvas.view, Qt.Key.Key_F11)
    settle()
    folded = (shown.palette_panel.folded, shown.strip.isHidden(), shown.frame.bottom.isHidden())
    assert folded == (True, True, True)
    assert not repairs(shown)
    assert shown.inspector.page and shown.inspector.page.font().pixelSize() > font
    QTest.keyClick(shown.canvas.view, Qt.Key.Key_F11)
    settle()
    assert repairs(shown)
    assert shown.inspector.page.font().pixelSize() == font
    folded = (shown.palette_panel.folded, shown.strip.isHidden(), shown.frame.bottom.isHidden())
    assert folded == (False, False, False)


def test_that_each_problem_leads_to_what_it_means(shown: Window) -> None:
    row = shown.problems.findChildren(ProblemRow)[0]
    help_button = next(button for button in row.findChildren(IconButton) if "mend" in button.accessibleName())
    QTest.mouseClick(help_button, Qt.MouseButton.LeftButton)
    assert shown.reference is not None and shown.reference.isVisible()
    text = shown.reference.sheet.toPlainText()
    assert "PyTorch would stop here" in text and row.problem.repairs[0].label in text
    shown.reference.close()
