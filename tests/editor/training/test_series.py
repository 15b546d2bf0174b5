"""The buffers behind a curve: nothing lost, nothing smoothed dishonestly, nothing hidden."""

import math
from collections.abc import Iterable

import numpy as np
import pytest

from editor.training.series import START, Series


def test_that_points_beyond_the_first_buffer_are_kept() -> None:
    series = Series(10, 10)
    for step in range(3 * START + 1):
        series.append(step, step * 0.5)
    assert series.size == 3 * START + 1
    assert np.array_equal(series.y, np.arange(3 * START + 1) * 0.5)


def test_that_smoothing_does_not_draw_the_first_values_towards_zero() -> None:
    series = Series(100, 100)
    for step in range(50):
        series.append(step, 2.0)
    assert series.smooth == pytest.approx(np.full(50, 2.0))


def test_that_the_smoothed_curve_follows_a_fast_beginning_of_a_long_run() -> None:
    series = Series(5, 200)
    for step in range(1, 20_001):
        series.append(step, 2 * math.exp(-step / 100) + 0.1)
    assert series.smooth[300] == pytest.approx(series.y[300], abs=0.02)
    assert series.span == 200
    few = Series(5, 200)
    few.append(1, 1.0)
    assert few.span == 5


def test_that_a_value_that_is_not_finite_is_counted_and_spoils_nothing_after_it() -> None:
    series = Series(5, 5)
    for step, value in enumerate([1.0, math.nan, math.inf, 1e308, 1.0]):
        series.append(step, value)
    assert series.strange == 3
    assert np.isnan(series.smooth).tolist() == [False, True, True, True, False]
    assert series.smooth[-1] == pytest.approx(1.0)


def series_of(y: Iterable[float], first: int = 0) -> Series:
    """A value a step."""
    series = Series(5, 200)
    for step, value in enumerate(y, first):
        series.append(step, float(value))
    return series


def test_that_a_logarithmic_axis_leaves_gaps_for_zero_and_below_and_tells_where() -> None:
    series = series_of([1.0, 0.0, -1.0, math.nan])
    assert np.isnan(series.thinned(0, 9, 100, logarithmic=True)[1]).tolist() == [False, True, True, True]
    assert np.isnan(series.thinned(0, 9, 100)[1]).tolist() == [False, False, False, True]
    assert series.missing(0, 9, 100, logarithmic=True) == [(1, 2), (3, 3)]
    assert series.missing(0, 9, 100) == [(3, 3)]
    assert (series.bounds(True), series.bounds(False)) == ((1.0, 1.0), (-1.0, 1.0))


def test_that_values_without_a_place_are_told_by_the_stretch() -> None:
    series = series_of([math.nan, math.nan, 1.0, *[math.inf] * 5, 1.0, math.nan], first=1)
    assert series.missing(0, 99, 100) == [(1, 2), (4, 8), (10, 10)]
    assert series.missing(5, 9, 100) == [(4, 8)], "of what reaches into the view"
    assert len(series.missing(0, 99, 2)) == 2
    series.cut(6)
    assert series.missing(0, 99, 100) == [(1, 2), (4, 5)] and series.strange == 4
    series.append(6, math.nan)
    assert series.missing(0, 99, 100) == [(1, 2), (4, 6)]


def test_that_the_nearest_point_is_found() -> None:
    series = Series()
    assert series.near(3) is None
    for x in (1, 2, 10):
        series.append(x, x)
    assert [series.near(x) for x in (-5, 1.6, 5, 7, 99)] == [0, 1, 1, 2, 2]


