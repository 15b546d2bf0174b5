"""Switches the theme of the window and remembers it."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from editor.looks import theme
from runtime.places import write_setting

if TYPE_CHECKING:
    from editor.window.window import Window

SAID = {"contrast": "high contrast"}


def switch_theme(window: "Window") -> None:
    """The next theme: dark, light, high contrast."""
    names = list(theme.THEMES)
    name = names[(names.index(theme.current().name) + 1) % len(names)]
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window.say("")  # while a sentence stands, the foot of the window looks at every event, and now come thousands
    theme.apply(application, name)
    window.say(f"The theme is {SAID.get(name, name)} now.")
    try:
        write_setting("theme", name)
    except OSError as problem:
        window.say(f"The theme is not remembered: {problem.strerror}")
