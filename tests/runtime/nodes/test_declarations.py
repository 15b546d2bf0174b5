"""Node types as declared: documented, with torch's own names and defaults; datasets tell the truth."""

from typing import Any

import pytest
from torchmetrics import classification, regression

from runtime.spec.catalogue import catalogue
from runtime.spec.node import Spec
from runtime.spec.schedule import SCHEDULES
from runtime.spec.signature import FILE, signature, signatures
from runtime.spec.tensor import Tensor
from runtime.train.pieces import bundled, noise
from tests.runtime.nodes.left_out import LEFT_OUT, LEFT_OUT_OF_SCHEDULES, NOT_OFFERED
from tests.signatures import written

TYPES = list(catalogue())
MEASURED = [name for name in TYPES if catalogue()[name].over_epoch]
FROM_TORCH = [*(name for name in TYPES if name.startswith(("nn.", "optim."))), *MEASURED]


def taken(name: str) -> set[str]:
    """What torch's class of that name takes."""
    return set(signature(name))


def test_that_a_type_says_in_a_sentence_what_it_and_its_parts_are() -> None:
    docs = {(name, ""): spec.doc for name, spec in catalogue().items()}
    for name, spec in catalogue().items():
        parts: list[Any] = [*spec.inputs, *spec.outputs, *spec.parameters]
        docs |= {(name, part.name): part.doc for part in parts}
    assert [part for part, doc in docs.items() if not doc[:1].isupper() and not doc[:1].isdigit()] == []
    assert [part for part, doc in docs.items() if not doc.endswith(".") or len(doc) > 120] == []


def test_that_defaults_and_starts_are_values_that_can_be() -> None:
    parameters = [(name, each) for name, spec in catalogue().items() for each in spec.parameters]
    values = [(name, p, value) for name, p in parameters for value in (p.default, p.start) if value is not None]
    assert [(name, p.name, value) for name, p, value in values if p.problem(value) is not None] == []


def test_that_what_is_known_of_torch_is_what_torch_says() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "run `make signatures`"


def test_that_parameters_have_the_names_and_defaults_of_torch() -> None:
    for name in FROM_TORCH:
        theirs = {**signature(getattr(catalogue()[name].declared, "like", "")), **signature(name)}
        for parameter in catalogue()[name].parameters:
            if not parameter.ours and not parameter.inferred:
                assert parameter.positional or parameter.default == theirs[parameter.name], (name, parameter.name)


def test_that_what_torch_takes_is_offered_or_left_out_for_a_reason() -> None:
    left = {name: taken(name) - set(catalogue()[name].parameter) - set(LEFT_OUT) for name in FROM_TORCH}
    assert {name: parameters for name, parameters in left.items() if parameters} == {}


def test_that_nothing_is_left_out_that_torch_does_not_take() -> None:
    assert set(LEFT_OUT) - {each for name in FROM_TORCH for each in taken(name)} == set()


def test_that_every_optimizer_and_schedule_of_torch_is_offered_or_named_with_a_reason() -> None:
    theirs = {name for name in signatures() if name.startswith("optim.")}
    ours = {name for name in TYPES if name.startswith("optim.")} | {each.type for each in SCHEDULES.values()}
    named = {name for name in NOT_OFFERED if name.startswith("optim.")}
    assert theirs - ours == named


@pytest.mark.parametrize("name", SCHEDULES)
def test_that_a_schedule_has_torchs_settings_and_says_what_they_are(name: str) -> None:
    made = SCHEDULES[name]
    theirs = signature(made.type)
    assert set(theirs) - set(made.parameter) - set(LEFT_OUT_OF_SCHEDULES) == set()
    for each in made.parameters:
        assert each.ours or each.positional or each.default == theirs[each.name], each.name
        assert each.problem(each.default) is None
    docs = [made.doc, *(each.doc for each in made.parameters)]
    assert [doc for doc in docs if not doc[:1].isalnum() or not doc.endswith(".") or len(doc) > 120] == []


def test_that_nothing_is_left_out_of_schedules_that_torch_does_not_take() -> None:
    assert set(LEFT_OUT_OF_SCHEDULES) - {each for made in SCHEDULES.values() for each in signature(made.type)} == set()


def test_that_every_metric_of_decisions_and_amounts_is_offered_or_named_with_a_reason() -> None:
    tasks = ("Binary", "Multiclass", "Multilabel")
    theirs = [name for name in classification.__all__ if not name.startswith(tasks)] + regression.__all__
    metrics = {f"metric.{name}" for name in theirs}
    assert metrics - set(TYPES) == {name for name in NOT_OFFERED if name.startswith("metric.")}
    assert set(MEASURED) <= metrics


def test_that_a_summary_is_short_and_never_fails() -> None:
    for name, spec in catalogue().items():
        for parameters in ({}, spec.starts, *({p.name: "odd"} for p in spec.parameters)):
            assert len(spec.summary(parameters)) < 60, (name, parameters)


def fields_of(spec: Spec) -> dict[str, Tensor]:
    """What a dataset says that one sample is."""
    made: dict[str, Tensor] = spec.values({}).rule()
    return made


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("data.Digits", bundled.read_digits),
        ("data.Wine", bundled.read_wine),
        ("data.BreastCancer", bundled.read_breast_cancer),
        ("data.Iris", bundled.read_iris),
        ("data.Diabetes", bundled.read_diabetes),
        ("data.Linnerud", bundled.read_linnerud),
    ],
)
def test_that_a_dataset_holds_what_it_says(name: str, read: Any) -> None:
    spec = catalogue()[name]
    columns = read()
    assert list(columns) == list(fields_of(spec)) == [port.name for port in spec.outputs]
    for field, type in fields_of(spec).items():
        values = columns[field]
        assert str(type) == f"{str(values.dtype).removeprefix('torch.')}{list(values.shape[1:])}"
        if type.classes is not None:
            assert values.unique().tolist() == list(range(type.classes))
    assert spec.summary({}) == f"{len(columns['features' if 'features' in columns else 'image']):,} samples"


def test_that_noise_is_what_its_fields_say() -> None:
    spec = catalogue()["data.Noise"]
    fields = {
        "picture": "uint8[3, 4, 4]",
        "row": "float32[5]",
        "label": "int64[]",
        "yes": "bool[]",
        "half": "float16[2]",
    }
    columns = noise.make_noise(fields, 20, 4, 0)
    types: dict[str, Tensor] = spec.values({"fields": fields, "classes": 4}).rule()
    for field, type in types.items():
        values = columns[field]
        assert str(type) == f"{str(values.dtype).removeprefix('torch.')}{list(values.shape[1:])}"
        assert type.classes is None or int(values.max()) < type.classes
