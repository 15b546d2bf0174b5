"""What a run's events tell: progress, time left, the best epoch."""

import math

import pytest

from editor.training.record import GRADIENT, SPEED, Record, duration, figure
from tests.editor.training.conftest import Events


def test_that_progress_and_time_left_follow_the_steps(events: Events) -> None:
    record = Record()
    for event in events(epochs=3, steps=40)[: 3 + 30]:
        record.take(event)
    assert (record.step, record.epoch, record.total) == (30, 1, 120)
    assert record.share == pytest.approx(0.25)
    assert record.left == pytest.approx(90 * 0.02)


def test_that_a_resumed_run_counts_its_time_from_where_it_began() -> None:
    record = Record()
    record.take({"event": "started", "epochs": 10, "steps_per_epoch": 100})
    for step in range(501, 511):
        record.take({"event": "step", "step": step, "epoch": 6, "loss": 1.0, "seconds": (step - 500) * 0.5})
    assert record.left == pytest.approx(490 * 0.5)


def test_that_what_is_left_is_one_figure_for_whoever_asks_within_a_second() -> None:
    record = Record()
    record.take({"event": "started", "epochs": 1, "steps_per_epoch": 100})
    for step, seconds in enumerate([0.0, 1.0, 2.0, 3.0], 1):
        record.take({"event": "step", "step": step, "epoch": 1, "loss": 1.0, "seconds": seconds})
    assert record.left == 96.0
    record.take({"event": "step", "step": 5, "epoch": 1, "loss": 1.0, "seconds": 3.5})  # a quick one
    assert record.left == 95.5
    record.take({"event": "step", "step": 6, "epoch": 1, "loss": 1.0, "seconds": 4.0})
    assert record.left == pytest.approx(94 * 4 / 5)


def test_that_it_is_known_in_which_epoch_a_run_went_on() -> None:
    record = Record()
    record.take({"event": "started", "epochs": 10, "steps_per_epoch": 2})
    record.take({"event": "step", "step": 1, "epoch": 1, "loss": 1.0, "seconds": 0.1})
    assert record.begun == 1
    record.go_on(20)
    record.take({"event": "started", "epochs": 20, "steps_per_epoch": 2})
    record.take({"event": "step", "step": 21, "epoch": 11, "loss": 1.0, "seconds": 0.1})
    assert record.begun == 11


def test_that_each_side_of_each_figure_becomes_a_curve(events: Events) -> None:
    record = Record()
    for event in events():
        record.take(event)
    assert record.metrics == ["accuracy"]
    assert record.figures["loss", "validation"].x.tolist() == [40, 80, 120]
    assert record.best == 2


def test_that_the_best_epoch_is_none_that_is_not_finite() -> None:
    record = Record()
    for epoch, loss in enumerate([math.nan, 1.0, math.inf], 1):
        record.take({"event": "epoch", "epoch": epoch, "train": {"loss": loss}})
    assert record.best == 1


def test_that_the_best_epoch_is_the_one_that_the_run_says_and_of_nothing_else_that_was_watched() -> None:
    record = Record()
    record.take({"event": "started", "epochs": 6, "watched": "accuracy"})
    for epoch, loss in enumerate([0.1, 0.2], 2):
        record.take({"event": "epoch", "epoch": epoch, "train": {"loss": loss}, "best": 3})
    assert (record.best, record.done) == (1, 3)
    record.take({"event": "started", "epochs": 6, "watched": "another loss"})
    for epoch, loss in enumerate([0.4, 0.3], 4):
        record.take({"event": "epoch", "epoch": epoch, "train": {"loss": loss}})
    assert (record.best, record.done) == (3, 5)


def test_that_events_of_later_versions_and_missing_figures_break_nothing() -> None:
    record = Record()
    for event in ({"event": "cake"}, {}, {"event": "step"}, {"event": "epoch"}, {"event": "step", "loss": None}):
        record.take(event)
    assert record.loss.strange == 2


def test_that_figures_are_said_in_words() -> None:
    assert [duration(seconds) for seconds in (7.6, 185, 7800)] == ["8 s", "3:05", "2:10:00"]
    assert [figure(value) for value in (0.123456, math.nan, None, 1e-9)] == [
        "0.1235",
        "not finite",
        "not finite",
        "1e-9",
    ]


