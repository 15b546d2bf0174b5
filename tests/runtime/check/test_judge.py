"""Torch as the judge: the rule of every node type against what the emitted code does with real tensors."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch

from runtime.check.infer import Typed, typed
from runtime.graph.model import Node
from runtime.spec.catalogue import catalogue
from runtime.spec.node import Spec
from runtime.spec.signature import signature
from runtime.spec.tensor import Loss, Tensor, batched
from tests.runtime.check.cases import Case, drawn, odd, setting
from tests.runtime.check.reasons import LIMITED, NARROWER, STRICTER
from tests.runtime.check.torch_says import (
    EXTREMES,
    MODES,
    SYMBOLS,
    alike_on_both_sides,
    computing_other_than_torch,
    expected,
    modules,
    optimizers_raise,
    said,
)
from tests.runtime.check.verdict import fits, over_batch

BATCH_SIDE = ("transform", "layer", "join", "loss", "metric")


def takes_tensors(spec: Spec) -> bool:
    """Whether numbers can be drawn for all inputs: texts and pictures have tests of their own."""
    return all(dtypes for port in spec.inputs for _, dtypes, _ in port.pattern.options)


OURS = ("own.",)  # what a text of the user's gives is looked at in a process, not worked out by a rule
JUDGED = [
    spec.type
    for spec in catalogue().values()
    if spec.family in BATCH_SIDE and not spec.type.startswith(OURS) and takes_tensors(spec)
]
OPTIMIZERS = [spec.type for spec in catalogue().values() if spec.family == "optimizer"]
FUNCTIONS = [
    spec.type for spec in catalogue().values() if spec.type.startswith("nn.") and spec.function and signature(spec.type)
]
BOTH_SIDES = [spec.type for spec in catalogue().values() if spec.side == "either"]
LEAST, CASES, SOAKED = 50, 50, 3000  # cases a type


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Tensors are tiny here: more threads only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def ruled(case: Case) -> Typed:
    """What the rule says."""
    return typed(
        Node("node", case.spec.type, case.parameters), case.spec, case.spec.ports(case.parameters)[0], case.given
    )


def verdicts(spec: Spec, count: int, folder: Path) -> Iterator[tuple[str, str]]:
    """For each case whether rule and torch agree and how, with the case in words."""
    random = Random(spec.type)
    cases = [(case, ruled(case)) for case in (drawn(spec, random) for _ in range(count))]
    code = modules(cases, folder, spec.type.replace(".", "_"))
    torch.manual_seed(0)
    for at, (case, rule) in enumerate(cases):
        answer = said(case, getattr(code, f"Case{at}"))
        if rule.misfit is None:
            wanted = tuple(expected(case, rule, symbols) for symbols in SYMBOLS for _ in MODES)
            kind = "both fit" if answer.results == wanted else "WRONG"
        else:
            wanted = ()
            module = getattr(code, f"Case{at}")
            refused = answer.raised or (not over_batch(spec) and said(case, module, EXTREMES).raised)
            kind = "both refuse" if refused else "stricter" if fits(case, rule) else "narrower"
        why = rule.misfit.message if rule.misfit else wanted
        yield kind, f"{case}: the rule says {why}; torch says {answer.raised or answer.results}"


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Tell of a type that so many cases of it were judged; a run of tests ends with the sum over all types."""

    def told(cases: int) -> None:
        record_property("judge: types", 1)
        record_property("judge: cases", cases)

    return told


def judged(type_name: str, count: int, folder: Path) -> None:
    assert count >= LEAST
    spec = catalogue()[type_name]
    found = list(verdicts(spec, count, folder))
    counts = Counter(kind for kind, _ in found)
    print(f"{type_name}: {count} cases, " + ", ".join(f"{kind} {n}" for kind, n in sorted(counts.items())))
    allowed = {"both fit", "both refuse"}
    allowed |= {"stricter"} if type_name in STRICTER else set()
    allowed |= {"narrower"} if type_name in NARROWER else set()
    assert [(kind, case) for kind, case in found if kind not in allowed] == []
    assert counts["both fit"] >= count // 10


@pytest.mark.parametrize("type_name", JUDGED)
def test_that_torch_agrees_with_the_rule_of_a_type(
    type_name: str, tmp_path: Path, counted: Callable[[int], None]
) -> None:
    judged(type_name, CASES, tmp_path)
    counted(CASES)


