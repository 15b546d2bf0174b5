"""Rows independent: one row of a batch is changed, torch says which rows come out otherwise, and the fact agrees."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch

from runtime.check.infer import Typed
from runtime.check.rows import independent
from runtime.check.rules.elementwise import counts_rows
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import Dim, Tensor
from tests.runtime.check.cases import Case, drawn
from tests.runtime.check.test_judge import JUDGED, ruled
from tests.runtime.check.torch_says import corrupts, drawn_values, modules, number, reads_beyond, tensors

ROWS = {"B": 4, "words.T": 5}
CASES, SOAKED = 14, 1000
TRIES = (2, 30)  # of other numbers in a row; where rows are said to mix, as many as orders and comparisons need
ALL_TRUE = {"torch.logical_and", "torch.logical_or"}  # of numbers that are drawn above 0
# A loss or a metric puts all rows together; no rows come out.
WITH_ROWS = [
    name for name in JUDGED if catalogue()[name].family not in ("loss", "metric") and catalogue()[name].side != "sample"
]


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Tensors are tiny here: more threads only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rows_of(types: list[Any]) -> Dim | None:
    """The batch, where it comes first in every input that holds it, and nowhere else."""
    found = {each.shape[0] for each in types if each.shape and counts_rows(each.shape[0])}
    elsewhere = any(counts_rows(dim) for each in types for dim in each.shape[1:])
    return found.pop() if len(found) == 1 and not elsewhere else None


def batches(type_name: str, count: int) -> list[tuple[Case, Typed, Dim]]:
    """Cases that fit, in which a batch comes in and comes out again."""
    random, found = Random(f"rows of {type_name}"), []
    for case in (drawn(catalogue()[type_name], random) for _ in range(count)):
        rows = rows_of([each for _, types in case.given for each in types])
        if rows is None or (rule := ruled(case)).misfit is not None:
            continue
        if any(isinstance(out, Tensor) and out.shape[:1] == (rows,) for out in rule.outputs.values()):
            found.append((case, rule, rows))
    return found


def changed(case: Case, rule: Typed, rows: Dim, module: Any, tries: int) -> set[str]:
    """The outputs in which another row than the one that was changed came out otherwise."""
    types: list[Any] = [each for _, types in case.given for each in types]
    outputs = [rule.outputs[port.name] for port in case.spec.ports(case.parameters)[1]]
    count, found = number(rows, ROWS), set[str]()
    for at in range(tries):
        values, others = drawn_values(case, ROWS), drawn_values(case, ROWS)
        if found or corrupts(case, values[0]) or reads_beyond(case, values):
            break
        row = (at * 2 + 1) % count
        one, other = [value.detach() for value in values], [value.detach().clone() for value in values]
        for type, value, new in zip(types, other, others, strict=True):
            if type.shape[:1] == (rows,):
                value[row] = new.detach()[row]
        results = [_seeded(module, given) for given in (one, other)]
        for port, type, before, after in zip(case.spec.ports(case.parameters)[1], outputs, *results, strict=True):
            if isinstance(type, Tensor) and type.shape[:1] == (rows,):
                apart = ~torch.isclose(before.double(), after.double(), rtol=1e-3, atol=1e-6, equal_nan=True)
                differ = set(apart.reshape(count, -1).any(1).nonzero().flatten().tolist()) if apart.numel() else set()
                found |= {port.name} if differ - {row} else set()
    return found


def _seeded(module: Any, values: list[torch.Tensor]) -> list[torch.Tensor]:
    """What comes out, with the same numbers drawn inside."""
    state = torch.random.get_rng_state()
    torch.manual_seed(0)
    with torch.no_grad():
        made = list(tensors(module(*(value.clone() for value in values))))
    torch.random.set_rng_state(state)
    return made


def judged(type_name: str, count: int, folder: Path) -> Counter[str]:
    """How often each was found, for a type; a case in which torch and the fact disagree fails."""
    cases, found = batches(type_name, count), Counter[str]()
    code = modules([(case, rule) for case, rule, _ in cases], folder, type_name.replace(".", "_"))
    torch.manual_seed(0)
    for at, (case, rule, rows) in enumerate(cases):
        module = getattr(code, f"Case{at}")()
        for training in (False, True):
            told = independent(case.spec, case.parameters, case.given, rule.outputs, training)
            try:
                mixed = changed(case, rule, rows, module.train(training), TRIES[0 if told else 1])
            except RuntimeError:  # series of this length are too short for it, which only data tells
                assert any("words.T" in str(each) for _, types in case.given for each in types), str(case)
                continue
            assert not mixed & told, f"{case} mixes rows in {mixed}, training {training}"
            found["mixed" if mixed else "said to mix" if not told else "apart"] += 1
    return found


@pytest.mark.filterwarnings("ignore")  # torch's, of what the check has warned of
@pytest.mark.parametrize("type_name", WITH_ROWS)
def test_that_a_row_that_comes_out_follows_from_the_same_row_alone_where_the_fact_says_so(
    type_name: str, tmp_path: Path
) -> None:
    found = judged(type_name, CASES, tmp_path)
    print(f"{type_name}: {dict(found)}")
    assert found["said to mix"] <= found["mixed"] or type_name in ALL_TRUE  # some orders no new row turns, most do


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("type_name", WITH_ROWS)
def test_that_a_row_follows_from_the_same_row_alone_for_long(type_name: str, tmp_path: Path) -> None:
    judged(type_name, SOAKED, tmp_path)
