"""What a run needs to be drawn is made before its first step, and serves the next run again."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from editor.running.session import Session
from editor.training.panel import TrainingPanel
from editor.training.plot import Curves
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import begin, feed, panel, record_of, session

__all__ = ["panel", "session"]


def test_that_a_run_finds_its_curves_made_before_its_first_step(
    panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot
) -> None:
    begin(session)
    feed(session, events()[:3])
    qtbot.waitUntil(lambda: panel.curves is not None and bool(panel.curves.beside.spare))
    assert panel.curves is not None and panel.place.currentWidget() is panel.empty
    charts = panel.curves.charts
    before = [len(chart.item.items) for chart in charts]
    feed(session, events())
    qtbot.waitUntil(lambda: panel.curves is not None and ("loss", "validation", "epochs") in panel.curves.loss.curves)
    qtbot.waitUntil(lambda: bool(charts[1].curves))
    assert [len(chart.item.items) for chart in charts] == before, "the first drawing makes none"


def looks(curves: Curves) -> dict[object, tuple[object, ...]]:
    """How each curve of the loss is drawn, from the lowest to the one that lies over all."""
    found: dict[object, tuple[object, ...]] = {}
    stacked = curves.loss.scene().items(Qt.SortOrder.AscendingOrder)
    for key, curve in sorted(curves.loss.curves.items(), key=lambda pair: stacked.index(pair[1])):
        pen, (x, y) = curve.opts["pen"], curve.getData()
        ink = (pen.color().name(), pen.widthF(), tuple(pen.dashPattern())) if pen else None
        points = [] if x is None else [*zip(x.tolist(), y.tolist(), strict=True)]
        found[key] = (ink, curve.opts["symbol"], curve.opts["antialias"], curve.curve.isVisible(), points)
    return found


def test_that_a_run_is_drawn_behind_another_as_it_is_alone_and_with_the_same_curves(
    qtbot: QtBot, events: Events
) -> None:
    one, other = Curves(), Curves()
    for curves in (one, other):
        qtbot.addWidget(curves)
        curves.resize(900, 240)
        curves.show()
    broken, whole = record_of(events(bad=frozenset({3, 7}))), record_of(events())
    one.show_record(whole)
    alone = looks(one)
    assert alone["train", "raw"][-1], "there is something to draw"
    other.show_record(broken)
    other.compare([("a", broken), ("b", whole)])
    made = len(other.loss.item.items)
    other.show_record(whole)
    assert looks(other) == alone
    assert [*looks(other)] == [*alone], "each lies over the one before"
    assert len(other.loss.item.items) == made
