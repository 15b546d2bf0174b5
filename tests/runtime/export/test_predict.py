"""What an exported package says of samples that are none: which, what was needed, what came."""

from typing import Any

import numpy as np
import pytest
import torch

from runtime.train.pieces.package import predict as package
from runtime.train.pieces.package.model import Model

GOOD = {"numbers": [1, 2], "colour": "red"}
NEEDED = "a dict {'numbers': float32[2] of width, height, 'colour': int64[] of hue}"
A_LIST = f"predict takes a list of samples, each {NEEDED}, got"


@pytest.fixture(autouse=True)
def fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the package's file of it would tell."""
    monkeypatch.setattr(package, "_fitted", lambda: {"centred": torch.zeros(2)})


@pytest.mark.parametrize(
    ("samples", "told"),
    [
        (np.zeros((3, 2)), f"{A_LIST} ndarray[3, 2]"),
        (torch.zeros(3, 2), f"{A_LIST} Tensor[3, 2]"),
        (GOOD, f"{A_LIST} dict, which goes into a list"),
        ("picture.png", f"{A_LIST} str"),
        (None, f"{A_LIST} NoneType"),
        ([GOOD, np.zeros(2)], f"sample 1 must be {NEEDED}, got ndarray[2]"),
        ([{"numbers": [1, 2]}], f"sample 0 has no 'colour': it has only ['numbers'], and must be {NEEDED}"),
        ([GOOD | {"numbers": [1, 2, 3]}], "sample 0: numbers must be float32[2] of width, height, got float32[3]"),
        ([GOOD | {"numbers": None}], "sample 0: numbers must be float32[2] of width, height, got None"),
        (
            [GOOD, GOOD | {"colour": "pink"}],
            "sample 1: colour must be int64[] of hue, one of ['red', 'blue'], got 'pink'",
        ),
        ([GOOD | {"colour": 2}], "sample 0: colour must be int64[] of hue, one of ['red', 'blue'], got 2"),
        ([GOOD | {"colour": 0.5}], "sample 0: colour must be int64[] of hue, one of ['red', 'blue'], got 0.5"),
    ],
)
def test_that_a_wrong_sample_is_told_in_one_sentence(samples: Any, told: str) -> None:
    with pytest.raises((TypeError, ValueError)) as said:
        package.predict(samples, Model())
    assert str(said.value) == told


def test_that_a_text_and_a_picture_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "COLUMNS", {})
    monkeypatch.setattr(package, "FIELDS", {"title": ("text", []), "photo": ("picture", [])})
    for sample, told in (
        ({"title": 3, "photo": "a.png"}, "sample 0: title must be text, got int"),
        (
            {"title": "a", "photo": np.zeros((2, 2))},
            "sample 0: photo must be picture, a file or an image of Pillow, got ndarray[2, 2]",
        ),
    ):
        with pytest.raises((TypeError, ValueError)) as said:
            package.predict([sample], Model())
        assert str(said.value) == told


def test_that_samples_are_taken_as_people_have_them() -> None:
    model = Model()
    samples: list[dict[str, Any]] = [
        GOOD,
        {"numbers": np.array([1.0, 2.0]), "colour": np.int64(0)},
        {"numbers": (1, 2), "colour": 0.0},
    ]
    first, *others = package.predict(samples, model)
    assert all(torch.equal(each["final"], first["final"]) for each in others)


def test_that_a_field_may_be_given_by_its_columns_in_any_order() -> None:
    model = Model()
    whole, by_columns = package.predict([GOOD, {"hue": "red", "height": 2, "width": 1, "more": None}], model)
    assert torch.equal(whole["final"], by_columns["final"])
    other, _ = package.predict([{"width": 2, "height": 1, "colour": "red"}, GOOD], model)
    assert not torch.equal(whole["final"], other["final"])


def test_that_a_number_may_be_given_as_a_table_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()
    row = {"hue": "red", "width": "1", "height": " 2.0"}
    whole, by_columns = package.predict([GOOD, row], model)
    assert torch.equal(whole["final"], by_columns["final"])
    seen: list[torch.Tensor] = []

    def forward(numbers: torch.Tensor, colour: torch.Tensor) -> torch.Tensor:
        seen.append(numbers)
        return torch.zeros(len(colour), 2)

    monkeypatch.setattr(model, "forward", forward)
    package.predict([{**row, "width": None}, {**row, "width": ""}], model)
    assert seen[0].isnan().tolist() == [[True, False]] * 2
    with pytest.raises(ValueError, match=r"^sample 1: height must be a number, got 'abc'$"):
        package.predict([GOOD, {**row, "height": "abc"}], model)


def test_that_a_column_called_as_another_field_is_taken_for_what_the_row_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "COLUMNS", {"numbers": ["width", "colour"], "colour": "hue"})
    row = {"width": 1, "colour": 2, "hue": "blue"}
    by_titles, by_fields = package.predict([row, {"numbers": [1, 2], "colour": "blue"}], Model())
    assert torch.equal(by_titles["final"], by_fields["final"])


@pytest.mark.parametrize(
    ("scores", "how", "best", "share"),
    [
        ([0.0, 2.0], "softmax", "yes", 0.8808),
        ([0.9, 0.1], "itself", "no", 0.9),  # a softmax is in the model already
        ([-3.0, 2.0], None, "yes", None),  # margins are no probabilities
        ([-2.0], "sigmoid", "no", 0.8808),  # one number for the second of two
        ([0.75], "itself", "yes", 0.75),
    ],
)
def test_that_the_class_of_scores_is_told_with_what_its_loss_takes_for_its_probability(
    scores: list[float], how: str | None, best: str, share: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "PROBABILITIES", {"final": how} if how else {})
    model: Any = Model()
    model.forward = lambda numbers, colour: torch.tensor([scores] * len(numbers))
    (told,) = package.predict([GOOD], model)
    assert told["final_class"] == best
    assert told.get("final_probability") == (share and pytest.approx(share, abs=1e-4))


def test_that_a_standardized_number_is_told_in_the_units_of_the_data_too(monkeypatch: pytest.MonkeyPatch) -> None:
    scale = torch.tensor([300.0]), torch.tensor([20.0])
    monkeypatch.setattr(package, "_fitted", lambda: {"centred": torch.zeros(2), "priced": scale})
    monkeypatch.setattr(package, "RESULTS", {"final": []})
    monkeypatch.setattr(package, "UNITS", {"final": ("price", "priced")})
    model: Any = Model()
    model.forward = lambda numbers, colour: torch.full((len(numbers), 1), 0.5)
    (told,) = package.predict([GOOD], model)
    assert told["final"].tolist() == [0.5] and told["price"] == 310.0
