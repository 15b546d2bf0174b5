"""One plot of a run in the colours of the theme; the only file that knows pyqtgraph."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent

from editor.looks import theme as themes
from editor.looks.pieces import colour, mixed
from editor.looks.unharmed import unharmed
from editor.training.pens import pen, ratio
from editor.training.pyramid import Floats
from runtime.spec.value import in_digits, rounded

pg.setConfigOption("mouseRateLimit", 0)  # or a move soon after another is dropped: the crosshair stays behind
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}  # of the crosshair
ZOOMS = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
TALL, APART = 18, 18  # pixels: the height of a decade with a name, and between two names beside each other
LOW = 130  # pixels of a chart below which nothing stands under its steps
MOST_NAMED = 12  # borders between folds with their names beside them
PLAIN: dict[str, Any] = {"pen": None, "symbol": None, "antialias": False, "connect": "finite"}  # a curve without style


class Axis(pg.AxisItem):
    """An axis of values, with as many of them named as there is room for.

    Where it is logarithmic it names 1, 2 and 5 of each decade, only 1 where there are many, or every n-th decade.
    """

    fellow: "Chart | None" = None  # beside it, of the same steps: both name those for which the narrower has room

    finest = 0.0  # how near ticks may stand: there is no step 1.5

    def logTickValues(self, low: float, high: float, size: float, ticks: object) -> list[tuple[None, list[float]]]:
        """Where the ticks stand, as logarithms."""
        every = max(int(np.ceil((high - low) * TALL / max(size, TALL))), 1)
        decades = range(int(np.floor(low)) // every * every, int(np.ceil(high)) + 1, every)
        parts = (1, 2, 5) if high - low < 2.5 else (1,)
        return [(None, [at for k in decades for m in parts if low <= (at := k + float(np.log10(m))) <= high])]

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """How far the ticks are apart, and 0: the stock ones, or fewer where their names would run together."""
        if self.fellow is not None and self.fellow.isVisible():
            size = min(size, self.fellow.item.getAxis(self.orientation).width())
        levels: list[tuple[float, float]] = super().tickSpacing(low, high, size)
        if self.orientation != "bottom" or not levels:
            return levels
        levels = [each for each in levels if each[0] >= self.finest] or [(self.finest, 0)]
        metrics, least = QFontMetricsF(self.style["tickFont"]), levels[0][0]
        widest = max(map(metrics.horizontalAdvance, self.tickStrings([low, high], self.scale, least)))
        apart = least
        while apart < (high - low) * (widest + APART) / max(size, 1):
            apart *= 2
        return levels if apart == least else [(apart, 0)]

    def logTickStrings(self, values: list[float], scale: float, spacing: object) -> list[str]:
        """The values themselves."""
        return [rounded(10**value, 3) for value in values]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The stock ones, powers of ten as people write them."""
        return [in_digits(float(each)) if "e" in each else each for each in super().tickStrings(values, scale, spacing)]

    def updateAutoSIPrefix(self) -> None:
        """Never a prefix: 0.95 stays 0.95; the stock axis sets one even while it is told not to."""
        self.update()  # what the stock method comes to

    @unharmed
    def paint(self, painter: QPainter, option: object, widget: object) -> None:
        """Draw at once: the view keeps the pixels, so that the record which the stock method plays only takes time."""
        painter.save()
        painter.setFont(self.style["tickFont"])
        if specs := self.generateDrawSpecs(painter):
            self.drawPicture(painter, *specs)
        painter.restore()


class Sight(pg.ViewBox):
    """What is seen of a plot: dragging zooms to what it spans, with Shift or the middle button it moves."""

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """The stock one, in one mode or the other."""
        moves = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.button() == Qt.MouseButton.MiddleButton
        self.state["mouseMode"] = self.PanMode if moves else self.RectMode
        super().mouseDragEvent(event, axis)


