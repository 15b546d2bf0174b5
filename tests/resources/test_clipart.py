"""The drawings that the third example learns from: small, sound, free of repeats, and readable without pickle."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

CLIPART = Path(__file__).parents[2] / "resources" / "examples" / "data" / "clipart.npz"

Arrays = dict[str, NDArray[Any]]


@pytest.fixture(scope="module")
def clipart() -> Iterator[Arrays]:
    """The arrays of the file by name; reading an array that needs pickle would raise."""
    with np.load(CLIPART, allow_pickle=False) as opened:
        yield {name: opened[name] for name in opened.files}


def test_that_the_arrays_have_the_types_that_the_example_relies_on(clipart: Arrays) -> None:
    rows = len(clipart["label"])
    assert set(clipart) == {"picture", "title", "label", "label_names"}
    assert (clipart["picture"].dtype.type, clipart["picture"].shape) == (np.uint8, (rows, 3, 48, 48))
    assert (clipart["title"].dtype.kind, clipart["title"].shape) == ("U", (rows,))
    assert (clipart["label"].dtype.type, clipart["label"].shape) == (np.int64, (rows,))
    assert (clipart["label_names"].dtype.kind, clipart["label_names"].shape) == ("U", (10,))


def test_that_every_label_has_a_name_and_every_name_enough_rows_to_learn_from(clipart: Arrays) -> None:
    assert (clipart["label"].min(), clipart["label"].max()) == (0, 9)
    assert len(set(clipart["label_names"].tolist())) == 10
    assert np.bincount(clipart["label"]).min() >= 50


def test_that_guessing_the_largest_class_is_not_good_enough(clipart: Arrays) -> None:
    assert np.bincount(clipart["label"]).max() < 0.2 * len(clipart["label"])


def test_that_titles_are_short_trimmed_and_hold_no_control_character_or_address(clipart: Arrays) -> None:
    for title in clipart["title"].tolist():
        assert title == title.strip() and 0 < len(title) <= 80, repr(title)
        assert not any(unicodedata.category(sign).startswith("C") for sign in title), repr(title)
        assert "@" not in title, repr(title)


def test_that_no_picture_comes_twice_so_that_validation_sees_no_training_row(clipart: Arrays) -> None:
    pictures = clipart["picture"]
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_that_no_picture_is_blank(clipart: Arrays) -> None:
    darkest = clipart["picture"].reshape(len(clipart["picture"]), -1).min(axis=1)
    assert darkest.max() < 255


def test_that_the_file_stays_small_and_its_source_and_licence_stand_beside_it() -> None:
    assert CLIPART.stat().st_size < 4_500_000
    assert "Public domain" in CLIPART.with_suffix(".md").read_text(encoding="utf-8")
