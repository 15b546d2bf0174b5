"""The curves of a run: loss of every step and every epoch, metrics beside it."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor import theme as themes
from editor.pieces import colour, mixed
from editor.training.chart import Chart, dashed, pen
from editor.training.legend import Legend, Switch
from editor.training.record import Record
from editor.training.said import unseen, values_at
from editor.training.series import Series, broken, sampled, shown, thinned

PAUSE = 200  # ms between two drawings at most: each holds the window for a moment
MARKS = 300  # marks of values that are not finite
SIDE_TOKENS = {"train": "accent", "validation": "optimizer"}
SYMBOLS = ("o", "s", "t", "d", "p")
Keys = tuple[str, str]  # name and side


class Curves(QWidget):
    """Loss on the left, metrics on the right where there are some, and a line that names and reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Record()
        self.others: list[tuple[str, Record]] = []
        self.name_of_first = ""
        self.loss, self.metrics = Chart("loss"), Chart("metric")
        self.metrics.hide()
        self.legend = Legend()
        self.log = Switch("log", "Logarithmic axis for the loss")
        self.auto = Switch("auto", "Let the axes follow the data")
        self.auto.setChecked(True)
        self.log.toggled.connect(self._set_logarithmic)
        self.auto.toggled.connect(self._set_auto)
        self.timer = QTimer(self, interval=PAUSE, singleShot=True)
        self.timer.timeout.connect(self._draw_next)
        self.waiting: list[Chart] = []
        self.drawn = 0  # how often; a test holds that it is not once a point
        self._lay()
        self._join()
        self.recolour()

    def _lay(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 4, 10, 0)
        bar.setSpacing(6)
        bar.addWidget(self.legend, 1)
        bar.addWidget(self.log)
        bar.addWidget(self.auto)
        charts = QHBoxLayout()
        charts.setContentsMargins(4, 0, 10, 4)
        charts.setSpacing(6)
        charts.addWidget(self.loss, 3)
        charts.addWidget(self.metrics, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addLayout(charts, 1)

    def _join(self) -> None:
        for chart, other in ((self.loss, self.metrics), (self.metrics, self.loss)):
            # Linked axes would paint both charts at once whenever they grow, which holds the window twice as long.
            chart.item.vb.sigRangeChangedManually.connect(partial(self._align, chart, other))
            chart.looked_at.connect(self._read)
            chart.auto_changed.connect(self._follow)
            chart.item.vb.sigXRangeChanged.connect(lambda *_: self._due())
        themes.theme_changes.changed.connect(self.recolour)

    # --- what is drawn

    def show_record(self, record: Record) -> None:
        """Draw another run."""
        self.record = record
        for chart in (self.loss, self.metrics):
            chart.clear_curves()
            chart.follow(True)
        self.draw()

    def compare(self, runs: list[tuple[str, Record]]) -> None:
        """Draw several runs over each other, each with a name; the first as a single one is drawn."""
        self.others = runs[1:]
        self.name_of_first = runs[0][0] if len(runs) > 1 else ""
        self.show_record(runs[0][1] if runs else Record())

    def more(self) -> None:
        """The record has grown: draw it soon, at most five times a second."""
        self._due()

    def _due(self) -> None:
        # Whoever waits already keeps its turn: a growing axis asks anew with every drawing of the first chart.
        charts = (self.loss, self.metrics) if self.record.metrics else (self.loss,)
        self.waiting += [chart for chart in charts if chart not in self.waiting]
        if not self.timer.isActive():
            self.timer.start()

    def _draw_next(self) -> None:
        """One chart at a time: whoever moves the mouse meanwhile waits for one painting, not for two."""
        self.draw(self.waiting.pop(0))
        if self.waiting:
            self.timer.start()

    def draw(self, only: Chart | None = None) -> None:
        """Draw what the record holds now, in both charts or in one of them."""
        self.drawn += 1
        record = self.record
        self.metrics.setVisible(bool(record.metrics))
        if self.auto.isChecked():
            self._fit(only)
        for (name, side), series in record.figures.items():
            if name == "loss" and side == "validation" and only is not self.metrics:
                self._draw_epochs(self.loss, (name, side), series, 0)
            elif name != "loss" and only is not self.loss:
                self._draw_epochs(self.metrics, (name, side), series, record.metrics.index(name))
        for chart in (self.loss, self.metrics):
            if only in (None, chart) and record.starts:
                chart.part(record.starts, record.fold_at(0))
        if only is not self.metrics:
            self._draw_steps(record.loss)
            for number, (name, other) in enumerate(self.others):
                curve = self.loss.curve(name, antialias=True)
                curve.setData(other.loss.x, shown(other.loss.smooth, self.loss.logarithmic)[0])
                curve.setPen(dashed(pen(colour(("optimizer", "good", "warning")[number % 3]), 2)))
            self._draw_marks()
        self._name()

    def _losses(self) -> list[Series]:
        """The losses of the epochs."""
        return [series for (name, _), series in self.record.figures.items() if name == "loss"]

    def _draw_steps(self, series: Series) -> None:
        faint, strong = mixed("accent", "panel", 0.38), colour("accent")
        raw = self.loss.curve("raw")
        smooth = self.loss.curve("smooth", antialias=True)
        left, right = self.loss.span()
        most = max(self.loss.width(), 200)  # a point for each pixel; stroking more is what painting would take long for
        values, _ = shown(series.y, self.loss.logarithmic)
        means, _ = shown(series.smooth, self.loss.logarithmic)
        starts = self.record.starts
        raw.setData(*broken(*thinned(series.x, values, left, right, 2 * most), starts))
        smooth.setData(*broken(*sampled(series.x, means, left, right, most // 2), starts))
        if self.loss.is_new("ink"):
            raw.setPen(pen(faint, 1))
            smooth.setPen(pen(strong, 2))

    def _draw_marks(self) -> None:
        """A cross at the foot of the plot for every value that has no place on it."""
        marks = self.loss.curve("marks", pen=None, symbol="x", symbolSize=8)
        left, right = self.loss.span()
        group = [self.record.loss, *self._losses()]
        at = np.concatenate([series.x[shown(series.y, self.loss.logarithmic)[1]] for series in group])
        at = at[(at >= left) & (at <= right)]
        at = at[:: max(1, at.size // MARKS)]
        low, high = self.loss.item.vb.viewRange()[1]
        foot = low + 0.02 * (high - low)
        if not self.loss.is_new("marks", at.size, at.size and at[-1], foot):
            return
        marks.setData(at, np.full(at.size, 10**foot if self.loss.logarithmic else foot))
        marks.setSymbolPen(pen(colour("error"), 1.5))

    def _draw_epochs(self, chart: Chart, key: Keys, series: Series, number: int) -> None:
        if not chart.is_new(key, series.size):
            return
        ink = self._ink(key, number)
        curve = chart.curve(key, antialias=True, symbol=SYMBOLS[number % len(SYMBOLS)], symbolSize=6)
        values, _ = shown(series.y, chart.logarithmic)
        points = thinned(series.x, values, *chart.span(), max(2 * chart.width(), 400))
        curve.setData(*broken(*points, self.record.starts))
        curve.setPen(dashed(pen(ink, 2)) if key[1] == "validation" else pen(ink, 2))
        curve.setSymbolBrush(ink)
        curve.setSymbolPen(pen(colour("panel"), 1))
        curve.setSymbol(None if series.size > 150 else SYMBOLS[number % len(SYMBOLS)])

    def _ink(self, key: Keys, number: int) -> QColor:
        """Training and validation keep their colours; further metrics are told apart by lightness and symbol."""
        ink = colour(SIDE_TOKENS[key[1]])
        return ink if number == 0 else ink.lighter(100 + 25 * number) if number % 2 else ink.darker(100 + 20 * number)

    def _align(self, chart: Chart, other: Chart, *_: object) -> None:
        """Show the same steps in the other chart."""
        other.item.vb.setXRange(*chart.span(), padding=0)

    def _fit(self, only: Chart | None) -> None:
        record = self.record
        growing = record.ended is None
        # Both charts show the same steps; the second one comes after when it is its turn.
        reach = self.loss.span()[1] if only is self.metrics else self.loss.reach(max(record.step, 2), growing)
        mine = [record.loss, *self._losses()]
        others = [series for (name, _), series in record.figures.items() if name != "loss"]
        for chart, group in ((self.loss, mine), (self.metrics, others)):
            if only not in (None, chart):
                continue
            values = [shown(series.y, chart.logarithmic)[0] for series in group if series.size]
            finite = [found for each in values if (found := each[np.isfinite(each)]).size]
            if finite:
                low, high = min(float(each.min()) for each in finite), max(float(each.max()) for each in finite)
                chart.fit(reach, low, high, growing)
            elif not chart.logarithmic:
                chart.fit(reach, 0.0, 1.0, growing)

    # --- what is said of it

    def _name(self) -> None:
        record = self.record
        span = record.loss.span
        span = round(span, -1) if span > 20 else round(span)  # a legend that changes with every step cannot be read
        entries = []
        if record.loss.size:
            mean = f"training, mean of about {span:.0f} steps" if span > 1 else "training"
            entries.append((mean, colour("accent"), "line"))
        if self.name_of_first:
            entries = [(self.name_of_first, colour("accent"), "line")]
            inks = [colour(("optimizer", "good", "warning")[number % 3]) for number in range(len(self.others))]
            entries += [(name, ink, "dashed") for (name, _), ink in zip(self.others, inks, strict=True)]
        elif ("loss", "validation") in record.figures:
            entries.append(("validation", colour(SIDE_TOKENS["validation"]), "dashed"))
        if len(record.metrics) > 1:
            for number, name in enumerate(record.metrics):
                entries.append((name, self._ink((name, "train"), number), "mark"))
        self.legend.name(entries)
        names = record.metrics
        self.metrics.name(names[0] if len(names) == 1 else "metrics")
        self.legend.warn(self._unseen())

    def _unseen(self) -> str:
        """What the picture cannot show, in words."""
        view = None if self.auto.isChecked() else self.loss.view()
        return unseen(self.record.loss, self._losses(), self.loss.logarithmic, view)

    def _read(self, step: Any) -> None:
        """Say the values under the pointer."""
        self.legend.read("" if step is None else values_at(self.record, step))

    # --- switches and colours

    def _set_logarithmic(self, logarithmic: bool) -> None:
        self.loss.set_logarithmic(logarithmic)
        self.draw()

    def _set_auto(self, auto: bool) -> None:
        for chart in (self.loss, self.metrics):
            chart.follow(auto)
        self.draw()

    def _follow(self, auto: bool) -> None:
        if self.auto.isChecked() != auto:
            self.auto.setChecked(auto)

    def recolour(self) -> None:
        """Take the colours of the theme."""
        for chart in (self.loss, self.metrics):
            chart.recolour()
        self.draw()


def picture(events: Iterable[Mapping[str, Any]], width: int, height: int) -> QPixmap:
    """The curves of a run as a picture, in the colours of the theme that is shown."""
    record = Record()
    for event in events:
        record.take(event)
    curves = Curves()
    curves.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    for switch in (curves.log, curves.auto):
        switch.hide()
    curves.resize(width, height)
    curves.show()
    curves.show_record(record)
    QCoreApplication.sendPostedEvents()  # lay it out
    curves.draw()  # once more: only now the charts know how wide they are
    QCoreApplication.sendPostedEvents()
    made = curves.grab()
    curves.close()
    return made