def test_that_steps_and_epochs_that_are_told_again_count_once(events: Events) -> None:
    whole, again = Record(), Record()
    told = events(epochs=3, steps=40)
    for event in told:
        whole.take(event)
    ended = {"event": "failed", "message": "The training process was ended by SIGKILL after step 85."}
    second = next(at for at, event in enumerate(told) if event.get("epoch") == 2 and event["event"] == "epoch")
    for event in [*told[: second + 6], ended, *told[:3], *told[second - 10 :]]:  # the checkpoint was of step 70
        again.take(event)
    assert again.loss.x.tolist() == list(range(1, 121))
    assert again.loss.y.tolist() == whole.loss.y.tolist()
    assert [event["epoch"] for event in again.epochs] == [1, 2, 3]
    assert again.figures["loss", "validation"].x.tolist() == [40, 80, 120]
    assert (again.best, again.ended) == (whole.best, told[-1])


def test_that_epochs_that_are_told_again_without_steps_count_once() -> None:
    record = Record()
    record.take({"event": "started", "epochs": 5, "steps_per_epoch": 10})
    for epoch, loss in ((1, 5.0), (2, 1.0), (3, 4.0), (2, 3.0), (3, 2.0), (4, 6.0), (4, 2.5)):
        record.take({"event": "epoch", "epoch": epoch, "train": {"loss": loss}})
    assert [(event["epoch"], event["train"]["loss"]) for event in record.epochs] == [
        (1, 5.0),
        (2, 3.0),
        (3, 2.0),
        (4, 2.5),
    ]
    assert record.figures["loss", "train"].x.tolist() == [10, 20, 30, 40]
    assert (record.best, record.done) == (2, 4)


def test_that_folds_that_are_told_again_count_once() -> None:
    record = Record()
    for fold, steps in ((1, (1, 2, 3)), (2, (1, 2, 3)), (3, (1,)), (2, (3,)), (3, (1, 2))):
        record.take({"event": "started", "fold": fold, "folds": 3, "epochs": 1, "steps_per_epoch": 3})
        for step in steps:
            record.take({"event": "step", "fold": fold, "step": step, "epoch": 1, "loss": 1.0})
        if steps[-1] == 3:
            record.take({"event": "epoch", "fold": fold, "epoch": 1, "train": {"loss": 1.0}})
    assert record.loss.x.tolist() == list(range(1, 9))
    assert [event["fold"] for event in record.epochs] == [1, 2]
    assert (record.fold, record.step) == (3, 8)


def test_that_samples_per_second_begin_anew_where_a_run_goes_on() -> None:
    record = Record()
    for begin in (0, 40):
        record.take({"event": "started", "epochs": 9, "steps_per_epoch": 100})
        for step in range(1, 41):
            seconds = step / 10 + (100 if not begin else 0)
            record.take({"event": "step", "step": begin + step, "loss": 1.0, "samples": 32, "seconds": seconds})
    speed = record.more[SPEED]
    assert speed.x[-1] > 75
    assert speed.y.tolist() == pytest.approx([320.0] * speed.size)


def test_that_a_rate_that_changes_with_each_step_has_a_point_a_step_and_others_one_an_epoch() -> None:
    record = Record()
    for step in range(1, 7):
        record.take({"event": "step", "step": step, "epoch": 1, "loss": 1.0, "lr": {"sgd": step / 10}})
        if step % 3 == 0:
            told = {"sgd": (step + 1) / 10, "adam": 0.5 / step}  # of sgd the one that the next step has
            record.take({"event": "epoch", "epoch": step // 3, "train": {"loss": 1.0}, "lr": told})
    assert record.rates["sgd"].x.tolist() == [1, 2, 3, 4, 5, 6]
    assert record.rates["sgd"].y.tolist() == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert record.rates["adam"].x.tolist() == [3, 6]


def test_that_few_norms_of_the_gradient_are_not_smoothed() -> None:
    record = Record()
    for step in range(200, 2200, 200):
        record.take({"event": "step", "step": step, "loss": 1.0, "gradient_norm": 100 / step})
    assert record.more[GRADIENT].smooth.tolist() == record.more[GRADIENT].y.tolist()


def test_that_figures_that_some_epochs_lack_stand_where_they_were_told() -> None:
    record = Record()
    for epoch, held_out in enumerate([{}, {"loss": 0.5}, {"loss": None}], 1):
        record.take({"event": "epoch", "epoch": epoch, "train": {"loss": 1.0}, "validation": held_out})
    assert [epoch.get("validation") for epoch in record.epochs] == [None, {"loss": 0.5}, None]
    assert record.figures["loss", "validation"].x.tolist() == [2, 3]
    assert record.figures["loss", "validation"].strange == 1
