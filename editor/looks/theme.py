"""Colours, fonts and icons of the window: themes as tokens, and how they become Qt's palette and style sheet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True)
class Theme:
    """Every colour by what it is for, as ``#rrggbb``. Text has a contrast of 4.5 or more to what it stands on.

    In the theme called contrast it has 7.
    """

    name: str
    window: str  # behind the panels
    panel: str
    raised: str  # buttons, fields, the header of a table
    canvas: str
    grid: str
    node: str
    border: str  # between parts, and around what needs no line to be found
    edge: str  # around what is typed in, pressed or dragged: contrast 3 to both sides of it
    groove: str  # what of a bar of progress is not done yet: quiet beside the accent
    text: str
    muted: str
    accent: str
    on_accent: str
    error: str
    warning: str
    good: str
    running: str
    heat: str  # where much of something is: laid over others in part, so no text in it
    chip: str
    sample_tint: str  # the canvas left of collate
    batch_tint: str  # the canvas right of it
    tint: float  # how much of its family's colour the head of a node has
    frame_tint: int  # of 255: how dense the colour of a frame lies on the canvas
    frame_edge: int  # that of the line around it
    title_tint: int  # and in the bar with its title
    shadow: int  # of 255, below a node
    plate: float  # how much of its wire's colour a type chip has
    idle: str  # the line around a button that can do nothing now, where its letters are as bright as any
    on_mark: str  # the "!" on the mark of a problem
    families: Mapping[str, str]
    kinds: Mapping[str, str]  # a wire by what it carries; contrast 3, so no text in these
    code: Mapping[str, str]
    frames: Mapping[str, str]  # by the colours that a file may name; a title is written in them on a tint of them


TABLE = "tokens.json"  # in resources/themes: a line for each token, a column for each theme


def _themes() -> dict[str, Theme]:
    """Every theme by its name, out of the one table."""
    table: dict[str, Any] = json.loads((files("resources") / "themes" / TABLE).read_text(encoding="utf-8"))
    return {
        name: Theme(name=name, **{token: _column(row, name) for token, row in table.items()}) for name in table["text"]
    }


def _column(row: Any, name: str) -> Any:
    """What a token is in a theme; a group of tokens is one mapping."""
    return row[name] if name in row else {token: inner[name] for token, inner in row.items()}


THEMES = _themes()
DARK = THEMES["dark"]


class _ThemeChanges(QObject):
    changed = Signal()


theme_changes = _ThemeChanges()
_shown = [DARK]
_larger = [1.0]
TEXT = 13  # pixels
FADED = 0.55  # of the colour of quiet text, over the panel


def current() -> Theme:
    """The theme on screen."""
    return _shown[0]


def apply(app: QApplication, name: str) -> None:
    """Show a theme by its name: Fusion, our palette and our fonts; each window has its style sheet, see `chrome`."""
    theme = THEMES.get(name, DARK)
    _shown[0] = theme
    load_fonts()
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setFont(family_font(TEXT))
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
        role.Midlight: theme.node,
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


def faded(theme: Theme) -> str:
    """The colour of a button that can do nothing now: paler than any text, but where a broken line tells it."""
    return mixed(theme.muted, theme.panel, FADED) if theme.idle == "solid" else theme.muted


@cache
def mixed(front: str, back: str, share: float) -> str:
    """`share` of one colour over another, opaque."""
    a, b = QColor(front), QColor(back)
    parts = [round(share * x + (1 - share) * y) for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)]
    return QColor(*parts).name()


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
    return drawn_font(round(px * _larger[0]), weight)


def drawn_font(px: int, weight: int | QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The same on the canvas, where nodes are measured by it and zooming makes it larger."""
    return _font("Inter", QFont.StyleHint.SansSerif, px, int(weight))


def mono_font(px: int) -> QFont:
    """The font of code, shapes and figures."""
    return _font("JetBrains Mono", QFont.StyleHint.Monospace, round(px * _larger[0]), 400)


def code_font(px: int) -> QFont:
    """The same for Python, which is shown as it is written: ``->`` is no arrow, ``==`` two signs."""
    font = QFont(mono_font(px))
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def enlarge(factor: float) -> None:
    """Text in panels and dialogs so many times as large as usual, what is there already and what comes."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    ratio, _larger[0] = factor / _larger[0], factor
    application.setFont(family_font(TEXT))
    for widget in application.allWidgets():
        if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont) and widget.font().pixelSize() > 0:
            font = QFont(widget.font())
            font.setPixelSize(round(font.pixelSize() * ratio))
            widget.setFont(font)
    theme_changes.changed.emit()


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
    """`resources/icons/NAME.svg` in one colour (the theme's text), faded where disabled; empty without a file."""
    return _icon(name, colour or current().text, faded(current()), size)


@cache
def _icon(name: str, colour: str, pale: str, size: int) -> QIcon:
    """The icon put together once; whoever is given it changes nothing of it."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(icon_pixmap(name, colour, size, ratio))
        made.addPixmap(icon_pixmap(name, pale, size, ratio), QIcon.Mode.Disabled)
    return made


@cache
def _drawing(name: str) -> str | None:
    """The text of an icon's file, which is looked for once for all colours; None without a file."""
    file = files("resources") / "icons" / f"{name}.svg"
    return file.read_text(encoding="utf-8") if file.is_file() else None


@cache
def icon_pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon drawn once for a colour, size and pixel ratio."""
    drawing = _drawing(name)
    if drawing is None:
        return QPixmap()
    image = QImage(QSize(round(size * ratio), round(size * ratio)), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    text = drawing.replace("#000", colour).replace("currentColor", colour)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)
