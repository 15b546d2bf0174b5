"""Values that no axis has a place for, as they are marked in a plot: a cross where they begin, a line to their end."""

from editor.training.plot import Curves
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import record_of
from tests.editor.training.test_views import curves, place

__all__ = ["curves"]  # a fixture


def test_that_a_run_of_values_that_are_not_finite_has_one_cross_and_a_line_to_its_end(
    curves: Curves, events: Events
) -> None:
    curves.show_record(record_of(events(bad=frozenset(range(30, 121)))))
    marks, lost = (curves.loss.curves[key,] for key in ("marks", "lost"))
    assert marks.xData.tolist() == [30]
    assert (lost.xData[0], lost.xData[1]) == (30, 120) and lost.yData[0] == lost.yData[1] == marks.yData[0]
    foot = place(curves.loss, 30, curves.loss.view()[2]).y()
    assert foot - place(curves.loss, 30, float(marks.yData[0])).y() >= 5, "the cross is whole"
    curves.loss.item.vb.setXRange(50, 60, padding=0)
    curves.loss.follow(False)
    curves.draw()
    assert marks.xData is None or not marks.xData.size, "it begins outside of the view"
    assert lost.xData[0] == 30
    curves.show_record(record_of(events()))
    assert not {("marks",), ("lost",)} & curves.loss.curves.keys()
