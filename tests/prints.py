"""Small grey prints of the main screens: coarse enough for any way of smoothing letters, fine enough for a layout."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from editor.commands.shortcuts import ShortcutSheet
from editor.window.window import Window
from runtime.graph.edit import Edit
from runtime.places import EXAMPLES

FOLDER = Path(__file__).parent / "data" / "prints"
SIZE = (1366, 768)
CELL = 8  # pixels that become one
FAR, MOST = 20, 0.004  # of 255 that a cell may be off, and the share of cells that may be further off
WRONG: list[Edit] = [("replace", "batches.label", "final.input")]


def start(window: Window) -> QWidget:
    """The start page without its pictures, which take long to draw."""
    window.frame.show_start()
    window.start.pictures.forget()
    for card in window.start.cards.values():
        card.picture.show_image(QImage())
    return window


def empty(window: Window) -> QWidget:
    """A new graph with what it says to do first."""
    window.actions_by_name["new"].trigger()
    return window


def editor(window: Window) -> QWidget:
    """Text and image, nothing selected."""
    opened(window, "text_and_image")
    return window


def problem(window: Window) -> QWidget:
    """An error, its list, and the outline beside the canvas."""
    opened(window, "two_models")
    window.by_keys.switch_outline()
    window.document.do(WRONG, "a wrong wire")
    window.session.check_now()
    window.open_bottom("problems")
    window.show_node("final")
    return window


def shortcuts(window: Window) -> QWidget:
    """The sheet of keys."""
    window.actions_by_name["shortcuts"].trigger()
    sheet = window.findChild(ShortcutSheet)
    assert sheet is not None
    return sheet


SCREENS: dict[str, Callable[[Window], QWidget]] = {
    screen.__name__: screen for screen in (start, empty, editor, problem, shortcuts)
}


def opened(window: Window, example: str) -> None:
    """An example as it comes up in a window that was just made."""
    window.document.history.setClean()
    window.by_keys.outline.hide()
    window.open_bottom(None)
    window.files.open(EXAMPLES / f"{example}.json")
    window.session.check_now()
    window.canvas.fit()


def print_of(widget: QWidget) -> QImage:
    """What a widget looks like, small and grey."""
    focus = QApplication.focusWidget()
    if focus is not None:
        focus.clearFocus()  # a cursor blinks
    for _ in range(4):
        QApplication.processEvents()
    image = widget.grab().toImage()
    image.setDevicePixelRatio(1.0)
    small = image.scaled(
        widget.width() // CELL,
        widget.height() // CELL,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return small.convertToFormat(QImage.Format.Format_Grayscale8)


def off(one: QImage, other: QImage) -> float:
    """The share of cells that look different."""
    if one.size() != other.size():
        return 1.0
    width, height = one.width(), one.height()
    pairs = ((one.pixel(x, y) & 255, other.pixel(x, y) & 255) for y in range(height) for x in range(width))
    return sum(abs(a - b) > FAR for a, b in pairs) / (width * height)


def take(window: Window, folder: Path) -> None:
    """Write all prints anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, screen in SCREENS.items():
        print_of(screen(window)).save(str(folder / f"{name}.png"))
        print(folder / f"{name}.png")
    window.document.history.setClean()
