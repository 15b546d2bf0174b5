"""What is said above the curves: the values under the pointer, and what the picture cannot show."""

from collections.abc import Sequence

import numpy as np

from editor.training.record import Record, figure
from editor.training.series import Series, shown


def values_at(record: Record, step: float) -> str:
    """The figures of the step nearest to `step`, and those of the epoch that it belongs to."""
    loss = record.loss
    at = loss.near(step)
    if at is None:
        return ""
    place = float(loss.x[at])
    fold = [f"fold {record.fold_at(place)}"] if record.folds else []
    parts = [*fold, f"step {int(place)}", f"loss {figure(float(loss.y[at]))}", f"mean {figure(float(loss.smooth[at]))}"]
    for (name, side), series in record.figures.items():
        later = int(np.searchsorted(series.x, place))
        if (name, side) != ("loss", "train") and later < series.size:
            parts.append(f"{side if name == 'loss' else f'{name} {side}'} {figure(float(series.y[later]))}")
    return "   ".join(parts)


def unseen(
    steps: Series, epochs: Sequence[Series], logarithmic: bool, view: tuple[float, float, float, float] | None
) -> str:
    """What is not in the picture, so that nothing is hidden silently; `view` is None where the axes follow the data."""
    if not steps.size:
        return ""
    parts = []
    group = [steps, *epochs]
    if strange := sum(each.strange for each in group):
        first = min(int(each.x[shown(each.y, False)[1]][0]) for each in group if each.strange)
        parts.append(f"{_count(strange)} not finite, first at step {first}")
    values, missing = shown(steps.y, logarithmic)
    if (below := int(missing.sum()) - steps.strange) > 0:
        parts.append(f"{_count(below)} of zero or less have no place on a log axis")
    if view:
        left, right, low, high = view
        inside = (steps.x >= left) & (steps.x <= right) & (values >= low) & (values <= high)
        if outside := int(steps.size - missing.sum() - inside.sum()):
            parts.append(f"{outside:,} points outside the view")
    return "; ".join(parts)


def _count(number: int) -> str:
    return "1 value" if number == 1 else f"{number:,} values"
