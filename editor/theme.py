"""Colours, fonts and icons of the window: two themes as tokens, and how they become Qt's palette and style sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True)
class Theme:
    """Every colour by what it is for, as ``#rrggbb``. Text on node, panel and chip has a contrast of 4.5 or more."""

    name: str
    window: str  # behind the panels
    panel: str
    raised: str  # buttons, fields, the header of a table
    canvas: str
    grid: str
    node: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    error: str
    warning: str
    good: str
    running: str
    chip: str
    sample_tint: str  # the canvas left of collate
    batch_tint: str  # the canvas right of it
    families: Mapping[str, str]
    kinds: Mapping[str, str]  # a wire by what it carries; contrast 3, so no text in these
    code: Mapping[str, str]


DARK = Theme(
    name="dark",
    window="#15171b",
    panel="#1a1d22",
    raised="#262a31",
    canvas="#121417",
    grid="#2a2e36",
    node="#20242b",
    border="#383e49",
    text="#e9ecf1",
    muted="#9aa4b4",
    accent="#7aa7ff",
    on_accent="#0b1324",
    error="#ff6f78",
    warning="#f0b94d",
    good="#57cf9d",
    running="#63c5f5",
    chip="#17191e",
    sample_tint="#141a18",
    batch_tint="#141720",
    families={
        "dataset": "#6fcf8f",
        "collate": "#e8bb5a",
        "transform": "#4fc8c0",
        "layer": "#7aa7ff",
        "join": "#b296fb",
        "loss": "#f186b4",
        "metric": "#8fcbe6",
        "optimizer": "#f29c66",
        "output": "#b9c2d0",
        "definition": "#bccf5f",
    },
    kinds={
        "float": "#7aa7ff",
        "int": "#e8bb5a",
        "bool": "#b296fb",
        "text": "#6fcf8f",
        "picture": "#4fc8c0",
        "loss": "#f186b4",
        "unknown": "#8a93a2",
    },
    code={
        "keyword": "#c69cf4",
        "string": "#8fce9b",
        "number": "#f0b277",
        "comment": "#8c96a7",
        "name": "#e9ecf1",
        "builtin": "#7fb2ff",
    },
)

LIGHT = Theme(
    name="light",
    window="#eceef2",
    panel="#f8f9fb",
    raised="#ffffff",
    canvas="#f3f4f7",
    grid="#d3d8e0",
    node="#ffffff",
    border="#cbd1db",
    text="#1c222c",
    muted="#5b6575",
    accent="#2563d6",
    on_accent="#ffffff",
    error="#c8283a",
    warning="#8f5e00",
    good="#0f7a4d",
    running="#0b6f9e",
    chip="#fafbfc",
    sample_tint="#eef4ee",
    batch_tint="#eef1f9",
    families={
        "dataset": "#1b7a3f",
        "collate": "#8f6200",
        "transform": "#0b7872",
        "layer": "#2563d6",
        "join": "#7343cf",
        "loss": "#b52d72",
        "metric": "#1f6f93",
        "optimizer": "#b04e12",
        "output": "#535e6e",
        "definition": "#66720a",
    },
    kinds={
        "float": "#3f78dd",
        "int": "#a87508",
        "bool": "#7f52d6",
        "text": "#2b9352",
        "picture": "#128d86",
        "loss": "#c53f84",
        "unknown": "#858e9c",
    },
    code={
        "keyword": "#7a34b8",
        "string": "#1b7a3f",
        "number": "#a34a0c",
        "comment": "#626c7b",
        "name": "#1c222c",
        "builtin": "#1f5cc4",
    },
)
THEMES = {"dark": DARK, "light": LIGHT}

