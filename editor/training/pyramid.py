"""The lowest and highest values of a long curve over blocks of 16, 256, ... points, each read once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FAN = 16  # blocks that make one of the next level
FINE = 4  # blocks in a stretch at least, so that its length is nearly the one that is wanted
# Beyond this a value only ruins the axis; it is marked like a value that is not finite, and told apart from it.
HUGE = 1e30


class Pyramid:
    """Grows with its curve: `grow` reads only what is new, and `stretches` about as many blocks as it gives.

    A block has three rows: its lowest value, its lowest value above zero (for a logarithmic axis), its highest value.
    NaN stands where a block has none.
    """

    def __init__(self) -> None:
        self.levels: list[Floats] = []
        self.done: list[int] = []  # whole blocks of each level

    def grow(self, values: Floats) -> None:
        """Take in what has been added to the values since the last call."""
        level, count = 0, values.size // FAN
        while count:
            if level == len(self.levels):
                self.levels.append(np.empty((3, 64)))
                self.done.append(0)
            if (done := self.done[level]) < count:
                if count > self.levels[level].shape[1]:
                    self.levels[level] = grown(self.levels[level], count)
                below = ends(values[done * FAN : count * FAN]) if not level else self._below(level, done, count)
                self.levels[level][:, done:count] = _joined(below)
                self.done[level] = count
            level, count = level + 1, count // FAN

    def _below(self, level: int, done: int, count: int) -> Floats:
        return self.levels[level - 1][:, done * FAN : count * FAN]

    def cut(self, size: int) -> None:
        """Forget the blocks that hold points from number `size` on."""
        for level in range(len(self.done)):
            self.done[level] = min(self.done[level], size // FAN ** (level + 1))

    def stretches(self, values: Floats, start: int, stop: int, most: int) -> tuple[NDArray[np.intp], Floats]:
        """Where each of at most about `most` stretches of equal length begins, and its three rows.

        They begin at multiples of their length, so that a curve that grows keeps its shape.
        """
        self.grow(values)
        level, block = 0, 1
        long = max(-(-(stop - start) // most), 1)
        while level < len(self.levels) and block * FAN * FINE <= long:
            level, block = level + 1, block * FAN
        long = -(-long // block) * block
        start -= start % long
        end = min(stop, self.done[level - 1] * block) if level else stop
        whole = ends(values[start:end]) if not level else self.levels[level - 1][:, start // block : end // block]
        end = start + whole.shape[1] * block
        if end < stop:  # what makes no whole block
            whole = np.concatenate([whole, _joined(ends(values[end:stop]), stop - end)], axis=1)
        at = np.arange(0, whole.shape[1], long // block)
        found = np.stack(
            [np.fmin.reduceat(whole[0], at), np.fmin.reduceat(whole[1], at), np.fmax.reduceat(whole[2], at)]
        )
        return start + at * block, found


def ends(values: Floats) -> Floats:
    """The three rows of single values."""
    with np.errstate(invalid="ignore"):
        fine = np.where(np.abs(values) < HUGE, values, np.nan)
        return np.stack([fine, np.where(fine > 0, fine, np.nan), fine])


def _joined(rows: Floats, many: int = FAN) -> Floats:
    """The three rows of blocks of so many each."""
    low, above, high = (row.reshape(-1, many) for row in rows)
    return np.stack([np.fmin.reduce(low, 1), np.fmin.reduce(above, 1), np.fmax.reduce(high, 1)])


def grown(rows: Floats, least: int) -> Floats:
    """Three rows with room for at least so many, a quarter more than they had.

    numpy asks for large pages, in which what is not used yet takes memory too.
    """
    made = np.empty((3, max(rows.shape[1] * 5 // 4, least)))
    made[:, : rows.shape[1]] = rows
    return made
