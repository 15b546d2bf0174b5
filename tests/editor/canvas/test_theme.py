"""Colours that can be read, fonts and icons that are there, in every theme."""

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from editor.canvas import node, paint
from editor.canvas.paint import blend
from editor.document.document import Document
from editor.looks import chrome, theme
from editor.looks.chrome import tokens
from editor.looks.pieces import TextButton
from editor.looks.theme import THEMES, Theme
from editor.running.session import Session
from editor.training.progress import Progress
from runtime.graph.frames import COLOURS
from runtime.spec.node import FAMILIES

EACH = pytest.mark.parametrize("shown", THEMES.values(), ids=THEMES)


def luminance(code: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(over: str, under: str, share: float) -> str:
    """A tint as the canvas and the panels mix it."""
    return str(blend(under, over, share).name())


def used_together(shown: Theme) -> Iterator[tuple[str, str, str]]:
    """Every text with what it stands on: what they are, and both colours."""
    known = tokens(shown)
    signs = ("text", "muted", "error", "warning", "good", "accent")
    for under in ("node", "panel", "chip", "raised", "canvas", "window", "sample_tint", "batch_tint"):
        yield from ((f"{sign} on {under}", known[sign], known[under]) for sign in signs)
    grounds = {"accent_dim": "text", "accent_faint": "text muted", "error_dim": "text error", "accent": "on_accent"}
    grounds |= {"accent_lit": "on_accent", "error": "on_mark", "warning": "on_mark"}
    for under, signed in grounds.items():
        yield from ((f"{sign} on {under}", known[sign], known[under]) for sign in signed.split())
    for severity in ("error", "warning", "muted"):
        yield f"text of {severity}", shown.text, mixed(known[severity], shown.panel, 0.10)
    for sign in ("text", "muted"):
        yield f"{sign} of the chosen problem", known[sign], mixed(shown.accent, shown.panel, 0.16)
    for family, code in shown.families.items():
        head = mixed(code, shown.node, shown.tint)
        yield from ((f"{sign} on the head of {family}", known[sign], head) for sign in ("text", "muted"))
        yield from ((f"{family} on {under}", code, known[under]) for under in ("node", "panel", "raised"))
    for kind, code in shown.kinds.items():
        yield f"chip of {kind}", mixed(shown.muted, shown.text, 0.25), mixed(code, shown.chip, shown.plate)
    lit, untrusted = mixed(shown.accent, shown.panel, 0.18), mixed(shown.warning, shown.panel, 0.14)
    for part, code in shown.code.items():
        yield from ((f"{part} on {under}", code, under) for under in (shown.panel, shown.raised, lit, untrusted))


@EACH
def test_that_every_text_can_be_read_on_what_it_stands_on(shown: Theme) -> None:
    least = 7.0 if shown.name == "contrast" else 4.5
    faint = {what: ratio for what, on, under in used_together(shown) if (ratio := contrast(on, under)) < least}
    assert faint == {}


@EACH
@pytest.mark.parametrize("under", ["canvas", "sample_tint", "batch_tint"])
def test_that_every_colour_of_a_frame_is_there_and_titles_and_texts_can_be_read_on_it(shown: Theme, under: str) -> None:
    assert set(shown.frames) == set(COLOURS)
    for code in shown.frames.values():
        tint = paint.ground(shown, code)
        body = blend(getattr(shown, under), tint, shown.frame_tint / 255).name()
        bar = blend(body, tint, shown.title_tint / 255).name()
        assert contrast(code, bar) >= 4.5
        assert min(contrast(text, body) for text in (shown.text, shown.muted, shown.frames["blue"])) >= 4.5


@EACH
def test_that_text_can_be_read_on_the_warmest_of_nodes(qapp: QApplication, shown: Theme) -> None:
    assert contrast(shown.text, blend(shown.chip, shown.heat, paint.TINTED).name()) >= 4.5  # the figure itself
    warm = blend(shown.node, shown.heat, node.TINT).name()
    heads = [warm, *(blend(warm, code, shown.tint).name() for code in shown.families.values())]
    assert min(contrast(shown.text, under) for under in heads) >= (7 if shown.name == "contrast" else 4.5)
    assert contrast(shown.heat, shown.node) >= 3


@pytest.mark.parametrize("name", ["dark", "light"])
def test_that_a_button_that_can_do_nothing_is_told_from_one_that_can(qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)
    panel, button = QWidget(), TextButton("run", "Continue")
    panel.setStyleSheet(chrome.small(THEMES[name]))
    button.setParent(panel)
    panel.resize(button.sizeHint())
    button.resize(button.sizeHint())

    def strongest() -> float:
        drawn = panel.grab().toImage()
        points = product(range(drawn.width()), range(drawn.height()))
        return max(contrast(code, THEMES[name].panel) for code in {drawn.pixelColor(*at).name() for at in points})

    able = strongest()
    button.setEnabled(False)
    assert strongest() < 3 < 9 < able


@EACH
def test_that_wires_stand_out(shown: Theme) -> None:
    for under in (shown.canvas, shown.sample_tint, shown.batch_tint, shown.node):
        assert min(contrast(code, under) for code in shown.kinds.values()) >= 3.0


@EACH
def test_that_a_bar_of_progress_tells_what_is_done_from_its_groove(
    shown: Theme, qapp: QApplication, qtbot: QtBot
) -> None:
    theme.apply(qapp, shown.name)
    said = Progress(Session(Document()))
    qtbot.addWidget(said)
    said.setStyleSheet(chrome.small(shown))
    said.bar.resize(200, 5)
    said.bar.setValue(50)
    image = said.bar.grab().toImage()
    done, groove = (image.pixelColor(round(image.width() * share), image.height() // 2).name() for share in (0.2, 0.8))
    assert contrast(done, groove) >= 3 > contrast(groove, shown.panel) > 1.3
    theme.apply(qapp, "dark")


@EACH
def test_that_what_is_typed_in_and_pressed_has_an_edge_that_can_be_seen(
    shown: Theme, qapp: QApplication, qtbot: QtBot
) -> None:
    theme.apply(qapp, shown.name)
    panel, parts = QWidget(), (QLineEdit(), QPlainTextEdit(), QComboBox(), TextButton("run", "Run"))
    qtbot.addWidget(panel)
    panel.setStyleSheet(chrome.small(shown))
    for at, part in enumerate(parts):
        part.setParent(panel)
        part.setGeometry(10, 10 + 40 * at, 100, 30)
    drawn = panel.grab().toImage()
    edges = [drawn.pixelColor(10, 25 + 40 * at).name() for at, _ in enumerate(parts)]
    known = tokens(shown)
    around = ("panel", "raised", "window", "canvas", "accent_faint", "error_dim")
    assert min(contrast(edge, known[under]) for edge in edges for under in around) >= 3
    theme.apply(qapp, "dark")


def test_that_edges_stand_out_where_contrast_is_high() -> None:
    shown = THEMES["contrast"]
    assert min(contrast(shown.border, under) for under in (shown.panel, shown.canvas, shown.node)) >= 4.5


@EACH
def test_that_every_family_has_a_colour_and_an_icon(qapp: QApplication, shown: Theme) -> None:
    assert set(shown.families) == set(FAMILIES)
    assert [family for family in FAMILIES if theme.icon(f"family-{family}").isNull()] == []


def test_that_applying_a_theme_changes_the_palette_and_says_so(qapp: QApplication, qtbot: QtBot) -> None:
    for name, shown in THEMES.items():
        with qtbot.waitSignal(theme.theme_changes.changed):
            theme.apply(qapp, name)
        assert theme.current() is shown
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(shown.panel)
    theme.apply(qapp, "dark")


def test_that_the_fonts_are_ours_everywhere(qapp: QApplication) -> None:
    assert QFontInfo(theme.family_font(12)).family() == "Inter"
    assert QFontInfo(theme.mono_font(12)).family() == "JetBrains Mono"
    assert theme.family_font(12, 600).weight() == 600


def test_that_an_icon_that_is_not_there_is_empty(qapp: QApplication) -> None:
    assert theme.icon("no-such-icon").isNull()
