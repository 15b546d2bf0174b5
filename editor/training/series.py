"""Points of a curve in buffers that grow, with a smoothed curve beside them; nothing here knows of a screen."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
START = 1024
# Beyond this a value only ruins the axis; it is marked like a value that is not finite.
HUGE = 1e30
SHARE = 50  # the smoothed curve averages over one in so many of the points so far


class Series:
    """Points in the order in which they came. `smooth` is the mean of about the last `span` finite values.

    The span is a fiftieth of the points so far within its bounds: a longer one would trail behind the curve while that
    falls fast, a shorter one would smooth little. The smoothing is an exponential average divided by the weight it
    has seen so far, so that the first values are not drawn towards zero; a value that is not finite leaves it where
    it was.
    """

    def __init__(self, least: float = 1.0, most: float = 1.0) -> None:
        self.least, self.most = least, most
        self.size = 0
        self.ends = (math.inf, 0.0)  # the smallest value but zero and the largest, regardless of sign
        self.strange = 0  # values that are not finite or too large to draw
        self._points = np.empty((3, START))
        self._mean, self._weight = 0.0, 0.0

    def append(self, x: float, y: float) -> None:
        """Add a point at the right end."""
        if self.size == self._points.shape[1]:
            self._points = np.concatenate([self._points, np.empty_like(self._points)], axis=1)
        if drawable(y):
            low, high = self.ends
            self.ends = (min(low, abs(y) or low), max(high, abs(y)))
            new = 1 / self.span
            self._mean += new * (y - self._mean)
            self._weight += new * (1 - self._weight)
        else:
            self.strange += 1
        smooth = self._mean / self._weight if self._weight else math.nan
        self._points[:, self.size] = x, y, smooth
        self.size += 1

    def cut(self, x: float) -> None:
        """Forget the points from `x` on: a run goes on from before them."""
        self.size = int(np.searchsorted(self.x, x))

    def restart(self) -> None:
        """Smooth from here on without what came before."""
        self._mean, self._weight = 0.0, 0.0

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

    def near(self, x: float) -> int | None:
        """The index of the point nearest to `x`; None where there are no points."""
        if not self.size:
            return None
        right = min(int(np.searchsorted(self.x, x)), self.size - 1)
        left = max(right - 1, 0)
        return left if abs(self.x[left] - x) <= abs(self.x[right] - x) else right


def drawable(value: float) -> bool:
    """Whether a value has a place on an axis."""
    return math.isfinite(value) and abs(value) < HUGE


def shown(values: Floats, logarithmic: bool) -> tuple[Floats, NDArray[np.bool_]]:
    """The values with gaps (NaN) where they cannot be drawn, and where that is so.

    A logarithmic axis has no place for zero and below.
    """
    with np.errstate(invalid="ignore"):
        fine = np.isfinite(values) & (np.abs(values) < HUGE)
        if logarithmic:
            fine &= values > 0
    return np.where(fine, values, np.nan), ~fine


def broken(x: Floats, y: Floats, at: Sequence[float]) -> tuple[Floats, Floats]:
    """A curve with a gap wherever another fold begins."""
    places = np.asarray(at, dtype=np.float64)
    places = places[(places > x[0]) & (places < x[-1])] if x.size else places[:0]
    after = np.searchsorted(x, places)
    return np.insert(x, after, places), np.insert(y, after, np.nan)


def thinned(x: Floats, y: Floats, left: float, right: float, most: int) -> tuple[Floats, Floats]:
    """The points between `left` and `right` and their neighbours, at most about `most` of them.

    Where there are more, each stretch keeps its lowest and its highest value, so that no peak is lost; a stretch of
    gaps stays a gap.
    """
    x, y = _within(x, y, left, right)
    if x.size <= most:
        return x, y
    stretch = -(-x.size * 2 // most)
    at = np.arange(0, x.size, stretch)
    low, high = np.fmin.reduceat(y, at), np.fmax.reduceat(y, at)
    first = np.fmax(y[at], low)  # a stretch is drawn from where it begins: down first if it begins high
    down = first - low > high - first
    both = np.column_stack([np.where(down, high, low), np.where(down, low, high)]).ravel()
    ends = np.minimum(at + stretch, x.size) - 1
    places = np.column_stack([x[at], (x[at] + x[ends]) / 2]).ravel()
    return places, both


def sampled(x: Floats, y: Floats, left: float, right: float, most: int) -> tuple[Floats, Floats]:
    """As `thinned`, for a curve without peaks: single points, the last one among them, so that it has no stairs."""
    x, y = _within(x, y, left, right)
    at = np.arange(x.size - 1, -1, -max(-(-x.size // most), 1))[::-1]
    at = np.union1d(at, [0]) if x.size else at
    return x[at], y[at]


def _within(x: Floats, y: Floats, left: float, right: float) -> tuple[Floats, Floats]:
    start = max(int(np.searchsorted(x, left)) - 1, 0)
    stop = min(int(np.searchsorted(x, right, side="right")) + 1, x.size)
    return x[start:stop], y[start:stop]