class Chart(pg.PlotWidget):
    """One plot in the colours of the theme.

    Wheel and dragging zoom, as do + and -; Left and Right move the crosshair. A double click or Home follows the data
    again.
    """

    looked_at = Signal(object)  # the step under the pointer, or None
    auto_changed = Signal(bool)

    def __init__(self, quantity: str) -> None:
        axes = {"left": Axis("left"), "bottom": Axis("bottom")}
        super().__init__(viewBox=Sight(enableMenu=False), axisItems=axes, enableMenu=False)
        self.auto, self.logarithmic = True, False
        self.item = self.getPlotItem()
        self.item.hideButtons()
        self.item.setLabel("bottom", "step")
        self.quantity = quantity
        self.item.setLabel("left", quantity)
        self.item.showGrid(x=True, y=True, alpha=0.18)
        self.setAccessibleName(f"Curve of {quantity}")
        self.line, self.level = (pg.InfiniteLine(angle=angle, movable=False) for angle in (90, 0))
        for line in (self.line, self.level):
            line.hide()
            self.item.addItem(line, ignoreBounds=True)
        self.curves: dict[object, Any] = {}
        self.spare: list[Any] = []  # made, but not drawn: to make one takes longer than to draw it
        self.taken = 0  # how many curves were taken so far: the later one lies over the earlier
        self.drawn: dict[object, object] = {}  # curve -> what it was drawn from
        self.borders: list[Any] = []  # between folds
        self.item.vb.sigRangeChangedManually.connect(lambda _: self.follow(False))
        self.item.vb.disableAutoRange()
        self.scene().sigMouseMoved.connect(self._moved)
        self.recolour()

    def recolour(self) -> None:
        """Take the colours of the theme."""
        self.setBackground(colour("panel"))
        for name in ("left", "bottom"):
            axis = self.item.getAxis(name)
            axis.setPen(colour("border"))
            axis.setTextPen(colour("muted"))
            axis.setTickFont(themes.mono_font(10))
            axis.setStyle(maxTickLevel=1)  # finer lines are noise, and slow to paint
            axis.setCacheMode(axis.CacheMode.DeviceCoordinateCache)  # its grid lies under the curves
            axis.label.setFont(themes.family_font(11))
        for line in (self.line, self.level):
            line.setPen(pg.mkPen(colour("muted"), style=Qt.PenStyle.DashLine))
        self.item.vb.rbScaleBox.setPen(pen(colour("accent"), 1))
        inside = colour("accent")
        inside.setAlpha(40)
        self.item.vb.rbScaleBox.setBrush(inside)
        for border in self.borders:
            border.setPen(pen(mixed("muted", "panel", 0.5), 1))
            border.label.setColor(colour("muted"))

    def name(self, quantity: str) -> None:
        """Say what is drawn; only another name is worth laying the plot out anew."""
        if quantity != self.quantity:
            self.quantity = quantity
            self.item.setLabel("left", quantity)

    def follow(self, auto: bool) -> None:
        """Whether the axes follow the data."""
        if auto != self.auto:
            self.auto = auto
            self.auto_changed.emit(auto)

    def prepare(self, many: int) -> None:
        """Have so many curves at hand, so that nobody waits for them at a first drawing."""
        self.spare += [self.item.plot() for _ in range(len(self.curves) + len(self.spare), many)]

    def put(self, key: object, x: Any, y: Any, **style: Any) -> None:
        """Draw the curve of that name from these points; without a style it keeps its own."""
        if key not in self.curves:
            self.curves[key] = self.spare.pop() if self.spare else self.item.plot()
            self.taken += 1
            self.curves[key].setZValue(self.taken)
            style = PLAIN | style
        self.curves[key].setData(x, y, **style)  # all in one: it is drawn anew with each change of its style

    def _lay_aside(self, key: object) -> None:
        curve = self.curves.pop(key)
        curve.setData([], [])
        self.spare.append(curve)

    def keep_only(self, keys: Collection[object]) -> None:
        """Forget the curves that have another key."""
        for key in self.curves.keys() - keys:
            self._lay_aside(key)
            self.drawn = {}

    def part(self, at: Sequence[float], first: int) -> None:
        """Draw where another fold begins, and which; `first` is the fold that the curve begins with."""
        for number, place in enumerate(at[len(self.borders) :], first + len(self.borders) + 1):
            about = {"position": 0.94, "movable": False, "anchors": [(0, 0.5), (0, 0.5)], "color": colour("muted")}
            border = pg.InfiniteLine(
                place, 90, pen(mixed("muted", "panel", 0.5), 1), label=f"fold {number}", labelOpts=about
            )
            border.label.setFont(themes.family_font(10))
            border.label.setVisible(len(at) < MOST_NAMED)
            self.item.addItem(border, ignoreBounds=True)
            self.borders.append(border)

    def is_new(self, key: object, *state: object) -> bool:
        """Whether a curve is to be drawn from something else than before; what stays costs a painting each time."""
        seen = (*state, self.logarithmic, self.span(), self.width(), themes.current().name)
        changed = self.drawn.get(key) != seen
        self.drawn[key] = seen
        return changed

    def clear_curves(self) -> None:
        """Forget all curves."""
        self.drawn = {}
        for key in [*self.curves]:
            self._lay_aside(key)
        for border in self.borders:
            self.item.removeItem(border)
        self.borders = []

    def span(self) -> tuple[float, float]:
        """The steps in view."""
        (left, right), _ = self.item.vb.viewRange()
        return float(left), float(right)

    def view(self) -> tuple[float, float, float, float]:
        """First and last step, lowest and highest value in view."""
        (left, right), (low, high) = self.item.vb.viewRange()
        return (left, right, 10.0**low, 10.0**high) if self.logarithmic else (left, right, low, high)

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Switch the axis of values, on which the next drawing puts everything anew: marks stand at its foot.

        The same steps and values are in view then; zero and less have no place on a log axis, which begins at the
        lowest value above.
        """
        left, right, low, high = self.view()
        if logarithmic and low <= 0:
            low = self._least_above_zero()
        for curve in self.curves.values():
            curve.setData([], [])
        self.drawn = {}
        self.logarithmic = logarithmic
        self.item.setLogMode(False, logarithmic)
        self.item.vb.disableAutoRange()  # the stock one lets its axes follow the curves from now on
        self.item.vb.setXRange(left, right, padding=0)
        if low < high:
            self.item.vb.setYRange(*(np.log10((low, high)) if logarithmic else (low, high)), padding=0)

    def _least_above_zero(self) -> float:
        """The lowest value that is drawn and has a place on a log axis; infinite where there is none."""
        drawn = (curve.getOriginalDataset()[1] for curve in self.curves.values())
        return min((float(y[y > 0].min()) for y in drawn if y is not None and (y > 0).any()), default=np.inf)

    def reach(self, right: float, growing: bool) -> float:
        """Up to where to show steps, so that `right` is seen.

        Axes that change with every drawing are hard to read and slow to paint: while a run is `growing` they jump.
        """
        edge = self.span()[1]
        return edge if growing and 0.7 * edge <= right <= edge else max(right, 2) * (1.25 if growing else 1.02)

    def fit(self, steps: tuple[float, float], low: float, high: float, growing: bool) -> None:
        """Show these steps, the first and the last, and all values between `low` and `high`, with a little room."""
        if self.logarithmic:
            low, high = float(np.log10(low)), float(np.log10(high))
        room = 0.08 * (high - low) or max(abs(high), 1.0) * 0.1
        bottom, top = self.item.vb.viewRange()[1]
        fits = bottom <= low and high <= top and high - low >= 0.5 * (top - bottom)
        if not (growing and fits and self.span() == steps):
            self.item.vb.setRange(xRange=steps, yRange=(low - room, high + room), padding=0)

    def paint_on(self, painter: QPainter, place: QRectF) -> None:
        """Draw the plot as lines and words, without the crosshair."""
        pointed = [line for line in (self.line, self.level) if line.isVisible()]
        self._for_paper(True)
        for line in pointed:
            line.hide()
        painter.fillRect(place, colour("panel"))
        self.render(painter, place, self.viewport().rect())
        painter.save()
        painter.translate(place.topLeft())
        painter.setClipRect(self.item.vb.sceneBoundingRect())
        for curve in self.curves.values():
            self._stroke(painter, curve)
        painter.restore()
        for line in pointed:
            line.show()
        self._for_paper(False)

    def _stroke(self, painter: QPainter, curve: Any) -> None:
        """One curve in pixels: a drawing knows no pen that keeps its width and its pattern in another scale."""
        x, y = curve.getData()
        if x is None or curve.opts["pen"] is None:
            return
        ink = QPen(curve.opts["pen"])
        ink.setCosmetic(False)
        ink.setWidthF(ink.widthF() / ratio())
        painter.setPen(ink)
        box, ((left, right), (low, high)) = self.item.vb.sceneBoundingRect(), self.item.vb.viewRange()
        across = box.left() + (x - left) / (right - left) * box.width()
        down = box.bottom() - (y - low) / (high - low) * box.height()
        whole = np.flatnonzero(np.isfinite(down))
        for part in np.split(whole, np.flatnonzero(np.diff(whole) > 1) + 1):
            painter.drawPolyline([QPointF(*at) for at in zip(across[part].tolist(), down[part].tolist(), strict=True)])

    def _for_paper(self, wanted: bool) -> None:
        """Whether axes and marks are lines, or pixels that are kept for the next painting; curves are drawn apart."""
        for axis in (self.item.getAxis(name) for name in ("left", "bottom")):
            axis.setCacheMode(axis.CacheMode.NoCache if wanted else axis.CacheMode.DeviceCoordinateCache)
        for curve in self.curves.values():
            curve.curve.setVisible(not wanted)
            curve.scatter.setExportMode(wanted, {"antialias": True})

    def point_at(self, step: float | None) -> None:
        """Move the upright line of the crosshair; None takes both away."""
        self.line.setVisible(step is not None)
        if step is None:
            self.level.hide()
        else:
            self.line.setPos(step)

    def _moved(self, at: QPointF) -> None:
        if not self.item.vb.sceneBoundingRect().contains(at):
            self.leaveEvent(None)
            return
        here = self.item.vb.mapSceneToView(at)
        self.level.setPos(here.y())
        self.level.show()
        self.looked_at.emit(float(here.x()))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Where there is little height the curve needs it more than the word below it."""
        super().resizeEvent(event)
        if event is not None:  # the stock one calls it before all is made
            self.item.getAxis("bottom").showLabel(self.height() >= LOW)

    def leaveEvent(self, event: object) -> None:
        """Nothing is under the pointer any more."""
        if event is not None:
            super().leaveEvent(event)
        self.level.hide()
        self.looked_at.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Follow the data again."""
        super().mouseDoubleClickEvent(event)
        self.follow(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the mouse does, by keys."""
        left, right = self.span()
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Home:
            self.follow(True)
        elif key in ZOOMS:
            self.item.vb.scaleBy((ZOOMS[key],) * 2)
            self.item.vb.sigRangeChangedManually.emit([True, True])
        elif key in STEPS:
            at = float(self.line.value()) if self.line.isVisible() else (left + right) / 2
            pixel = (right - left) / max(self.item.vb.width(), 1)
            self.looked_at.emit(min(max(at + STEPS[key] * max(pixel, 1), left), right))
        else:
            event.ignore()