@pytest.mark.soak
@pytest.mark.parametrize("type_name", JUDGED)
def test_that_torch_agrees_with_the_rule_of_a_type_for_long(
    type_name: str, tmp_path: Path, counted: Callable[[int], None]
) -> None:
    judged(type_name, SOAKED, tmp_path)
    counted(SOAKED)


def refusal(spec: Spec, parameters: dict[str, Any]) -> str:
    """Why we refuse an optimizer with these parameters; empty where we do not."""
    wrong = [f"{why} for {name}" for name, v in parameters.items() if (why := spec.parameter[name].problem(v))]
    if wrong:
        return "; ".join(wrong)
    misfit = typed(Node("adam", spec.type, parameters), spec, spec.inputs, (("loss", (Loss(),)),)).misfit
    return misfit.message if misfit else ""


def optimizers_judged(type_name: str, count: int, folder: Path) -> None:
    """Parameters inside and outside of their limits: refused exactly where torch raises, but for those in a list."""
    spec, random = catalogue()[type_name], Random(type_name)
    own = [parameter for parameter in spec.parameters if parameter.name != "layers"]
    draws = [random.choice((setting, setting, odd)) for _ in range(count)]
    cases = [{p.name: draw(p, random) for p in own if random.random() < 0.4} for draw in draws]
    found = []
    for case, told in zip(cases, optimizers_raise(type_name, cases, folder), strict=True):
        why = refusal(spec, case)
        limited = any(word in LIMITED for word in re.findall(r"\w+", why))
        kind = "both refuse" if told else "stricter" if limited else "WRONG"
        kind = kind if why else "WRONG" if told else "both fit"
        found.append((kind, f"{case}: we say {why or 'nothing'}, torch says {told or 'nothing'}"))
    counts = Counter(kind for kind, _ in found)
    print(f"{type_name}: {count} cases, " + ", ".join(f"{kind} {n}" for kind, n in sorted(counts.items())))
    assert [case for kind, case in found if kind == "WRONG"] == []
    assert min(counts["both fit"], counts["both refuse"]) >= count // 20


@pytest.mark.parametrize("type_name", OPTIMIZERS)
def test_that_torch_agrees_with_the_rule_of_an_optimizer(
    type_name: str, tmp_path: Path, counted: Callable[[int], None]
) -> None:
    optimizers_judged(type_name, CASES, tmp_path)
    counted(CASES)


@pytest.mark.soak
@pytest.mark.parametrize("type_name", OPTIMIZERS)
def test_that_torch_agrees_with_the_rule_of_an_optimizer_for_long(
    type_name: str, tmp_path: Path, counted: Callable[[int], None]
) -> None:
    optimizers_judged(type_name, SOAKED, tmp_path)
    counted(SOAKED)


@pytest.mark.parametrize("type_name", BOTH_SIDES)
def test_that_a_transform_means_the_same_for_a_sample_and_a_batch(type_name: str, tmp_path: Path) -> None:
    spec, random = catalogue()[type_name], Random(type_name)
    fitting: list[tuple[Case, Typed]] = []
    for case in (drawn(spec, random) for _ in range(90)):
        name, (type, *_) = case.given[0]
        assert isinstance(type, Tensor)
        if not all(isinstance(dim, int) for dim in type.shape):
            continue
        sample, batch = (ruled(Case(spec, case.parameters, ((name, (each,)),))) for each in (type, batched(type)))
        if sample.misfit is None:
            fitting.append((case, sample))
            assert {port: batched(made) for port, made in sample.outputs.items()} == batch.outputs, str(case)
    assert len(fitting) >= 10
    code = modules(fitting, tmp_path, "both")
    for at, (case, sample) in enumerate(fitting):
        assert alike_on_both_sides(case, sample, getattr(code, f"Case{at}")), str(case)


def of_torch(case: Case) -> Case:
    """The case without parameters that are ours, which torch's module does not take."""
    given = {name: value for name, value in case.parameters.items() if not case.spec.parameter[name].ours}
    return replace(case, parameters=given)


@pytest.mark.parametrize("type_name", FUNCTIONS)
def test_that_a_function_gives_the_numbers_of_the_module_it_is_called_after(type_name: str, tmp_path: Path) -> None:
    spec, random = catalogue()[type_name], Random(type_name)
    cases = (of_torch(drawn(spec, random)) for _ in range(200))
    fitting = list(islice(((case, rule) for case in cases if (rule := ruled(case)).misfit is None), 10))
    assert len(fitting) == 10
    wrong = computing_other_than_torch(fitting, tmp_path)
    assert [str(case) for case in wrong] == []
