"""The curves of a run, or of several over each other: the loss, and beside it a plot that can be chosen."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from editor.looks import theme as themes
from editor.training.chart import Chart
from editor.training.chooser import Chooser
from editor.training.drawing import draw, first_step, fit
from editor.training.export import Export
from editor.training.legend import SPACE, Legend, Switch
from editor.training.lines import LOSS, METRICS, Line, plots
from editor.training.predicted import Predicted
from editor.training.predictions import Predictions
from editor.training.reading import Reading
from editor.training.record import Record
from editor.training.said import beyond, outside, unseen, values_at

LEGEND = 400  # px beside the switches that it needs for the names of a few curves
PAUSE = 200  # ms between two drawings at most: each holds the window for a moment
USUAL = (4, 2)  # curves of a run with validation rows and a metric: loss, and beside it


class Curves(QWidget):
    """Loss on the left, on the right metrics where there are some or what was chosen, and a line that names it all."""

    def __init__(self, record: Record | None = None) -> None:
        super().__init__()
        self.runs: list[tuple[str, Record]] = [("", record or Record())]
        self.charts = self.loss, self.beside = Chart("loss"), Chart("metric")
        self.beside.hide()
        self.legend, self.reading = Legend(), Reading(self)
        self.log = Switch("log", "Logarithmic axis for the loss")
        self.auto = Switch("auto", "Let the axes follow the data")
        self.auto.setChecked(True)
        self.predicted, self.switches = Predicted(), QWidget()
        self.chooser, self.export = Chooser(), Export(self)
        self.chooser.chosen.connect(lambda _: self._choose())
        self.log.toggled.connect(self._set_logarithmic)
        self.auto.toggled.connect(self._set_auto)
        self.timer = QTimer(self, interval=PAUSE, singleShot=True)
        self.timer.timeout.connect(self._draw_next)
        self.waiting: list[Chart] = []
        self.drawn = 0  # how often; a test holds that it is not once a point
        self._lay()
        self._join()

    def _lay(self) -> None:
        bar = self.bar = QHBoxLayout()
        bar.setContentsMargins(12, 4, 10, 0)
        bar.setSpacing(6)
        bar.addWidget(self.legend, 1)
        row = self.row = QHBoxLayout(self.switches)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addStretch(1)
        for part in (self.chooser, self.log, self.auto, self.export):
            row.addWidget(part)
        bar.addWidget(self.switches, 0, Qt.AlignmentFlag.AlignTop)
        charts = QHBoxLayout()
        charts.setContentsMargins(4, 0, 10, 4)
        charts.setSpacing(6)
        charts.addWidget(self.loss, 3)
        charts.addWidget(self.beside, 2)
        charts.addWidget(self.predicted, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addLayout(charts, 1)

    def _join(self) -> None:
        for chart, other in ((self.loss, self.beside), (self.beside, self.loss)):
            # Linked axes would paint both charts at once whenever they grow, which holds the window twice as long.
            chart.item.vb.sigRangeChangedManually.connect(partial(self._align, chart, other))
            axis = chart.item.getAxis("bottom")
            axis.fellow, axis.finest = other, 1.0
            chart.item.vb.sigResized.connect(partial(self._name_anew, other))
            chart.looked_at.connect(partial(self._read, chart))
            chart.auto_changed.connect(self._follow)
            chart.item.vb.sigXRangeChanged.connect(lambda *_: self._due())
        themes.theme_changes.changed.connect(self.recolour)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is another room for legend and switches."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Where there is little room beside the switches, the legend stands above them.

        What it warns of is on their left then, or where it would be cut there, in a line of its own.
        """
        switches = sum(part.sizeHint().width() + 6 for part in (self.chooser, self.log, self.auto, self.export))
        seen, legend = not self.switches.isHidden(), self.legend
        room = self.width() - switches - 22 if seen else self.width()
        narrow = seen and room < max(LEGEND, legend.least)
        self.bar.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        lent, below = (narrow and fits == (room + SPACE >= legend.said) for fits in (True, False))
        if (lent, below) != (legend.lent, legend.below):
            legend.lend(self.row) if lent else legend.give_back(below)

    @property
    def record(self) -> Record:
        """The run that is shown, or the first of several."""
        return self.runs[0][1]

    # --- what is drawn

    def show_record(self, record: Record) -> None:
        """Draw another run."""
        self._show([("", record)])

    def show_predictions(self, found: Predictions | None) -> None:
        """What the run that is shown predicts; None where nobody knows."""
        self.predicted.show_found(found)
        self.draw()

    def compare(self, runs: list[tuple[str, Record]]) -> None:
        """Draw several runs over each other, each with colour, pattern and name; those shown keep their view."""
        if [record for _, record in runs] == [record for _, record in self.runs]:
            self.runs = runs
            self.draw()
        else:
            self._show(runs or [("", Record())])

    def _show(self, runs: list[tuple[str, Record]]) -> None:
        self.runs = runs
        self.predicted.show_found(None)
        self.reading.tell(self.loss, None)  # what is under the pointer is another thing now
        for chart in self.charts:
            chart.point_at(None)
            chart.clear_curves()
            chart.follow(True)
        self.draw()

    def prepare(self) -> None:
        """A run begins: have the curves at hand before its first step."""
        for chart, many in zip(self.charts, USUAL, strict=True):
            chart.prepare(many)

    def more(self) -> None:
        """The record has grown: draw it soon, at most five times a second."""
        self._due()

    def _due(self) -> None:
        # Whoever waits already keeps its turn: a growing axis asks anew with every drawing of the first chart.
        charts = (self.loss,) if self.beside.isHidden() else self.charts
        self.waiting += [chart for chart in charts if chart not in self.waiting]
        if not self.timer.isActive():
            self.timer.start()

    def _draw_next(self) -> None:
        """One chart at a time: whoever moves the mouse meanwhile waits for one painting, not for two."""
        self.draw(self.waiting.pop(0))
        if self.waiting:
            self.timer.start()

    def draw(self, only: Chart | None = None) -> None:
        """Draw what the records hold now, in both charts or in one of them."""
        self.drawn += 1
        found = plots(self.runs)
        names = [*[name for name in found if name != LOSS], *self.predicted.plots]
        self.chooser.offer(names, self._usual(found))
        self.predicted.choose(self.chooser.name)
        name = self.chooser.name
        lines = {self.loss: found[LOSS], self.beside: found.get(name, [])}
        if lines[self.beside] and self.beside.isHidden() and only:
            self.waiting.insert(0, self.beside)  # it was not drawn while nobody saw it
        self.beside.setVisible(bool(lines[self.beside]))
        record = self.record
        for chart, group in lines.items():
            if only not in (None, chart) or not group:
                continue
            if self.auto.isChecked():
                self._fit(chart, group, only)
            if len(self.runs) == 1:
                draw(chart, group, record.starts, record.fold_at(0))
            else:  # the first lies over the others: what goes on from it is seen from there on
                draw(chart, group[::-1], [], record.fold_at(0))
        alone = record.metrics[0] if len(record.metrics) == 1 and len(self.runs) == 1 else name
        self.beside.name(alone if name == METRICS else name)
        self.legend.name(lines[self.loss] + lines[self.beside], len(self.runs) > 1)
        self._tell_unseen(lines, name)

    def _tell_unseen(self, lines: Mapping[Chart, list[Line]], name: str) -> None:
        """Say what the pictures of both charts do not show; `name` is the plot beside the loss."""
        warnings, asides = [], []
        for chart, group in lines.items():
            prefix = f"{name}: " if chart is self.beside else ""
            if told := unseen(group, chart.logarithmic):
                warnings.append(prefix + told)
            if self.auto.isChecked() and (told := beyond(group, chart.logarithmic, chart.view())):
                asides.append(prefix + told)
            if not self.auto.isChecked() and (told := outside(group, chart.logarithmic, chart.view())):
                asides.append(prefix + told)
        if self.predicted.unseen:
            warnings.append(self.predicted.unseen)
        if self.predicted.alone:
            asides.append(f"{name}: {self.predicted.alone}")
        self.legend.warn("; ".join(warnings), "; ".join(asides))
        self._arrange()

    def _usual(self, found: Collection[str]) -> str:
        """The metrics, or of several runs the first metric."""
        several = self.record.metrics[:1] if len(self.runs) > 1 else [METRICS]
        return next((name for name in several if name in found), "")

    def _fit(self, chart: Chart, lines: list[Line], only: Chart | None) -> None:
        growing = any(record.step and record.ended is None for _, record in self.runs)
        last = max(2, *(record.step for _, record in self.runs), *(line.series.last for line in lines))
        # Both charts show the same steps; the second one comes after when it is its turn.
        reach = self.loss.span()[1] if only is self.beside else self.loss.reach(last, growing)
        begin = self.loss.span()[0] if chart is self.beside else first_step(lines, last)
        fit(chart, lines, (begin, reach), growing)

    def _name_anew(self, chart: Chart, *_: object) -> None:
        """The chart beside this one is wider or narrower: both name the same steps."""
        chart.item.getAxis("bottom").update()

    def _align(self, chart: Chart, other: Chart, *_: object) -> None:
        """Show the same steps in the other chart."""
        other.item.vb.setXRange(*chart.span(), padding=0)

    # --- what is said of it

    def _read(self, chart: Chart, step: Any) -> None:
        """Say the values of all curves at the step under the pointer, those of the chart that it is on first."""
        shown = [each for each in self.charts if each.isVisible()]
        for each in shown:
            each.point_at(step)
        found = plots(self.runs)
        groups = {self.loss: found[LOSS], self.beside: found.get(self.chooser.name, [])}
        lines = [line for each in sorted(shown, key=lambda each: each is not chart) for line in groups[each]]
        self.reading.tell(chart, None if step is None else values_at(self.runs, lines, step))

    # --- switches and colours

    def _set_logarithmic(self, logarithmic: bool) -> None:
        self.loss.set_logarithmic(logarithmic)
        self.draw()

    def _choose(self) -> None:
        self.beside.clear_curves()
        self.beside.set_logarithmic(self.chooser.logarithmic)
        if not self.auto.isChecked():  # another plot has other values; the steps in view stay those of the loss
            fit(self.beside, plots(self.runs).get(self.chooser.name, []), self.loss.span(), False)
        self.draw()

    def _set_auto(self, auto: bool) -> None:
        for chart in self.charts:
            chart.follow(auto)
        self.draw()

    def _follow(self, auto: bool) -> None:
        if self.auto.isChecked() != auto:
            self.auto.setChecked(auto)

    def recolour(self) -> None:
        """Take the colours of the theme."""
        self.predicted.recolour()
        for chart in self.charts:
            chart.recolour()
        self.draw()


def picture(record: Record, width: int, height: int) -> QPixmap:
    """The curves of a run as a picture, in the colours of the theme that is shown."""
    curves = Curves()
    curves.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    curves.switches.hide()  # nobody presses them there
    curves.resize(width, height)
    curves.show()
    curves.show_record(record)
    QCoreApplication.sendPostedEvents()  # lay it out
    curves.draw()  # once more: only now the charts know how wide they are
    QCoreApplication.sendPostedEvents()
    made = curves.grab()
    curves.close()
    return made
