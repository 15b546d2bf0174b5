"""Metrics of torchmetrics in a run: one figure an epoch, also from single rows, and bit for bit after a stop."""

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
import torchmetrics

from runtime.spec.catalogue import catalogue
from runtime.train.pieces.averages import figures_of, go_on
from runtime.train.pieces.counted import among_best
from tests.runtime.check.cases import Case, drawn
from tests.runtime.check.test_judge import ruled
from tests.runtime.check.torch_says import drawn_values, modules

MEASURED = [spec.type for spec in catalogue().values() if spec.over_epoch]
BATCHES = ({"B": 5, "words.T": 3}, {"B": 1, "words.T": 3}, {"B": 4, "words.T": 3})


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Classes that do not occur, and scores that are all kept, are worth a warning to torchmetrics."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="torchmetrics")
        yield


def fitting(type_name: str, count: int) -> list[Case]:
    """Cases that the rule takes, of batches."""
    random = Random(type_name)
    spec = catalogue()[type_name]
    cases = (drawn(spec, random) for _ in range(1000))
    batches = (case for case in cases if all("B" in str(types[0]) for _, types in case.given))
    return [case for case, _ in zip((c for c in batches if ruled(c).misfit is None), range(count), strict=False)]


def metric_of(case: Case, folder: Path) -> Any:
    """The metric that a program would make."""
    return modules([(case, ruled(case))], folder, "made").Case0().node


def stored(state: Any) -> Any:
    """What a checkpoint gives back."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


@pytest.mark.parametrize("type_name", MEASURED)
def test_that_a_metric_goes_on_bit_for_bit_where_it_was(type_name: str, tmp_path: Path) -> None:
    for case in fitting(type_name, 4):
        torch.manual_seed(0)
        batches = [[each.detach() for each in drawn_values(case, symbols)] for symbols in BATCHES]
        whole, begun, fresh = (metric_of(case, tmp_path) for _ in range(3))
        for batch in batches:
            whole.update(*batch)
        for batch in batches[:2]:
            begun.update(*batch)
        go_on(fresh, stored(begun.metric_state))
        fresh.update(*batches[2])
        expected, found = (figures_of({"metric": each}) for each in (whole, fresh))
        assert repr(found) == repr(expected), str(case)


@pytest.mark.parametrize("type_name", MEASURED)
def test_that_a_metric_forgets_an_epoch_once_it_is_told(type_name: str, tmp_path: Path) -> None:
    case = fitting(type_name, 1)[0]
    torch.manual_seed(0)
    first, second = ([each.detach() for each in drawn_values(case, BATCHES[0])] for _ in range(2))
    twice, once = metric_of(case, tmp_path), metric_of(case, tmp_path)
    twice.update(*first)
    figures_of({"metric": twice})
    twice.update(*second)
    once.update(*second)
    assert repr(figures_of({"metric": twice})) == repr(figures_of({"metric": once}))


def test_that_a_metric_that_was_stopped_after_the_last_batch_does_not_warn() -> None:
    begun, fresh = torchmetrics.MeanSquaredError(), torchmetrics.MeanSquaredError()
    begun.update(torch.ones(3), torch.zeros(3))
    go_on(fresh, stored(begun.metric_state))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert figures_of({"error": fresh}) == {"error": 1.0}


@pytest.mark.parametrize("shape", [(40, 6), (20, 6, 3)])
@pytest.mark.parametrize("k", [1, 2, 5])
def test_that_rows_are_counted_as_torchmetrics_counts_them(shape: tuple[int, ...], k: int) -> None:
    torch.manual_seed(0)
    scores, target = torch.randn(shape), torch.randint(6, (shape[0], *shape[2:]))
    right = among_best(scores, target, k)
    theirs = torchmetrics.Accuracy("multiclass", num_classes=6, average="micro", top_k=k)
    assert right.float().mean().item() == pytest.approx(theirs(scores, target).item())
    assert k > 1 or torch.equal(right, scores.argmax(1) == target)
