"""Draws lines into a chart: no more points than it has pixels, and a mark for every value that has no place on it."""

from collections.abc import Sequence

import numpy as np

from editor.looks.pieces import colour, mixed_with
from editor.training.chart import Chart
from editor.training.lines import Line
from editor.training.pens import pen
from editor.training.pyramid import Floats
from editor.training.series import broken

MARKS = 300  # marks of values that have no place
FOOT = 7  # pixels above the axis, or a cross would be cut
MARKED, LOST = ("marks",), ("lost",)  # where they begin, and how far that goes on
MOST_RAW = 3  # runs whose single steps are drawn: those of more would hide each other
FAR = 0.3  # of a chart's width that would be empty otherwise
APART = 8  # pixels between the points of epochs at least where each has a symbol


def draw(chart: Chart, lines: Sequence[Line], starts: Sequence[float], first: int) -> None:
    """Draw the lines as they are now; at `starts` another fold begins, `first` is the first fold."""
    if starts:
        chart.part(starts, first)
    raw = sum(line.of_steps for line in lines) <= MOST_RAW
    for line in lines:
        if line.of_steps:
            _draw_steps(chart, line, starts, raw)
        else:
            _draw_epochs(chart, line, starts)
    chart.keep_only({MARKED, LOST, *((*line.key, part) for line in lines for part in ("raw", "smooth", "epochs"))})
    _draw_marks(chart, lines)


def first_step(lines: Sequence[Line], reach: float) -> float:
    """Where a chart up to the step `reach` begins: where the lines do, if far from 0, as those of a run that goes on
    from one that is not there.
    """
    first = min((float(line.series.x[0]) for line in lines if line.series.size), default=0.0)
    return first if first > FAR * reach else 0.0


def fit(chart: Chart, lines: Sequence[Line], steps: tuple[float, float], growing: bool) -> None:
    """Let the chart show all values of the lines at these steps, the first and the last.

    Runs that failed count where there are no others: what grew beyond all bounds would lay the others flat.
    """
    whole, failed = (
        [ends for line in lines if line.failed == wanted and (ends := line.series.bounds(chart.logarithmic))]
        for wanted in (False, True)
    )
    found = whole or failed
    if found:
        chart.fit(steps, min(low for low, _ in found), max(high for _, high in found), growing)
    elif not chart.logarithmic:
        chart.fit(steps, 0.0, 1.0, growing)


def _draw_steps(chart: Chart, line: Line, starts: Sequence[float], raw: bool) -> None:
    left, right = chart.span()
    most = max(chart.width(), 200)  # stroking more than a point for each pixel is what painting would take long for
    if raw:
        points = broken(*line.series.thinned(left, right, 2 * most, chart.logarithmic), starts)
        new = chart.is_new((*line.key, "faint"))
        faint = {"pen": pen(mixed_with(line.ink, "panel", 0.38), 1)} if new else {}
        chart.put((*line.key, "raw"), *points, **faint)
    points = broken(*line.series.sampled(left, right, most // 2, chart.logarithmic), starts)
    new = chart.is_new((*line.key, "ink"))
    ink = {"pen": pen(line.ink, 2, line.pattern), "antialias": True} if new else {}
    chart.put((*line.key, "smooth"), *points, **ink)


def _draw_epochs(chart: Chart, line: Line, starts: Sequence[float]) -> None:
    if not chart.is_new(line.key, line.series.size, line.series.cuts):
        return
    points = line.series.thinned(*chart.span(), max(2 * chart.width(), 400), chart.logarithmic)
    x, y = broken(*points, starts)
    some = bool(np.isfinite(y).any())  # symbols of which none has a place make numpy complain at each painting
    chart.put(
        (*line.key, "epochs"),
        x if some else [],
        y if some else [],
        pen=pen(line.ink, 2, line.pattern),
        antialias=True,
        symbol=line.symbol if line.symbol and _apart(chart, line.series.x) else None,
        symbolSize=6,
        symbolBrush=line.ink,
        symbolPen=pen(colour("panel"), 1),
    )


def _apart(chart: Chart, x: Floats) -> bool:
    """Whether the points in view stand so far from each other that their symbols do not lie over one another."""
    left, right = chart.span()
    seen = x[(x >= left) & (x <= right)]
    least = APART * (right - left) / max(chart.item.vb.width(), 1)
    return seen.size < 2 or float(seen[-1] - seen[0]) >= least * (seen.size - 1)


def _draw_marks(chart: Chart, lines: Sequence[Line]) -> None:
    """At the foot of the plot a cross where values begin to have no place on it, and a line as far as that goes on; of
    several runs one cross for each.
    """
    left, right = chart.span()
    missing = {line.key: line.series.missing(left, right, MARKS, chart.logarithmic) for line in lines}
    first = {line.run: missing[line.key][:1] for line in reversed(lines) if line.run and missing[line.key]}
    found = [stretch for each in (first or missing).values() for stretch in each]
    low, high = chart.item.vb.viewRange()[1]
    foot = low + FOOT * (high - low) / max(chart.item.vb.height(), 2 * FOOT)
    if not (found or MARKED in chart.curves) or not chart.is_new("marks", len(found), found[-1:], foot):
        return
    height, ink = 10**foot if chart.logarithmic else foot, colour("error")
    begins = [begin for begin, _ in found if begin >= left]
    style = {"symbol": "x", "symbolSize": 9, "symbolBrush": ink, "symbolPen": None}
    chart.put(MARKED, np.array(begins), np.full(len(begins), height), **style)
    long = [] if first else [(begin, end, end) for begin, end in found if begin < end]
    ends = np.tile([height, height, np.nan], len(long))  # between two of them is a gap
    chart.put(LOST, np.ravel(np.array(long)), ends, pen=pen(ink, 1.5))
