"""Plots beside each other show the same steps, whatever is zoomed, whichever axis is logarithmic."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from editor.training.chart import Chart
from editor.training.plot import Curves
from tests.editor.training.test_views import curves, drag, place

__all__ = ["curves"]


def press(button: QAbstractButton) -> None:
    """Click on a switch, and let what follows from it be painted."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    painted()


def painted() -> None:
    """The stock axes follow their curves as they are painted."""
    QApplication.processEvents()


def wheel(chart: Chart, at: QPoint) -> None:
    """Zoom in there."""
    view, none = chart.viewport(), Qt.MouseButton.NoButton
    turned = QPoint(), QPoint(0, 240), none, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    QApplication.sendEvent(view, QWheelEvent(QPointF(at), QPointF(view.mapToGlobal(at)), *turned))
    painted()


def zoom(curves: Curves) -> None:
    """To a part of the loss."""
    drag(curves.loss, place(curves.loss, 30, 1.9), place(curves.loss, 60, 0.9))
    painted()


def test_that_a_log_axis_keeps_what_was_zoomed_to(curves: Curves) -> None:
    zoom(curves)
    before = curves.loss.view()
    for logarithmic in (True, False):
        press(curves.log)
        assert curves.loss.logarithmic == logarithmic
        assert curves.loss.view() == pytest.approx(before)
        assert curves.beside.span() == pytest.approx(curves.loss.span())
    assert not curves.auto.isChecked()


def test_that_a_zoom_on_a_log_axis_is_that_of_both(curves: Curves) -> None:
    press(curves.log)
    drag(curves.loss, place(curves.loss, 30, np.log10(1.9)), place(curves.loss, 60, np.log10(0.9)))
    painted()
    assert curves.loss.span() == pytest.approx((30, 60), abs=3)
    assert curves.beside.span() == pytest.approx(curves.loss.span())
    wheel(curves.beside, place(curves.beside, 45, 0.8))
    assert np.ptp(curves.beside.span()) < 30 and curves.beside.span() == pytest.approx(curves.loss.span())
    press(curves.log)
    assert curves.beside.span() == pytest.approx(curves.loss.span())


def test_that_another_plot_beside_it_has_the_same_steps_and_all_its_values(curves: Curves) -> None:
    zoom(curves)
    before = curves.loss.view()
    actions = {action.text(): action for action in curves.chooser.names.actions()}
    for name in ("learning rate", "Logarithmic axis for it"):
        actions[name].trigger()
        painted()
        assert curves.loss.view() == before
        assert curves.beside.span() == pytest.approx(curves.loss.span())
        assert curves.beside.view()[2] < 0.01 < 0.1 < curves.beside.view()[3] < 1


def test_that_a_log_axis_begins_at_the_lowest_value_where_the_view_had_zero_in_it(curves: Curves) -> None:
    curves.loss.setFocus()
    QTest.keyClick(curves.loss, Qt.Key.Key_Minus)
    before = curves.loss.view()
    assert before[2] < 0
    press(curves.log)
    assert curves.loss.span() == pytest.approx(before[:2])
    lowest = float(curves.record.loss.y.min())
    assert curves.loss.view()[2:] == pytest.approx((lowest, before[3]))


def test_that_an_axis_that_follows_still_does_with_logarithms(curves: Curves) -> None:
    press(curves.log)
    assert curves.auto.isChecked()
    left, right, low, high = curves.loss.view()
    y = curves.record.loss.y
    assert low < y.min() < y.max() < high and left <= 1 and right >= 120