STYLE = Template("""
QToolTip { color: $text; background: $raised; border: 1px solid $border; padding: 4px 6px; }
QMenu { background: $panel; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 22px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $muted; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $raised; border: 1px solid $border; border-radius: 5px; padding: 3px 6px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border-color: $accent; }
QPushButton, QToolButton { background: $raised; border: 1px solid $border; border-radius: 5px; padding: 4px 10px; }
QToolButton { padding: 4px; }
QToolButton[autoRaise="true"] { background: transparent; border-color: transparent; }
QPushButton:hover, QToolButton:hover { border-color: $accent; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: $node; border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $muted; border-color: $border; }
QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QTabBar::tab { color: $muted; padding: 6px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 2px; min-width: 24px; min-height: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $border; }
QProgressBar { background: $raised; border: none; border-radius: 3px; color: $text; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QHeaderView::section {
    background: $panel; color: $muted; border: none; border-bottom: 1px solid $border; padding: 4px 6px; }
""")


class _ThemeChanges(QObject):
    changed = Signal()


theme_changes = _ThemeChanges()
_shown = [DARK]


def current() -> Theme:
    """The theme on screen."""
    return _shown[0]


def apply(app: QApplication, name: str) -> None:
    """Show a theme ("dark" or "light"): Fusion, our palette, a short style sheet and our fonts."""
    theme = THEMES.get(name, DARK)
    _shown[0] = theme
    load_fonts()
    if not app.styleSheet():  # to set it again would polish every widget twice
        app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setFont(family_font(13))
    tokens = {key: value for key, value in vars(theme).items() if isinstance(value, str)}
    app.setStyleSheet(STYLE.substitute(tokens))
    theme_changes.changed.emit()


def palette(theme: Theme) -> QPalette:
    """Qt's roles from our tokens; setting a colour scheme alone changes nothing without a desktop."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.raised,
        role.AlternateBase: theme.panel,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.raised,
        role.Mid: theme.border,
        role.Dark: theme.window,
        role.Shadow: theme.window,
    }
    made = QPalette()
    for key, colour in colours.items():
        made.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.muted))
    return made


@cache
def load_fonts() -> tuple[str, ...]:
    """Make the fonts in resources known to Qt, once; the names of their families, none where there are no files."""
    found: list[str] = []
    folder = files("resources") / "fonts"
    for file in sorted(folder.iterdir(), key=lambda item: item.name) if folder.is_dir() else ():
        if file.name.endswith((".ttf", ".otf")):
            number = QFontDatabase.addApplicationFontFromData(QByteArray(file.read_bytes()))
            found += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return tuple(dict.fromkeys(found))


def family_font(px: int, weight: int | QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of the window in pixels, so that text is as wide on every screen; `weight` is 400, 500 or 600."""
    return _font("Inter", QFont.StyleHint.SansSerif, px, int(weight))


def mono_font(px: int) -> QFont:
    """The font of code, shapes and figures."""
    return _font("JetBrains Mono", QFont.StyleHint.Monospace, px, 400)


@cache
def _font(family: str, hint: QFont.StyleHint, px: int, weight: int) -> QFont:
    known = load_fonts()
    name = next((found for found in known if found.startswith(family)), None)
    font = QFont(name) if name else QFontDatabase.systemFont(_SYSTEM[hint])
    font.setStyleHint(hint)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


_SYSTEM = {
    QFont.StyleHint.SansSerif: QFontDatabase.SystemFont.GeneralFont,
    QFont.StyleHint.Monospace: QFontDatabase.SystemFont.FixedFont,
}


def icon(name: str, colour: str | None = None, size: int = 20) -> QIcon:
    """`resources/icons/NAME.svg` in one colour (the theme's text), muted where disabled; empty without a file."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(icon_pixmap(name, colour or current().text, size, ratio))
        made.addPixmap(icon_pixmap(name, current().muted, size, ratio), QIcon.Mode.Disabled)
    return made


@cache
def icon_pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon drawn once for a colour, size and pixel ratio."""
    file = files("resources") / "icons" / f"{name}.svg"
    if not file.is_file():
        return QPixmap()
    image = QImage(QSize(round(size * ratio), round(size * ratio)), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    text = file.read_text(encoding="utf-8").replace("#000", colour).replace("currentColor", colour)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)
