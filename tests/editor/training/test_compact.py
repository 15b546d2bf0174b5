"""Epochs as they are kept: their numbers come back as they were told, and those that are taken back touch no others."""

import math

from editor.training.compact import Compact, Event

EPOCHS: list[Event] = [
    {"epoch": 1, "train": {"loss": 0.1, "right": 3}, "lr": {"adam": 1e-3}},
    {"epoch": 2, "train": {"loss": 0.3, "right": 5}, "validation": {"loss": 2.0}, "best": 2},
    {"epoch": 3},
]


def test_that_numbers_come_back_as_they_were_told_whichever_events_have_them() -> None:
    kept = Compact(EPOCHS)
    assert [*kept] == EPOCHS
    assert (kept[-2], len(kept)) == (EPOCHS[1], 3)
    assert isinstance(kept[1]["train"]["right"], int)
    assert isinstance(kept[1]["validation"]["loss"], float)


def test_that_what_is_no_number_is_left_out_and_what_is_not_finite_stays() -> None:
    (event,) = Compact([{"event": "epoch", "train": {"loss": math.inf, "accuracy": None}, "last": True}])
    assert event == {"train": {"loss": math.inf}}


def test_that_the_first_of_them_go_on_without_the_others() -> None:
    kept = Compact(EPOCHS)
    first = kept.first(2)
    first.append({"epoch": 7})
    assert [*first] == [*EPOCHS[:2], {"epoch": 7}]
    assert [*kept] == EPOCHS
