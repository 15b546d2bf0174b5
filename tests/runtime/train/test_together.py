"""Rows of several datasets put together: side by side, or by a key."""

import pytest
import torch

from runtime.train.pieces.together import join_rows, zip_rows


def test_that_columns_side_by_side_stay_as_they_are() -> None:
    columns = {"number": torch.arange(3), "text": ["a", "b", "c"]}
    assert zip_rows(columns) is columns


def test_that_columns_of_other_lengths_are_refused_with_both_lengths() -> None:
    with pytest.raises(ValueError, match="must be as many, but number has 3, text has 2: cut them"):
        zip_rows({"number": torch.arange(3), "text": ["a", "b"]})


def test_that_rows_are_matched_by_texts_in_the_order_of_the_first() -> None:
    with pytest.warns(UserWarning) as told:
        found = join_rows(
            {"people": ["ada", "bob", "cyd"], "visits": ["bob", "ada", "zed"]},
            {"age": torch.tensor([36.0, 41.0, 29.0])},
            {"note": ["b", "a", "z"]},
        )
    assert found["age"].tolist() == [36.0, 41.0]
    assert found["note"] == ["a", "b"]
    assert [str(each.message) for each in told] == [
        "people: 1 of 3 rows has no partner and is left out",
        "visits: 1 of 3 rows has no partner and is left out",
    ]


def test_that_a_row_is_repeated_for_each_partner() -> None:
    keys = {"one": torch.tensor([7, 8]), "other": torch.tensor([8, 7, 8])}
    found = join_rows(keys, {"left": torch.tensor([70, 80])}, {"right": torch.tensor([0, 1, 2])})
    assert list(zip(found["left"].tolist(), found["right"].tolist(), strict=True)) == [(70, 1), (80, 0), (80, 2)]


def test_that_nothing_is_told_where_every_row_has_a_partner() -> None:
    assert join_rows({"one": ["a"], "other": ["a"]}, {}, {"right": ["x"]}) == {"right": ["x"]}  # a warning would fail


def test_that_datasets_that_share_no_key_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no key in common, people has \['a'\], visits has \['b'\]: take columns"):
        join_rows({"people": ["a"], "visits": ["b"]}, {}, {})
