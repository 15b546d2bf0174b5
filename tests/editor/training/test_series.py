"""The buffers behind a curve: nothing lost, nothing smoothed dishonestly, nothing hidden."""

import math

import numpy as np
import pytest

from editor.training.series import START, Series, sampled, shown, thinned


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
    assert series.smooth[-1] == pytest.approx(1.0)


def test_that_a_logarithmic_axis_leaves_gaps_for_zero_and_below() -> None:
    values, missing = shown(np.array([1.0, 0.0, -1.0, math.nan]), logarithmic=True)
    assert missing.tolist() == [False, True, True, True]
    assert np.isnan(values[1:]).all()


def test_that_the_nearest_point_is_found() -> None:
    series = Series()
    assert series.near(3) is None
    for x in (1, 2, 10):
        series.append(x, x)
    assert [series.near(x) for x in (-5, 1.6, 5, 7, 99)] == [0, 1, 1, 2, 2]


def test_that_thinning_keeps_the_lowest_and_the_highest_value_of_every_stretch() -> None:
    x = np.arange(100_000.0)
    y = np.sin(x / 500)
    y[[777, 50_001]] = 40.0, -40.0
    places, values = thinned(x, y, 0, 1e5, 2000)
    assert places.size <= 2100
    assert np.nanmax(values) == 40.0
    assert np.nanmin(values) == -40.0
    assert (np.diff(places) >= 0).all()


def test_that_thinning_cuts_to_the_view_with_one_neighbour_on_each_side() -> None:
    x = np.arange(100.0)
    places, _ = thinned(x, x, 10, 20, 500)
    assert (places[0], places[-1]) == (9, 21)


def test_that_a_value_that_is_not_finite_hides_none_of_its_neighbours() -> None:
    x = np.arange(10_000.0)
    y = np.ones(10_000)
    y[::7] = math.nan
    _, values = thinned(x, y, 0, 1e4, 1000)
    assert np.isfinite(values).all()


def test_that_a_smooth_curve_has_no_stairs_and_keeps_its_ends() -> None:
    x = np.arange(1.0, 1001.0)
    places, values = sampled(x, -x, 0, 1e4, 90)
    assert np.array_equal(places, -values)
    assert (places[0], places[-1]) == (1, 1000)
    assert places.size <= 91
    assert sampled(x[:0], x[:0], 0, 1, 90)[0].size == 0
