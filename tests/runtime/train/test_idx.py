"""Idx files, in which MNIST and its kin come: what is read, what a look proposes, and what is refused."""

import gzip
import re
from pathlib import Path

import numpy as np
import pytest

from runtime.train.look import look
from runtime.train.pieces.idx import read_idx
from runtime.train.pieces.idx_values import idx_values
from tests.runtime.generate.cases import FOLDER

CODES = {"u1": 8, "i1": 9, ">i2": 11, ">i4": 12, ">f4": 13, ">f8": 14}
FIELDS = {"image": "uint8[1, 2, 3]", "label": "int64[]"}


def written(file: Path, values: np.ndarray, dtype: str = "u1") -> Path:
    """An idx file; one that ends in .gz is packed."""
    head = bytes([0, 0, CODES[dtype], values.ndim])
    data = head + b"".join(size.to_bytes(4, "big") for size in values.shape) + values.astype(dtype).tobytes()
    file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)
    return file


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Five pictures of two by three, and their labels, as MNIST calls them."""
    written(tmp_path / "train-labels-idx1-ubyte.gz", np.array([2, 0, 1, 2, 0]))
    return written(tmp_path / "train-images-idx3-ubyte.gz", np.arange(30).reshape(5, 2, 3))


@pytest.mark.parametrize("dtype", CODES)
@pytest.mark.parametrize("name", ["a-idx2-ubyte", "a.idx2-ubyte.gz"])
def test_that_numbers_of_every_kind_are_read(tmp_path: Path, dtype: str, name: str) -> None:
    found = idx_values(written(tmp_path / name, np.arange(6).reshape(2, 3), dtype))
    assert found.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found.dtype == np.dtype(dtype).newbyteorder("=")


def test_that_pictures_have_one_channel_and_labels_come_from_beside(pictures: Path) -> None:
    found = read_idx(pictures, FIELDS)
    assert found["image"].shape == (5, 1, 2, 3)
    assert found["image"][1].flatten().tolist() == [6, 7, 8, 9, 10, 11]
    assert found["label"].tolist() == [2, 0, 1, 2, 0]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is no idx file"),
        (b"P5 2 3 255 abcdef", "is no idx file"),
        (b"\0\0\x08\x01\0\0\0\x05abc", "is not as long as its head says"),
        (b"\0\0\x08\x01\0\0\0\x02abc", "is not as long as its head says"),
        (b"\0\0\x08\0abc", "is not as long as its head says"),
        (b"\0\0\x0e\x03" + b"\xff" * 12, "says that it holds 5902958"),
    ],
)
def test_that_what_is_no_idx_file_is_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    (tmp_path / "x-ubyte").write_bytes(data)
    with pytest.raises(ValueError, match=re.escape("x-ubyte")) as refused:
        idx_values(tmp_path / "x-ubyte")
    assert sentence in str(refused.value)


def test_that_pictures_that_are_not_as_declared_are_named(pictures: Path) -> None:
    with pytest.raises(ValueError, match=re.escape("train-images-idx3-ubyte.gz has samples of shape (2, 3)")):
        read_idx(pictures, {"image": "uint8[1, 3, 3]"})
    written(pictures.with_name("train-labels-idx1-ubyte.gz"), np.zeros(4))
    with pytest.raises(ValueError, match="differ in length"):
        read_idx(pictures, FIELDS)


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"])
def test_that_a_look_at_either_file_proposes_both(pictures: Path, name: str) -> None:
    found = look(pictures.with_name(name))
    label = {"type": "int64[]", "classes": ["0", "1", "2"]}
    assert (found["type"], found["parameters"]["fields"]) == (
        "data.Idx",
        {"image": "uint8[1, 2, 3]", "label": label},
    )
    assert (found["path"], found["name"], found["rows"]) == (str(pictures), "train-images", 5)


def test_that_a_look_tells_range_classes_and_how_pictures_look() -> None:
    found = look(FOLDER / "data" / "digits-images-idx3-ubyte.gz")
    image, label = found["columns"]
    assert (image["kind"], image["type"], image["low"], image["count"]) == ("tensor", "uint8[1, 8, 8]", 0.0, 60)
    assert (label["kind"], sum(count for _, count in label["classes"])) == ("label", 60)
    assert [each["class"] for each in found["thumbnails"]] == [*map(str, range(10)), "0", "1"]
    assert len(found["samples"]) == 8 and found["samples"][0]["label"].isdigit()


def test_that_pictures_to_test_with_beside_them_are_kept_for_it(pictures: Path) -> None:
    test = written(pictures.with_name("t10k-images-idx3-ubyte.gz"), np.arange(12).reshape(2, 2, 3))
    assert "test_path" not in look(pictures)["parameters"]  # no labels yet
    written(pictures.with_name("t10k-labels-idx1-ubyte.gz"), np.array([0, 1]))
    assert look(pictures)["parameters"]["test_path"] == str(test)
    assert look(pictures)["notes"] == ["t10k-images-idx3-ubyte.gz is kept for a test"]
    assert "test_path" not in look(test)["parameters"]


def test_that_pictures_without_labels_say_so(pictures: Path) -> None:
    pictures.with_name("train-labels-idx1-ubyte.gz").unlink()
    assert look(pictures)["notes"] == ["no labels: train-labels-idx1-ubyte.gz is not beside it"]
    assert list(look(pictures)["parameters"]["fields"]) == ["image"]


def test_that_labels_alone_are_no_pictures(pictures: Path) -> None:
    pictures.unlink()
    found = look(pictures.with_name("train-labels-idx1-ubyte.gz"))
    assert found["problem"].endswith("holds labels, and train-images-idx3-ubyte.gz is not beside it")


def test_that_digits_as_they_come_are_read() -> None:
    found = look(FOLDER / "data" / "digits-images-idx3-ubyte.gz")
    assert found["rows"] == 60
    assert found["parameters"]["fields"]["image"] == "uint8[1, 8, 8]"
