"""What is said of the curves: the values under the pointer, and what the picture does not show."""

from collections.abc import Sequence

import numpy as np

from editor.training.lines import Line, Runs
from editor.training.pyramid import HUGE
from editor.training.reading import Value
from editor.training.record import figure
from editor.training.stretches import Stretches


def values_at(runs: Runs, lines: Sequence[Line], step: float) -> list[Value]:
    """The values of all lines at the step nearest to `step`; of epochs those of the one that it belongs to."""
    record = runs[0][1]
    losses = [other.loss for _, other in runs if other.loss.size]
    found = [loss.x[at] for loss in losses if (at := loss.near(step)) is not None]
    place = float(min(found, key=lambda x: abs(x - step))) if found else step
    fold = f"fold {record.fold_at(place)}, " if record.folds and len(runs) == 1 else ""
    values = [Value(f"{fold}step {int(place):,}", "")]
    for line in lines:
        series = line.series
        at = series.near(place) if line.of_steps else int(np.searchsorted(series.x, place))
        if at is None or at >= series.size or (line.of_steps and place > series.last):
            continue
        smoothed = line.of_steps and series.span > 1 and np.isfinite(series.smooth[at])
        mean = f"   mean {figure(float(series.smooth[at]))}" if smoothed else ""
        values.append(Value(line.name, f"{figure(float(series.y[at]))}{mean}", line.ink, line.pattern))
    return values


def unseen(lines: Sequence[Line], logarithmic: bool) -> str:
    """What has no place in the picture, so that nothing is hidden silently; of several runs each by its number."""
    group = [line.series for line in lines]
    kinds = (
        (f"beyond {HUGE:.0e}".replace("+", ""), [each.huge_at for each in group]),
        ("not finite", [each.strange_at for each in group]),
    )
    parts = [told for words, kind in kinds if (told := _odd(lines, kind, words))]
    if logarithmic and (below := sum(each.below_at.count for each in group)):
        parts.append(f"{_count(below)} of zero or less have no place on a log axis")
    return "; ".join(parts)


def _odd(lines: Sequence[Line], places: Sequence[Stretches], words: str) -> str:
    """Which values of the lines are of one kind that has no place, and from which step on."""
    odd = [(line.run, int(each.first[0])) for line, each in zip(lines, places, strict=True) if each.count]
    first = min((step for _, step in odd), default=0)
    runs = sorted({run for run, _ in odd})
    if any(runs):
        which = f"runs {', '.join(map(str, runs))}" if len(runs) > 1 else f"run {runs[0]}"
        return f"{which} {words}{', first' * (len(runs) > 1)} at step {first:,}"
    return f"{_count(sum(each.count for each in places))} {words}, first at step {first:,}" if odd else ""


def beyond(lines: Sequence[Line], logarithmic: bool, view: tuple[float, float, float, float]) -> str:
    """Which runs leave the picture, whose axes follow those that did not fail."""
    left = [line.run for line in lines if line.failed and line.series.outside(view, logarithmic)]
    return f"run {', '.join(map(str, dict.fromkeys(left)))} cut off" if left else ""


def outside(lines: Sequence[Line], logarithmic: bool, view: tuple[float, float, float, float]) -> str:
    """What whoever zoomed has left out of the picture: first and last step, lowest and highest value in view."""
    found = sum(line.series.outside(view, logarithmic) for line in lines)
    return f"{found:,} points outside the view" if found else ""


def _count(number: int) -> str:
    return "1 value" if number == 1 else f"{number:,} values"
