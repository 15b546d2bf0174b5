"""The curves take turns, and draw whatever numbers there are without a word of numpy's."""

import math
import warnings

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.training.plot import Curves, picture
from editor.training.record import Record
from tests.editor.training.conftest import Events


def test_that_metrics_get_their_turn_while_the_axis_of_the_loss_grows(qtbot: QtBot) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.resize(600, 240)
    curves.show()
    record = Record()
    curves.show_record(record)

    def drawn_while_it_grows() -> bool:
        for _ in range(1000):  # the axis has to change with every drawing
            record.take({"event": "step", "step": record.step + 1, "epoch": 1, "loss": 1.0, "seconds": 0.0})
        figures = {"loss": 1.0, "accuracy": 0.5}
        record.take({"event": "epoch", "epoch": len(record.epochs) + 1, "train": figures, "validation": figures})
        curves.more()
        return any(curve.getData()[0] is not None for curve in curves.beside.curves.values())

    qtbot.waitUntil(drawn_while_it_grows, timeout=10_000)


@pytest.mark.parametrize("losses", [(2.3, 1e10, 1e22, math.nan), (math.nan, math.inf), (0.0, -2.0), (1e22, 0.0, -5.0)])
def test_that_values_without_a_place_on_an_axis_are_drawn_quietly(qtbot: QtBot, losses: tuple[float, ...]) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.resize(600, 240)
    curves.show()
    record = Record()
    for step, loss in enumerate(losses, start=1):
        record.take({"event": "step", "step": step, "epoch": 1, "loss": loss, "seconds": 0.0})
    figures = {"loss": losses[-1], "accuracy": losses[0]}
    record.take({"event": "epoch", "epoch": 1, "train": figures, "validation": figures})
    with warnings.catch_warnings(record=True) as told:  # one that is raised while Qt paints would end the process
        warnings.simplefilter("always")
        curves.show_record(record)
        for _ in range(3):
            curves.log.toggle()
            QApplication.processEvents()
            curves.grab()
    assert not [str(each.message) for each in told]


def test_that_a_run_becomes_a_picture(qapp: QApplication, events: Events) -> None:
    record = Record()
    for event in events():
        record.take(event)
    for name in ("dark", "light"):
        theme.apply(qapp, name)
        made = picture(record, 900, 240).toImage()
        assert (made.width(), made.height()) == (900, 240)
        assert made.pixelColor(2, 2) == theme.current().panel
        ink = theme.current().accent
        assert any(made.pixelColor(x, y).name() == ink for x in range(900) for y in range(0, 240, 2))
        right = {made.pixelColor(x, y).name() for x in range(600, 900) for y in range(2, 26)}
        assert right == {theme.current().panel}  # no buttons: nobody presses them in a picture
