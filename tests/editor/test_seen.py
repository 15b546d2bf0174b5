"""What nobody looks at costs nothing yet: it is made, or takes the colours of the theme, when it is shown."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from editor.inspector.settings import GraphForm
from editor.looks import theme
from editor.looks.pieces import WhenSeen
from editor.window.window import Window


@pytest.fixture
def dark(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the dark theme, before and after."""
    theme.apply(qapp, "dark")
    yield qapp
    theme.apply(qapp, "dark")


def test_that_what_is_hidden_takes_the_theme_when_it_is_shown(dark: QApplication, qtbot: QtBot) -> None:
    part, taken = QWidget(), []
    qtbot.addWidget(part)
    WhenSeen(part, lambda: taken.append(theme.current().name))
    theme.apply(dark, "light")
    theme.apply(dark, "contrast")
    assert taken == []
    part.show()
    assert taken == ["contrast"]
    theme.apply(dark, "light")
    assert taken == ["contrast", "light"]
    part.hide()
    part.show()
    assert taken == ["contrast", "light"], "nothing has changed"


def test_that_the_first_form_is_made_when_the_graph_is_looked_at(dark: QApplication, qtbot: QtBot) -> None:
    window = Window()
    window.show()
    assert window.frame.on_start and not window.inspector.findChildren(GraphForm)
    window.frame.show_canvas()
    (form,) = window.inspector.findChildren(GraphForm)
    assert form is window.inspector.page and form.isVisible()
    window.close()