class Scatter(Chart):
    """Predicted numbers against true ones; what is right lies on the line."""

    def __init__(self) -> None:
        super().__init__("predicted")
        self.item.setLabel("bottom", "true")
        self.setAccessibleName("Predicted numbers against true ones")
        self.right = pg.InfiniteLine(angle=45, movable=False)
        self.item.addItem(self.right, ignoreBounds=True)
        self.pairs: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
        self.looked_at.connect(lambda step: self.point_at(step))
        self.auto_changed.connect(self._again)
        self.recolour()

    def _again(self, auto: bool) -> None:
        if auto:
            self.show_pairs(*self.pairs)

    def show_pairs(self, true: Floats, predicted: Floats) -> None:
        """Show these; what is not finite has no place."""
        self.pairs, fine = (true, predicted), np.isfinite(true) & np.isfinite(predicted)
        self.put("pairs", true[fine], predicted[fine], symbol="o", symbolSize=5)
        if fine.any():
            low, high = (float(end([true[fine], predicted[fine]])) for end in (np.min, np.max))
            room = 0.05 * (high - low) or 1.0
            self.item.vb.setRange(xRange=(low - room, high + room), yRange=(low - room, high + room), padding=0)
        self.recolour()

    def recolour(self) -> None:
        """Points through which others can be seen."""
        super().recolour()
        ink = colour("accent")
        ink.setAlpha(110)
        for marks in self.curves.values():
            marks.setSymbolBrush(ink)
            marks.setSymbolPen(None)
        if hasattr(self, "right"):
            self.right.setPen(pen(colour("muted"), 1, (4.0, 2.5)))
