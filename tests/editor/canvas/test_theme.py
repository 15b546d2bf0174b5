"""Colours that can be read, fonts and icons that are there, in both themes."""

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor import theme
from editor.canvas import node, paint
from editor.canvas.frame_box import TINT, TITLE_TINT
from editor.theme import THEMES, Theme
from runtime.graph.frames import COLOURS
from runtime.spec.node import FAMILIES

BOTH = pytest.mark.parametrize("shown", THEMES.values(), ids=THEMES)


def luminance(code: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@BOTH
@pytest.mark.parametrize("under", ["node", "panel", "chip", "raised", "canvas", "window"])
def test_that_text_can_be_read_on_everything(shown: Theme, under: str) -> None:
    texts = [shown.text, shown.muted, shown.error, shown.warning, shown.good, shown.accent]
    assert min(contrast(code, getattr(shown, under)) for code in texts) >= 4.5


@BOTH
def test_that_code_can_be_read_on_panels(shown: Theme) -> None:
    assert min(contrast(code, shown.panel) for code in shown.code.values()) >= 4.5


@BOTH
def test_that_wires_and_icons_stand_out(shown: Theme) -> None:
    for under in (shown.canvas, shown.sample_tint, shown.batch_tint):
        assert min(contrast(code, under) for code in shown.kinds.values()) >= 2.8
    assert min(contrast(code, shown.node) for code in shown.families.values()) >= 4.5
    assert contrast(shown.on_accent, shown.accent) >= 4.5


@BOTH
@pytest.mark.parametrize("under", ["canvas", "sample_tint", "batch_tint"])
def test_that_every_colour_of_a_frame_is_there_and_titles_and_texts_can_be_read_on_it(shown: Theme, under: str) -> None:
    assert set(shown.frames) == set(COLOURS)
    for code in shown.frames.values():
        tint = paint.ground(shown, code)
        body = paint.blend(getattr(shown, under), tint, TINT[shown.name] / 255).name()
        bar = paint.blend(body, tint, TITLE_TINT[shown.name] / 255).name()
        assert contrast(code, bar) >= 4.5
        assert min(contrast(text, body) for text in (shown.text, shown.muted, shown.frames["blue"])) >= 4.5


@BOTH
def test_that_text_can_be_read_on_the_warmest_of_nodes(qapp: QApplication, shown: Theme) -> None:
    assert contrast(shown.text, paint.blend(shown.chip, shown.heat, paint.TINTED).name()) >= 4.5  # the figure itself
    warm = paint.blend(shown.node, shown.heat, node.TINT).name()
    heads = [warm, *(paint.blend(warm, code, 0.14).name() for code in shown.families.values())]
    assert min(contrast(shown.text, under) for under in heads) >= 4.5
    assert contrast(shown.muted, warm) >= 4.5
    assert contrast(shown.heat, shown.node) >= 3


@BOTH
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
