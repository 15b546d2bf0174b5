"""Runs over each other: each has its colour, and training and validation each their kind of line."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.looks.pieces import colour
from editor.training.plot import Curves
from tests.editor.training.conftest import Events
from tests.editor.training.test_views import record_of

Solid = Qt.PenStyle.SolidLine


def compared(qtbot: QtBot, events: Events, many: int) -> Curves:
    """Curves of so many runs over each other."""
    made = Curves()
    made.resize(900, 240)
    qtbot.addWidget(made)
    made.show()
    made.compare([(f"run {at}, lr {at}", record_of(events(epochs=60, steps=4))) for at in range(many)])
    QApplication.processEvents()
    return made


def drawn(curves: Curves, many: int) -> list[tuple[QPen, QPen]]:
    """The pens of training and of validation, of each run."""
    pens = {key: curve.opts["pen"] for key, curve in curves.loss.curves.items()}
    return [(pens[at, "train", "smooth"], pens[at, "loss", "epochs"]) for at in range(many)]


def look(pen: QPen) -> tuple[str, tuple[float, ...]]:
    """By what a curve is known where it has no symbols."""
    return pen.color().name(), () if pen.style() == Solid else tuple(pen.dashPattern())


@pytest.mark.parametrize("name", theme.THEMES)
def test_that_training_and_validation_of_each_run_are_told_apart_by_their_lines(
    qapp: QApplication, qtbot: QtBot, events: Events, name: str
) -> None:
    theme.apply(qapp, name)
    (first, first_held), (second, second_held) = drawn(compared(qtbot, events, 2), 2)
    assert first.color() == first_held.color() != second.color() == second_held.color()
    assert first.style() == second.style() == Solid
    assert first_held.style() != Solid and first_held.dashPattern() == second_held.dashPattern()
    theme.apply(qapp, "dark")


def test_that_all_curves_of_the_most_runs_look_unlike(qapp: QApplication, qtbot: QtBot, events: Events) -> None:
    pens = drawn(compared(qtbot, events, 8), 8)
    assert len({look(pen) for both in pens for pen in both}) == 16


def test_that_the_legend_draws_validation_as_the_curves_are(qapp: QApplication, qtbot: QtBot, events: Events) -> None:
    curves = compared(qtbot, events, 2)
    (_, held), _ = drawn(curves, 2)
    *runs, validation = curves.legend.names.entries
    assert (validation.words, validation.pattern) == ("validation", tuple(held.dashPattern()))
    assert validation.ink == colour("muted") and [entry.pattern for entry in runs] == [(), ()]
