"""What a person does with the curves: zooms, reads, chooses a plot, lays runs over each other and saves them."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.training.chart import Chart
from editor.training.plot import Curves
from editor.training.record import GRADIENT, MEMORY, SPEED, Record
from runtime.graph.carried import contents
from runtime.graph.file import load
from tests.editor.canvas.hand import two_models
from tests.editor.training.conftest import Events

Made = list[dict[str, Any]]


def record_of(events: Made) -> Record:
    """What events tell."""
    record = Record()
    for event in events:
        record.take(event)
    return record


@pytest.fixture
def curves(qapp: QApplication, qtbot: QtBot, events: Events) -> Curves:
    """The curves of a finished run, as wide and high as in a small window."""
    theme.apply(qapp, "dark")
    made = Curves()
    qtbot.addWidget(made)
    made.resize(740, 206)
    made.show()
    made.show_record(record_of(rich(events())))
    QApplication.processEvents()
    return made


def rich(events: Made) -> Made:
    """The same run with all that a step and an epoch can tell."""
    for event in events:
        if event["event"] == "step":
            event |= {"gradient_norm": 2.0, "memory": 3 * 2**20}
        if event["event"] == "epoch":
            event["lr"] = {"adam": 0.01, "sgd": 0.1}
    return events


def place(chart: Chart, step: float, value: float) -> QPoint:
    """Where on the widget of a chart a point is."""
    found: QPoint = chart.mapFromScene(chart.item.vb.mapViewToScene(QPointF(step, value)))
    return found


def drag(chart: Chart, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """From one point to another with the left button."""
    view = chart.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, keys, start)
    for share in (0.3, 0.6, 1.0):
        between = QPointF(start) + share * QPointF(end - start)
        QTest.mouseEvent(QTest.MouseAction.MouseMove, view, Qt.MouseButton.LeftButton, keys, between.toPoint(), 30)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, keys, end)


def test_that_a_drag_zooms_to_what_it_spans_and_a_double_click_follows_again(curves: Curves) -> None:
    before = curves.loss.span()
    drag(curves.loss, place(curves.loss, 30, 1.9), place(curves.loss, 60, 0.9))
    assert curves.loss.span() == pytest.approx((30, 60), abs=3)
    assert curves.beside.span() == pytest.approx(curves.loss.span())
    assert not curves.auto.isChecked()
    middle = place(curves.loss, 45, 1.2)
    QTest.mouseDClick(curves.loss.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseRelease(curves.loss.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert curves.loss.span() == pytest.approx(before)
    assert curves.auto.isChecked()


def test_that_shift_and_a_drag_move(curves: Curves) -> None:
    left, right = curves.loss.span()
    drag(curves.loss, place(curves.loss, 60, 1.0), place(curves.loss, 40, 1.0), Qt.KeyboardModifier.ShiftModifier)
    assert curves.loss.span() == pytest.approx((left + 20, right + 20), abs=1.5)


def test_that_keys_zoom_read_and_follow_again(curves: Curves) -> None:
    before = curves.loss.span()
    curves.loss.setFocus()
    QTest.keyClick(curves.loss, Qt.Key.Key_Plus)
    assert np.ptp(curves.loss.span()) == pytest.approx(0.8 * np.ptp(before))
    QTest.keyClick(curves.loss, Qt.Key.Key_Right)
    first = curves.reading.values[0].name
    QTest.keyClick(curves.loss, Qt.Key.Key_Right)
    assert curves.reading.values[0].name != first
    QTest.keyClick(curves.loss, Qt.Key.Key_Home)
    assert curves.loss.span() == pytest.approx(before)


def test_that_the_crosshair_reads_every_curve_at_its_step_and_goes_with_the_pointer(curves: Curves) -> None:
    QTest.mouseMove(curves.loss.viewport(), place(curves.loss, 60, 1.0))
    assert curves.reading.values[0].name == "step 60"
    names = [value.name for value in curves.reading.values[1:]]
    assert names == ["training", "validation", "accuracy train", "accuracy validation"]
    assert curves.reading.values[2].figure == "1.1"  # of epoch 2, to which the step belongs
    assert curves.rect().contains(curves.reading.geometry())
    assert curves.beside.line.isVisible() and curves.beside.line.value() == pytest.approx(60, abs=1)
    QTest.mouseMove(curves.loss.viewport(), QPoint(1, 1))
    assert not curves.reading.isVisible() and not curves.beside.line.isVisible()


def test_that_what_steps_and_epochs_tell_beside_the_loss_can_be_chosen(curves: Curves) -> None:
    assert curves.chooser.offered == ["metrics", "learning rate", GRADIENT, SPEED, MEMORY]
    assert (curves.chooser.name, curves.beside.quantity) == ("metrics", "accuracy")
    actions = {action.text(): action for action in curves.chooser.names.actions()}
    for name, value in ((GRADIENT, 2.0), (SPEED, 1600.0), (MEMORY, 3.0)):
        actions[name].trigger()
        drawn = curves.beside.curves.get((name, "smooth")) or curves.beside.curves[name, "epochs"]
        assert drawn.getOriginalDataset()[1] == pytest.approx(value)
        assert curves.beside.quantity == name
    actions["learning rate"].trigger()
    assert curves.legend.names.accessibleName().endswith("validation, lr of adam, lr of sgd")
    actions["Logarithmic axis for it"].trigger()
    assert curves.beside.logarithmic and not curves.loss.logarithmic
    actions["only the loss"].trigger()
    assert not curves.beside.isVisible()


def test_that_a_view_stays_while_the_same_runs_are_compared_under_other_names(curves: Curves, events: Events) -> None:
    first, second = (record_of(events(epochs=number)) for number in (2, 3))
    curves.compare([("one", first), ("two", second)])
    curves.loss.setFocus()
    QTest.keyClick(curves.loss, Qt.Key.Key_Plus)
    zoomed = curves.loss.view()
    assert not curves.auto.isChecked()
    curves.compare([("one", first), ("another", second)])
    assert curves.loss.view() == zoomed and not curves.auto.isChecked()
    assert "another" in curves.legend.names.accessibleName()
    curves.compare([("one", first)])
    assert curves.auto.isChecked()


def test_that_a_warning_is_whole_where_short_names_leave_it_room(curves: Curves, events: Events) -> None:
    runs = [(f"run {at}, model_a.out_features 5 to {at}", record_of(events(bad=frozenset({7})))) for at in range(3)]
    curves.resize(900, 206)
    curves.compare(runs)
    QApplication.processEvents()
    warning = curves.legend.warning
    assert warning.whole == "runs 1, 2, 3 not finite, first at step 7" and warning.text() == warning.whole
    curves.compare([("", record_of(events()))])
    QApplication.processEvents()
    assert curves.legend.names.width() >= curves.legend.names.sizeHint().width()  # whole again


def test_that_a_run_that_failed_lays_no_other_flat_and_is_told_as_cut_off(curves: Curves, events: Events) -> None:
    failed: Made = [
        {"event": "started", "epochs": 3, "steps_per_epoch": 40},
        *({"event": "step", "step": at, "epoch": 1, "loss": 5e21 * at, "seconds": 1.0} for at in range(1, 5)),
        *({"event": "step", "step": at, "epoch": 1, "loss": float("inf"), "seconds": 1.0} for at in range(5, 30)),
        {"event": "failed", "node": None, "message": "no number"},
    ]
    curves.compare([("run 1, whole", record_of(events())), ("run 2, lr 1e10", record_of(failed))])
    assert curves.loss.view()[3] < 4
    marks = curves.loss.curves[("marks",)]
    assert [float(x) for x in marks.getData()[0]] == [5.0]
    assert curves.legend.warning.whole == "run 2 not finite at step 5"
    assert curves.legend.aside.whole == "run 2 cut off"
    curves.compare([("run 1, lr 1e10", record_of(failed)), ("run 2, lr 1e10", record_of(failed))])
    assert curves.loss.view()[3] > 1e22  # alone they are seen whole


def test_that_names_of_many_runs_go_on_in_a_line_below(curves: Curves, events: Events) -> None:
    names = curves.legend.names
    curves.resize(480, 240)
    curves.compare([("run 1, one", record_of(events())), ("run 2, two", record_of(events()))])
    QApplication.processEvents()
    single = names.height()
    curves.compare([(f"run {at}, epochs {at}", record_of(events())) for at in range(1, 9)])
    QApplication.processEvents()
    assert names.height() >= 2 * single
    image = names.grab().toImage()
    assert any(image.pixelColor(x, y) != image.pixelColor(0, 0) for x in range(60) for y in range(single, 2 * single))


def test_that_runs_lie_over_each_other_with_colour_and_name(curves: Curves, events: Events) -> None:
    runs = [(f"lr {0.1 / 2**at:g}", record_of(events(epochs=2 + at))) for at in range(3)]
    curves.compare(runs)
    pens = [curves.loss.curves[at, "train", "smooth"].opts["pen"] for at in range(3)]
    assert len({pen.color().name() for pen in pens}) == 3
    assert [entry.words for entry in curves.legend.names.entries] == [
        "lr 0.1, mean of about 5 steps",
        "lr 0.05, mean of about 5 steps",
        "lr 0.025, mean of about 5 steps",
        "validation",
    ]
    assert curves.beside.quantity == "accuracy"
    QTest.mouseMove(curves.loss.viewport(), place(curves.loss, 100, 1.0))
    said = [value.name for value in curves.reading.values]
    assert said[0] == "step 100"
    assert "lr 0.1" not in said and {"lr 0.05", "lr 0.025", "lr 0.025, validation"} <= {*said}
    curves.show_record(runs[0][1])
    assert set(curves.loss.curves) == {
        ("train", "raw"),
        ("train", "smooth"),
        ("loss", "validation", "epochs"),
    }


def test_that_a_table_has_every_value_as_it_came(curves: Curves, qtbot: QtBot, events: Events, tmp_path: Path) -> None:
    curves.show_record(record_of(rich(events(epochs=2, steps=5_000, bad=frozenset({7})))))
    file = tmp_path / "curves.csv"
    with qtbot.waitSignal(curves.export.told) as told:
        curves.export.save(file, "csv")
    assert told.args == ["Saved curves.csv."]
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    steps = [row for row in rows if row["curve"] == "training"]
    assert [int(row["step"]) for row in steps] == list(range(1, 10_001))
    assert steps[6]["value"] == "nan"
    assert float(steps[99]["value"]) == curves.record.loss.y[99]
    kinds = {(row["plot"], row["curve"]) for row in rows}
    assert {("metrics", "accuracy validation"), ("learning rate", "lr of sgd"), (SPEED, SPEED)} <= kinds


def test_that_of_compared_runs_training_and_validation_can_be_seen_and_are_in_the_table(
    curves: Curves, qtbot: QtBot, events: Events, tmp_path: Path
) -> None:
    curves.compare([(name, record_of(rich(events(epochs=2)))) for name in ("run 1, one", "run 2, two")])
    assert curves.chooser.offered[:2] == ["accuracy", "accuracy on training rows"]
    curves.chooser.choose("accuracy on training rows")
    assert curves.beside.quantity == "accuracy on training rows"
    assert [*curves.beside.curves] == [(at, "accuracy", "train", "epochs") for at in (1, 0)]
    file = tmp_path / "curves.csv"
    with qtbot.waitSignal(curves.export.told):
        curves.export.save(file, "csv")
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    for name in ("run 1, one", "run 2, two"):
        told = {row["curve"].removeprefix(f"{name}, ") for row in rows if row["curve"].startswith(name)}
        assert {"training", "validation", "accuracy train", "accuracy validation", "lr of sgd", SPEED} <= told
    assert len({(row["plot"], row["curve"], row["step"]) for row in rows}) == len(rows), "each point once"


def test_that_the_plots_are_saved_as_a_picture_and_as_a_drawing(curves: Curves, tmp_path: Path) -> None:
    QTest.mouseMove(curves.loss.viewport(), place(curves.loss, 60, 1.0))
    graph = two_models()
    curves.export.graph = lambda: graph
    for kind in ("png", "svg"):
        curves.export.save(tmp_path / f"curves.{kind}", kind)
        assert load(contents(tmp_path / f"curves.{kind}")) == graph, "it carries the graph of the run"
    image = QImage(str(tmp_path / "curves.png"))
    assert (image.width(), image.height()) == (1480, 412)
    ink = theme.current().accent
    assert any(image.pixelColor(x, 200).name() == ink for x in range(image.width()))
    text = (tmp_path / "curves.svg").read_text(encoding="utf-8")
    assert QSvgRenderer(str(tmp_path / "curves.svg")).isValid()
    assert "<image" not in text and ">accuracy <" in text and text.count("<path") > 4
    assert curves.loss.line.isVisible()


def test_that_a_file_that_cannot_be_written_is_told(curves: Curves, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(curves.export.told) as told:
        curves.export.save(tmp_path / "gone" / "curves.svg", "svg")
    assert told.args == ["curves.svg was not saved: No such file or directory."]


@pytest.mark.parametrize("decades", [1, 3, 8, 22, 58])
def test_that_names_on_a_log_axis_have_room(curves: Curves, decades: int) -> None:
    axis = curves.loss.item.getAxis("left")
    ((_, places),) = axis.logTickValues(0.0, float(decades), 120.0, None)
    assert 2 <= len(places) <= 8
    assert (np.diff(places) * 120 / decades > 11).all()


@pytest.mark.parametrize("width", [40, 75, 150, 600])
def test_that_steps_beside_each_other_have_room_for_their_names(curves: Curves, width: int) -> None:
    axis = curves.beside.item.getAxis("bottom")
    spacing = axis.tickSpacing(0.0, 19_000.0, width)[0][0]
    words = axis.tickStrings([18_000.0], 1, spacing)[0]
    assert QFontMetricsF(axis.style["tickFont"]).horizontalAdvance(words) < spacing * width / 19_000


def test_that_charts_beside_each_other_name_the_same_steps(curves: Curves) -> None:
    wide, narrow = (chart.item.getAxis("bottom") for chart in curves.charts)
    assert wide.width() > narrow.width()
    alone = wide.tickSpacing(0.0, 19_000.0, wide.width())
    assert alone[0] == narrow.tickSpacing(0.0, 19_000.0, narrow.width())[0]
    curves.beside.hide()
    assert wide.tickSpacing(0.0, 19_000.0, 4 * wide.width())[0][0] < alone[0][0]


def test_that_large_values_on_an_axis_stand_as_people_write_them(curves: Curves) -> None:
    axis = curves.loss.item.getAxis("left")
    assert axis.tickStrings([0.0, 2.5e22, 2e-8], 1, 1e22) == ["0", "2.5e22", "2e-8"]
    assert axis.tickStrings([0.5, 1.0], 1, 0.5) == ["0.5", "1.0"]


def test_that_the_legend_has_the_whole_width_where_switches_would_leave_it_little(curves: Curves) -> None:
    assert curves.legend.width() < curves.width() - curves.switches.width()
    curves.resize(560, 206)
    QApplication.processEvents()
    assert curves.legend.width() > curves.width() - curves.switches.width()
    assert curves.switches.geometry().right() == curves.legend.geometry().right()


def test_that_curves_are_as_thick_on_a_screen_of_twice_the_pixels(
    curves: Curves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QApplication, "devicePixelRatio", lambda _: 2.0)
    curves.loss.drawn = {}
    curves.draw()
    widths = [curve.opts["pen"].widthF() for curve in curves.loss.curves.values() if curve.opts["pen"] is not None]
    assert set(widths) == {2.0, 4.0}  # single steps, and their mean


def test_that_steps_are_whole_numbers_however_few_there_are(curves: Curves) -> None:
    axis = curves.loss.item.getAxis("bottom")
    assert all(apart >= 1 for apart, _ in axis.tickSpacing(1.0, 3.0, 600))
