"""The main screens look as they did; `make pictures` takes their prints anew where a change is meant."""

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from editor.window.window import Window
from tests.prints import FOLDER, MOST, SCREENS, off, print_of


@pytest.mark.parametrize("name", SCREENS)
def test_that_a_screen_looks_as_it_did(name: str, shared_window: Window, qapp: QApplication) -> None:
    shown = SCREENS[name](shared_window)
    kept = QImage(str(FOLDER / f"{name}.png")).convertToFormat(QImage.Format.Format_Grayscale8)
    assert off(print_of(shown), kept) < MOST
    if shown is not shared_window:
        shown.close()


def test_that_a_panel_of_another_width_is_another_print(shared_window: Window, qapp: QApplication) -> None:
    before = print_of(SCREENS["editor"](shared_window))
    left, right = shared_window.frame.columns.sizes()
    shared_window.frame.columns.setSizes([left - 20, right + 20])
    after = print_of(shared_window)
    shared_window.frame.columns.setSizes([left, right])
    assert off(before, after) > MOST
