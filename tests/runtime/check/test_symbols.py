"""Sizes that only data tells: what fits for every number in their place fits for the symbol, and gives the same."""

from dataclasses import replace
from random import Random

import pytest

from runtime.check.infer import Typed
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import Dim, Size, Tensor, Type
from tests.runtime.check.cases import Case, drawn
from tests.runtime.check.test_judge import JUDGED, ruled
from tests.runtime.check.torch_says import shape_of

STEPS = Size("steps.T")
# A ragged length, and linear expressions of one, as layers make them of it.
LENGTHS = (STEPS, Size("steps.T", 2), Size("steps.T", 1, 3), Size("steps.T", 2, -1))
# Long enough for every window that is drawn; symbols are taken to be.
NUMBERS = (20, 21, 22, 23, 36, 97)
OTHERS = {"B": 5, "words.T": 7}
NOT_LINEAR = {
    "torch.chunk": "pieces are as long as a quotient that is rounded up, the last one is what is left",
    "metric.Accuracy": "the best three are among scores whose number is that of the classes, which is known",
    **dict.fromkeys(
        ("metric.ExplainedVariance", "metric.R2Score", "metric.CosineSimilarity"),
        "what is measured of each column is added up over batches, which need as many of them",
    ),
}


def put(case: Case, old: int, new: Dim) -> Case:
    """The case with another dimension wherever one number stands, but for the first."""

    def changed(type: Type) -> Type:
        assert isinstance(type, Tensor)
        return type.with_shape(*type.shape[:1], *(new if dim == old else dim for dim in type.shape[1:]))

    return replace(case, given=tuple((port, tuple(map(changed, types))) for port, types in case.given))


def numbers_of(case: Case) -> list[int]:
    """The dimensions behind the first that are numbers."""
    types = [each for _, types in case.given for each in types if isinstance(each, Tensor)]
    return sorted({dim for each in types for dim in each.shape[1:] if isinstance(dim, int)})


def in_turn(case: Case, old: int, length: Size) -> list[Typed]:
    """What the rule says for each number; nothing where one of them does not fit."""
    found = []
    for number in NUMBERS:
        rule = ruled(put(case, old, number * length.factor + length.offset))
        if rule.misfit is not None:
            return []
        found.append(rule)
    return found


def sets_a_size(case: Case, rules: list[Typed]) -> bool:
    """Whether weights are as large as the dimension, which then must be known."""
    return any(len({str(rule.inferred.get(parameter.name)) for rule in rules}) > 1 for parameter in case.spec.inferred)


def judged(type_name: str, count: int) -> int:
    """How many cases of a type fit for a symbol, as they do for every number."""
    spec, random, fitting = catalogue()[type_name], Random(f"symbols of {type_name}"), 0
    for _ in range(count):
        case, length = drawn(spec, random), random.choice(LENGTHS)
        if not (sizes := numbers_of(case)):
            continue
        old = random.choice(sizes)
        rules, symbol = in_turn(case, old, length), put(case, old, length)
        if rules and not sets_a_size(case, rules):
            rule = ruled(symbol)
            assert rule.misfit is None, f"{symbol}: {rule.misfit}"
            fitting += 1
            for number, other in zip(NUMBERS, rules, strict=True):
                assert shapes(rule, {**OTHERS, "steps.T": number}) == shapes(other, OTHERS), str(symbol)
    return fitting


def shapes(rule: Typed, symbols: dict[str, int]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Dtype and shape of each output, its symbols worked out."""
    tensors = {name: made for name, made in rule.outputs.items() if isinstance(made, Tensor)}
    return {name: (made.dtype, shape_of(made, symbols)) for name, made in tensors.items()}


LINEAR = [name for name in JUDGED if name not in NOT_LINEAR]


@pytest.mark.parametrize("type_name", LINEAR)
def test_that_a_symbol_goes_through_the_rule_of_a_type_as_every_number_does(type_name: str) -> None:
    print(f"{type_name}: {judged(type_name, 25)} cases")


@pytest.mark.soak
@pytest.mark.parametrize("type_name", LINEAR)
def test_that_a_symbol_goes_through_the_rule_of_a_type_for_long(type_name: str) -> None:
    judged(type_name, 2000)


@pytest.mark.parametrize(
    ("one", "other", "made"),
    [
        (Size("steps.T", 1, 3), Size("B", 2), "2*(steps.T+3)*B"),
        (Size("steps.T", 2, 4), Size("B"), "2*(steps.T+2)*B"),
        (Size("(steps.T+3)*B"), Size("words.T"), "(steps.T+3)*B*words.T"),
    ],
)
def test_that_a_product_of_sums_is_the_same_in_any_order(one: Size, other: Size, made: str) -> None:
    assert str(one * other) == str(other * one) == made
    assert str(one * (other * 6) // 3) == str(one * other * 2)
