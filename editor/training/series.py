"""Points of a curve in buffers that grow, with a smoothed curve beside them; nothing here knows of a screen."""

import math
from collections.abc import Sequence

import numpy as np

from editor.training.pyramid import HUGE, Floats, Pyramid, ends, grown
from editor.training.stretches import Stretches

START = 1024
SHARE = 50  # the smoothed curve averages over one in so many of the points so far


class Series:
    """Points in the order in which they came. `smooth` is the mean of about the last `span` finite values.

    The span is a fiftieth of the points so far within its bounds: a longer one would trail behind the curve while that
    falls fast, a shorter one would smooth little. The smoothing is an exponential average divided by the weight it
    has seen so far, so that the first values are not drawn towards zero; a value that is not finite is a gap (NaN) in
    it, behind which it goes on from where it was. What is drawn of a million points is read from a `Pyramid`.
    """

    def __init__(self, least: float = 1.0, most: float = 1.0) -> None:
        self.least, self.most = least, most
        self.size = self.cuts = 0  # points, and how often some were taken back
        self._points = np.empty((3, START))
        self._mean, self._weight = 0.0, 0.0
        self._pyramid = Pyramid()
        self._forget_ends()

    def _forget_ends(self) -> None:
        self.ends = (math.inf, 0.0)  # the smallest value but zero and the largest, regardless of sign
        self.low, self.above, self.high = math.inf, math.inf, -math.inf  # lowest, lowest above zero, highest
        self.strange_at = Stretches()  # where values are not finite
        self.huge_at = Stretches()  # where they are finite, but too large to draw
        self.below_at = Stretches()  # where they are zero or less

    def append(self, x: float, y: float) -> None:
        """Add a point at the right end."""
        if self.size == self._points.shape[1]:
            self._points = grown(self._points, self.size + 1)
        self._note(x, y)
        if drawable(y):
            new = 1 / self.span
            self._mean += new * (y - self._mean)
            self._weight += new * (1 - self._weight)
        smooth = self._mean / self._weight if drawable(y) else math.nan
        self._points[:, self.size] = x, y, smooth
        self.size += 1

    def _note(self, x: float, y: float) -> None:
        """Take note of what lies outside of what was there."""
        if not drawable(y):
            (self.huge_at if math.isfinite(y) else self.strange_at).add(self.size, x)
            return
        if y < self.low:
            self.low = y
        if y > self.high:
            self.high = y
        if y <= 0:
            self.below_at.add(self.size, x)
        elif y < self.above:
            self.above = y
        low, high = self.ends
        if y and not low <= abs(y) <= high:
            self.ends = (min(low, abs(y)), max(high, abs(y)))

    def cut(self, x: float) -> None:
        """Forget the points from `x` on: a run goes on from before them."""
        self.size = int(np.searchsorted(self.x, x))
        self.cuts += 1
        self._pyramid.cut(self.size)
        self._forget_ends()
        fine = np.abs(self.y) < HUGE
        if fine.any():
            self._mean = float(self.smooth[fine][-1]) * self._weight
        else:
            self.restart()
        finite = np.isfinite(self.y)
        kinds = (self.strange_at, ~finite), (self.huge_at, finite & ~fine), (self.below_at, fine & (self.y <= 0))
        for kind, these in kinds:
            for number in np.flatnonzero(these).tolist():
                kind.add(number, float(self.x[number]))
        y = self.y[fine]
        sizes = np.abs(y[y != 0])
        self.ends = float(sizes.min(initial=math.inf)), float(sizes.max(initial=0.0))
        self.low, self.high = float(y.min(initial=math.inf)), float(y.max(initial=-math.inf))
        self.above = float(y[y > 0].min(initial=math.inf))

    def restart(self) -> None:
        """Smooth from here on without what came before."""
        self._mean, self._weight = 0.0, 0.0

    @property
    def strange(self) -> int:
        """How many values are not finite or too large to draw."""
        return self.strange_at.count + self.huge_at.count

    @property
    def span(self) -> float:
        """Of about how many values the smoothed curve is the mean now."""
        return min(max(self.size / SHARE, self.least), self.most)

    @property
    def x(self) -> Floats:
        """Where the points stand."""
        return self._points[0, : self.size]

    @property
    def y(self) -> Floats:
        """The values as they came."""
        return self._points[1, : self.size]

    @property
    def smooth(self) -> Floats:
        """The smoothed values."""
        return self._points[2, : self.size]

    @property
    def last(self) -> float:
        """Where the last point stands; 0 where there is none."""
        return float(self._points[0, self.size - 1]) if self.size else 0.0

    def near(self, x: float) -> int | None:
        """The index of the point nearest to `x`; None where there are no points."""
        if not self.size:
            return None
        right = min(int(np.searchsorted(self.x, x)), self.size - 1)
        left = max(right - 1, 0)
        return left if abs(self.x[left] - x) <= abs(self.x[right] - x) else right

    def bounds(self, logarithmic: bool) -> tuple[float, float] | None:
        """The lowest and the highest value that has a place on the axis; None where none has."""
        low = self.above if logarithmic else self.low
        return (low, self.high) if low <= self.high else None

    def within(self, left: float, right: float) -> tuple[int, int]:
        """The first point between `left` and `right` and the one behind the last, with a neighbour on each side."""
        start = max(int(np.searchsorted(self.x, left)) - 1, 0)
        return start, min(int(np.searchsorted(self.x, right, side="right")) + 1, self.size)

    def thinned(self, left: float, right: float, most: int, logarithmic: bool = False) -> tuple[Floats, Floats]:
        """The points between `left` and `right` and their neighbours, at most about `most` of them.

        Where there are more, each stretch keeps its lowest and its highest value, so that no peak is lost; a stretch
        in which nothing can be drawn is a gap (NaN).
        """
        start, stop = self.within(left, right)
        if stop - start <= most:
            return self.x[start:stop], ends(self.y[start:stop])[1 if logarithmic else 0]
        at, (low, above, high) = self._pyramid.stretches(self.y, start, stop, most // 2)
        if logarithmic:
            low, high = above, np.where(np.isnan(above), np.nan, high)
        first = np.fmin(np.fmax(self.y[at], low), high)  # a stretch is drawn from where it begins
        down = first - low > high - first
        last = np.append(at[1:], stop) - 1
        both = np.column_stack([np.where(down, high, low), np.where(down, low, high)]).ravel()
        return np.column_stack([self.x[at], (self.x[at] + self.x[last]) / 2]).ravel(), both

    def sampled(self, left: float, right: float, most: int, logarithmic: bool = False) -> tuple[Floats, Floats]:
        """The smoothed curve, which has no peaks: single points, the first and the last one among them.

        A stretch between two of them in which no value is finite is a gap (NaN).
        """
        start, stop = self.within(left, right)
        every = max(-(-(stop - start) // most), 1)
        at = np.arange(start + -start % every, stop, every)
        at = np.union1d(at, [start, stop - 1]) if stop > start else at
        if self.strange and every > 1:
            whole = np.append(np.flatnonzero(np.isfinite(self.smooth[start:stop])) + start, stop)
            following = whole[np.searchsorted(whole, at)]
            at = np.where(following < np.append(at[1:], stop), following, at)
        return self.x[at], ends(self.smooth[at])[1 if logarithmic else 0]

    def missing(self, left: float, right: float, most: int, logarithmic: bool = False) -> list[tuple[float, float]]:
        """Where points have no place on the axis: the first and the last of each stretch that reaches between `left`
        and `right`; of more than `most` every n-th.
        """
        kinds = (self.strange_at, self.huge_at, self.below_at)[: 3 if logarithmic else 2]
        return sorted(each for kind in kinds for each in kind.within(left, right, most))

    def outside(self, view: tuple[float, float, float, float], logarithmic: bool) -> int:
        """How many points with a place on the axis lie outside of a view: first and last place, low and high."""
        left, right, low, high = view
        here = self.y[int(np.searchsorted(self.x, left)) : int(np.searchsorted(self.x, right, side="right"))]
        with np.errstate(invalid="ignore"):
            inside = int(np.count_nonzero((here >= low) & (here <= high)))
        return self.size - self.strange - (self.below_at.count if logarithmic else 0) - inside


def drawable(value: float) -> bool:
    """Whether a value has a place on an axis."""
    return -HUGE < value < HUGE


def broken(x: Floats, y: Floats, at: Sequence[float]) -> tuple[Floats, Floats]:
    """A curve with a gap wherever another fold begins."""
    places = np.asarray(at, dtype=np.float64)
    places = places[(places > x[0]) & (places < x[-1])] if x.size else places[:0]
    after = np.searchsorted(x, places)
    return np.insert(x, after, places), np.insert(y, after, np.nan)
