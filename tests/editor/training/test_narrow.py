"""Curves in a small panel: what is said of them is whole, and they have the height that words can spare."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.training.plot import Curves
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import record_of
from tests.editor.training.test_views import curves, place

__all__ = ["curves"]  # a fixture


@pytest.mark.parametrize("width", [274, 450, 675, 1100])
def test_that_no_warning_is_cut(curves: Curves, events: Events, width: int) -> None:
    curves.resize(width, 206)
    bad = (frozenset({7}), frozenset[int](), frozenset({9}))
    curves.compare(
        [(f"run {at}, dense.out_features 32 to 8", record_of(events(bad=each))) for at, each in enumerate(bad, 1)]
    )
    curves.loss.follow(False)
    curves.draw()
    QApplication.processEvents()
    warning, switches = curves.legend.warning, curves.switches
    assert warning.text() == warning.whole == "runs 1, 3 not finite, first at step 7"
    assert curves.chooser.text() == "accuracy"
    for part in (curves.chooser, curves.log, curves.auto, curves.export):
        assert switches.rect().contains(part.geometry()) and part.width() >= part.sizeHint().width()
    assert curves.loss.height() > 60


@pytest.mark.parametrize("name", ["metrics", "learning rate", "gradient norm", "samples per second", "only the loss"])
def test_that_a_name_with_room_is_whole(curves: Curves, name: str) -> None:
    curves.resize(590, 206)
    curves.chooser.choose(name if name in curves.chooser.offered else "")
    QApplication.processEvents()
    assert curves.chooser.text() == name


def test_that_a_name_without_room_ends_with_an_ellipsis(curves: Curves) -> None:
    curves.chooser.choose("learning rate")
    curves.chooser.resize(80, 22)
    assert curves.chooser.text().startswith("lea") and curves.chooser.text().endswith("…")
    assert curves.chooser.toolTip().startswith("learning rate\n")
    curves.chooser.resize(200, 22)
    assert curves.chooser.text() == "learning rate"


def test_that_a_low_chart_leaves_the_word_below_it_out(curves: Curves) -> None:
    label = curves.loss.item.getAxis("bottom").label
    curves.resize(740, 300)
    QApplication.processEvents()
    assert label.isVisible()
    before = curves.loss.item.vb.height() / curves.loss.height()
    curves.resize(740, 140)
    QApplication.processEvents()
    assert not label.isVisible()
    assert curves.loss.height() - curves.loss.item.vb.height() < 300 * (1 - before), "the curve has its room"


def test_that_the_values_of_compared_runs_are_told_apart_and_leave_the_plot_in_sight(
    curves: Curves, events: Events
) -> None:
    names = [f"run {at}, dense.out_features 32 to 8 and two other changes" for at in (1, 2)]
    curves.compare([(name, record_of(events())) for name in names])
    QApplication.processEvents()
    QTest.mouseMove(curves.loss.viewport(), place(curves.loss, 10, 1.0))  # one that is there tells nothing
    QTest.mouseMove(curves.loss.viewport(), place(curves.loss, 60, 1.0))
    said = [value.name for value in curves.reading.values[1:]]
    assert said == [
        *("run 1", "run 1, validation", "run 2", "run 2, validation"),
        *("run 1, accuracy validation", "run 2, accuracy validation"),
    ]
    assert curves.reading.width() < curves.loss.width()
    curves.compare([])
    lines = [line.isVisible() for line in (curves.loss.line, curves.loss.level)]
    assert not curves.reading.isVisible() and lines == [False, False]
    QTest.mouseMove(curves.loss.viewport(), QPoint(1, 1))


def test_that_values_for_which_there_is_no_height_are_counted(curves: Curves, events: Events) -> None:
    curves.compare([(f"run {at}, one of many", record_of(events())) for at in range(1, 9)])
    QApplication.processEvents()
    QTest.mouseMove(curves.beside.viewport(), place(curves.beside, 60, 0.8))
    box = curves.reading
    rows = [value.name for value in box.values]
    assert rows[1:9] == [f"run {at}, accuracy validation" for at in range(1, 9)], "of the chart that is pointed at"
    assert rows[-1] == f"and {24 - (len(rows) - 2)} more, for which the panel is too low"
    assert box.height() >= 15 * len(rows) and curves.rect().contains(box.geometry())
    QTest.mouseMove(curves.loss.viewport(), QPoint(1, 1))
