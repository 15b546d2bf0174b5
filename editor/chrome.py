"""The style sheet of the window's own parts: bars, palette, panes, start page; colours from the theme's tokens."""

from string import Template
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from editor.theme import Theme

if TYPE_CHECKING:
    pass

SHEET = Template("""
#window { background: $window; }
#bar, #strip, #palette, #outline, #panes, #pane { background: $panel; }
#bar { border-bottom: 1px solid $border; }
#strip { border-top: 1px solid $border; }
#palette, #outline { border-right: 1px solid $border; }
#sidePanes { border-left: 1px solid $border; }
#bottomPanes { border-top: 1px solid $border; }
#paneHead { border-bottom: 1px solid $border; }
#bar QToolButton, #strip QToolButton, #palette QToolButton {
    background: transparent; border: 1px solid transparent; padding: 3px; }
#bar QToolButton:hover, #strip QToolButton:hover, #palette QToolButton:hover {
    background: $raised; border-color: $border; }
#bar QToolButton:focus, #strip QToolButton:focus, #palette QToolButton:focus { border-color: $accent; }
#bar QToolButton:pressed, #strip QToolButton:pressed { background: $node; }
#barLine { background: $border; }
#runButton { background: $accent; color: $on_accent; border: 1px solid $accent; border-radius: 6px;
    font-weight: 600; padding: 3px 14px; }
#runButton:hover { background: $accent_lit; border-color: $accent_lit; }
#runButton[state="waiting"] { background: $accent_dim; border-color: $accent_dim; color: $text; }
#runButton[state="waiting"]:hover { border-color: $accent; }
#runButton[state="running"] { background: $panel; color: $error; border: 1px solid $error; }
#runButton[state="running"]:hover { background: $error_dim; }
#runButton:focus, #searchButton:focus { border-color: $text; }
#searchButton { background: $raised; border: 1px solid $border; color: $muted; text-align: left; padding: 3px 8px; }
#searchButton:hover { border-color: $accent; color: $text; }
#strip QToolButton { padding: 1px 6px; }
#palette #jumps QToolButton { padding: 0; }
#palette QTreeWidget, #outline QTreeWidget { background: $panel; border: none; outline: none; }
#searchPopup { background: $panel; border: 1px solid $accent; border-radius: 8px; }
#searchPopup QListWidget { background: $panel; border: none; outline: none; }
#previewPanel { background: $panel; border: 1px solid $border; border-radius: 8px; }
#previewPanel:focus { border-color: $accent; }
#searchDoc { color: $muted; padding: 0 4px; font-size: 12px; }
#palette QTreeWidget::item, #outline QTreeWidget::item { border: none; }
#outline QTreeWidget::item { height: 24px; }
#palette QTreeWidget::item:hover, #outline QTreeWidget::item:hover,
#searchPopup QListWidget::item:hover { background: $raised; }
#palette QTreeWidget::item:selected, #outline QTreeWidget::item:selected,
#searchPopup QListWidget::item:selected { background: $accent_dim; color: $text; }
#breadcrumb { background: $panel; border-bottom: 1px solid $border; }
#breadcrumb QPushButton { background: transparent; border: 1px solid transparent; padding: 2px 6px; }
#breadcrumb QPushButton:hover:enabled { background: $raised; border-color: $border; }
#breadcrumb QPushButton:focus { border-color: $accent; }
#banner { background: $error_dim; border: none; border-bottom: 1px solid $error; }
#recovery, #notice { background: $accent_faint; border: none; border-bottom: 1px solid $accent; }
#startPage, #startPage QScrollArea, #startInside { background: $canvas; border: none; }
#card { background: $panel; border: 1px solid $border; border-radius: 10px; }
#card:hover, #card:focus { border-color: $accent; }
#recentRow { background: transparent; border: none; border-radius: 5px; padding: 5px 8px; text-align: left; }
#recentRow:hover, #recentRow:focus { background: $raised; }
#recentRow:disabled, #recentPath { color: $muted; }
#columns, #firstRows, #thumbnails { background: $panel; border: 1px solid $border; border-radius: 6px; outline: none; }
#columns QHeaderView::section, #firstRows QHeaderView::section { padding: 4px 3px; }
#columns:focus, #firstRows:focus, #thumbnails:focus { border-color: $accent; }
#runTable { background: $panel; outline: none; }
#runTable::item { padding: 0 4px; }
#runTable::item:selected { background: $accent_dim; color: $text; }
#runTable::item:focus { border: 1px solid $accent; }
#runTable QHeaderView::section { padding: 2px 6px; font-size: 10px; }
#reference { background: $panel; }
#reference QTextBrowser { background: $panel; border: none; border-top: 1px solid $border; border-radius: 0;
    padding: 0; }
#qt_msgbox_label { font-size: 15px; font-weight: 600; min-width: 340px; padding: 6px 0 0 0; }
#qt_msgbox_informativelabel { color: $muted; padding: 0 0 6px 0; }
""")


def sheet(theme: Theme) -> str:
    """The style sheet in a theme's colours."""
    return SHEET.substitute(tokens(theme))


def tokens(theme: Theme) -> dict[str, str]:
    """The colours of a theme, and those that are mixed from them, by name."""
    plain = {key: value for key, value in vars(theme).items() if isinstance(value, str)}
    return plain | {
        "accent_dim": _mix(theme.accent, theme.panel, 0.28),
        "accent_faint": _mix(theme.accent, theme.panel, 0.14),
        "accent_lit": _mix(theme.accent, theme.text, 0.85),
        "error_dim": _mix(theme.error, theme.panel, 0.14),
    }


def _mix(front: str, back: str, share: float) -> str:
    """`share` of one colour over another, opaque."""
    a, b = QColor(front), QColor(back)
    parts = [round(share * x + (1 - share) * y) for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)]
    return QColor(*parts).name()