def test_that_thinning_keeps_the_lowest_and_the_highest_value_of_every_stretch() -> None:
    y = np.sin(np.arange(100_000.0) / 500)
    y[[777, 50_001, 99_999]] = 40.0, -40.0, 50.0
    places, values = series_of(y).thinned(0, 1e5, 2000)
    assert places.size <= 2100
    assert {-40.0, 40.0, 50.0} <= {*values.tolist()}
    assert (np.diff(places) >= 0).all()


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_that_a_curve_thinned_as_it_grows_is_that_of_all_its_points(seed: int, logarithmic: bool) -> None:
    random = np.random.default_rng(seed)
    y = random.standard_normal(int(random.integers(3_000, 40_000)))
    y[random.random(y.size) < 0.3] = math.nan
    series = Series()
    for step, value in enumerate(y.tolist()):
        series.append(step, value)
        if random.random() < 0.002:  # is drawn in between, and goes back a little
            series.thinned(0, 1e9, 500)
    left, right = np.sort(random.integers(0, y.size, 2)).tolist()
    places, values = series.thinned(left, right, 300, logarithmic)
    whole = y[max(left - 1, 0) : right + 2]
    whole = whole[whole > 0] if logarithmic else whole[np.isfinite(whole)]
    if right - left > 300:
        beyond = y[int(places[0]) : right + 2]  # the first stretch may begin a little before the view
        whole = beyond[beyond > 0] if logarithmic else beyond[np.isfinite(beyond)]
    assert (np.nanmin(values), np.nanmax(values)) == (whole.min(), whole.max())
    assert places.size <= 310


def test_that_a_run_that_goes_on_from_before_leaves_nothing_of_what_it_forgets() -> None:
    series = series_of(np.arange(10_000.0))
    series.thinned(0, 1e5, 100)
    series.append(10_000, math.inf)
    series.cut(5_000)
    for step in range(5_000, 10_000):
        series.append(step, 1.0)
    assert series.thinned(0, 1e5, 100)[1].max() == 4999.0
    assert (series.bounds(False), series.strange) == ((0.0, 4999.0), 0)


def test_that_thinning_cuts_to_the_view_with_one_neighbour_on_each_side() -> None:
    places, _ = series_of(range(100)).thinned(10, 20, 500)
    assert (places[0], places[-1]) == (9, 21)


def test_that_a_value_that_is_not_finite_hides_none_of_its_neighbours() -> None:
    y = np.ones(10_000)
    y[::7] = math.nan
    _, values = series_of(y).thinned(0, 1e4, 1000)
    assert np.isfinite(values).all()


def test_that_points_outside_of_a_view_are_counted() -> None:
    series = series_of([0.0, 1.0, 2.0, math.nan, 4.0])
    assert series.outside((1, 4, 0.5, 3.0), logarithmic=False) == 2
    assert series.outside((0, 4, 0.5, 3.0), logarithmic=True) == 1


def test_that_a_smooth_curve_has_no_stairs_and_keeps_its_ends() -> None:
    series = Series()
    for step in range(1, 1001):
        series.append(step, -step)
    places, values = series.sampled(0, 1e4, 90)
    assert np.array_equal(places, -values)
    assert (places[0], places[-1]) == (1, 1000)
    assert places.size <= 92
    assert Series().sampled(0, 1, 90)[0].size == 0


def test_that_a_smooth_curve_ends_with_the_last_finite_value_and_has_no_gap_where_few_are_missing() -> None:
    y = np.ones(3_000)
    y[5::6], y[2_000:] = math.nan, math.inf
    series = series_of(y)
    places, values = series.sampled(0, 1e4, 300)
    assert np.isfinite(values[places < 1_990]).all() and np.isnan(values[places >= 2_000]).all()
    few = series_of([1.0, 2.0, math.inf, math.inf])
    assert np.isfinite(few.sampled(0, 9, 300)[1]).tolist() == [True, True, False, False]
    few.cut(3)
    few.append(3, 1.5)
    assert 1.0 < few.smooth[-1] < 2.0


def test_that_smoothing_goes_on_from_before_what_was_forgotten() -> None:
    series = Series(5, 200)
    for step in range(200):
        series.append(step, 1.0 if step < 100 else 9.0)
    series.cut(100)
    series.append(100, 1.0)
    assert series.smooth[-1] == pytest.approx(1.0)
    series.cut(0)
    series.append(0, 5.0)
    assert series.smooth[-1] == 5.0
