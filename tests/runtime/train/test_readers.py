"""Readers of .npy, .safetensors, .pt and .txt files and of folders of texts: values, and what they refuse."""

import io
import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch.utils.data import TensorDataset

from runtime.train.pieces.bad_files import without_bad_texts
from runtime.train.pieces.feed import gathered
from runtime.train.pieces.hugging_face import read_hugging_face
from runtime.train.pieces.npy import read_npy
from runtime.train.pieces.safe import read_safetensors
from runtime.train.pieces.saved import read_tensors
from runtime.train.pieces.text_folder import read_texts
from runtime.train.pieces.text_lines import read_lines_in_parts
from runtime.train.pieces.texts import read_lines
from tests.runtime.generate.cases import FOLDER

ROWS = torch.arange(24, dtype=torch.float32).reshape(6, 4)
TYPES = {"x": "float32[4]"}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The same rows in files of each kind."""
    np.save(tmp_path / "x.npy", ROWS.numpy())
    save_file({"x": ROWS}, tmp_path / "x.safetensors")
    torch.save({"x": ROWS}, tmp_path / "x.pt")
    torch.save({"x": ROWS}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    return tmp_path


def test_that_files_of_each_kind_give_the_same_rows(files: Path) -> None:
    order = torch.tensor([5, 0, 0, 3])
    for read, name in ((read_npy, "x.npy"), (read_safetensors, "x.safetensors"), (read_tensors, "x.pt")):
        column = read(files / name, TYPES)["x"]
        assert torch.equal(column, ROWS)
        assert torch.equal(gathered(column, order), ROWS[order])
    assert torch.equal(read_tensors(files / "old.pth", TYPES)["x"], ROWS)


def test_that_a_mapped_file_is_not_changed_by_what_is_done_to_its_rows(files: Path) -> None:
    read_npy(files / "x.npy", TYPES)["x"].zero_()
    assert torch.equal(read_npy(files / "x.npy", TYPES)["x"], ROWS)


def test_that_numbers_of_another_machine_or_dtype_are_converted(tmp_path: Path) -> None:
    np.save(tmp_path / "big.npy", ROWS.numpy().astype(">f8"))
    assert torch.equal(read_npy(tmp_path / "big.npy", TYPES)["x"], ROWS)
    np.save(tmp_path / "names.npy", np.array(["ada", "bob"]))
    assert read_npy(tmp_path / "names.npy", {"name": "text"}) == {"name": ["ada", "bob"]}


def test_that_tensors_are_found_under_the_names_that_they_have_in_the_file(tmp_path: Path) -> None:
    save_file({"X": ROWS, "other": ROWS[:1].clone()}, tmp_path / "x.safetensors")
    assert torch.equal(read_safetensors(tmp_path / "x.safetensors", TYPES, {"x": "X"})["x"], ROWS)
    torch.save(TensorDataset(ROWS, torch.arange(6)).tensors, tmp_path / "pair.pt")
    found = read_tensors(tmp_path / "pair.pt", {**TYPES, "label": "int64[]"}, {"x": "0", "label": "1"})
    assert found["label"].tolist() == [0, 1, 2, 3, 4, 5]
    torch.save({"train": {"x": ROWS, "text": ["a"] * 6}, "epoch": 3}, tmp_path / "deep.pt")
    found = read_tensors(tmp_path / "deep.pt", {**TYPES, "t": "text"}, {"x": "train.x", "t": "train.text"})
    assert found["t"] == ["a"] * 6
    torch.save(ROWS, tmp_path / "one.pt")
    assert torch.equal(read_tensors(tmp_path / "one.pt", TYPES, {"x": "0"})["x"], ROWS)


class Trap:
    """What runs where it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("sprung"),))


def test_that_a_pickle_in_disguise_is_refused_and_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"x": Trap()}, tmp_path / "a.pt")
    (tmp_path / "b.pt").write_bytes(pickle.dumps(Trap()))
    np.save(tmp_path / "c.npy", np.array([Trap()], dtype=object))
    (tmp_path / "d.npy").write_bytes(pickle.dumps(Trap()))
    for name, read in (("a.pt", read_tensors), ("b.pt", read_tensors), ("c.npy", read_npy), ("d.npy", read_npy)):
        with pytest.raises(ValueError, match=rf"^{name} .* Python objects, which could run code"):
            read(tmp_path / name, TYPES)
    assert not (tmp_path / "sprung").exists()


def test_that_a_file_that_is_cut_off_is_told_in_a_sentence(files: Path) -> None:
    for name, read in (("x.pt", read_tensors), ("x.safetensors", read_safetensors)):
        (files / name).write_bytes((files / name).read_bytes()[:100])
        with pytest.raises(ValueError, match=f"^{name} is cut off"):
            read(files / name, TYPES)


def test_that_a_file_of_another_kind_than_the_program_reads_is_named(files: Path) -> None:
    for read, kind in ((read_npy, ".npy"), (read_safetensors, ".safetensors"), (read_tensors, ".pt")):
        other = "x.pt" if kind == ".npy" else "x.npy"
        with pytest.raises(ValueError, match=re.escape(f"{other} is no {kind}")):
            read(files / other, TYPES)


def test_that_what_is_not_as_declared_is_named(files: Path) -> None:
    file = files / "x.pt"
    torch.save({"x": ROWS, "y": ROWS[:2], "text": ["a"] * 6}, file)
    wrong = {
        "x.pt has no 'z', only ['x', 'y', 'text']: name one of these in fields": {"z": "float32[4]"},
        "x.pt: x has samples of shape [4], not float32[3]: declare them so in fields": {"x": "float32[3]"},
        "x.pt: x holds torch.float32, which int64[4] would cut off: save them as int64": {"x": "int64[4]"},
        "x.pt: text holds texts, not float32[]: declare texts in fields": {"text": "float32[]"},
        "x.pt: x holds numbers, not text: declare numbers in fields": {"x": "text"},
        "x.pt has columns of unequal lengths, {'x': 6, 'y': 2}: save as many rows of each": {
            "x": "float32[4]",
            "y": "float32[4]",
        },
    }
    for told, fields in wrong.items():
        with pytest.raises(ValueError, match=re.escape(told)):
            read_tensors(file, fields)


@pytest.mark.parametrize("read", [read_lines, read_lines_in_parts])
def test_that_lines_are_texts_without_the_empty_ones(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\r\n\r\n two \r\nthree\x0cstill three")
    assert [*read(tmp_path / "a.txt", "line")["line"]] == ["one", " two ", "three\x0cstill three"]
    for coding in ("utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "a.txt").write_bytes("für\nßen\n".encode(coding))
        assert [*read(tmp_path / "a.txt", "line")["line"]] == ["für", "ßen"]


@pytest.mark.parametrize("read", [read_lines, read_lines_in_parts])
def test_that_a_file_that_is_no_text_is_named_with_its_line(read: Callable[..., Any], tmp_path: Path) -> None:
    for above in (b"fine\n", b"fine\n" * 1_000_000):  # which are read in one part, and in several
        (tmp_path / "a.txt").write_bytes(above + b"f\xfcr\n")
        line = above.count(b"\n") + 1
        with pytest.raises(ValueError, match=rf"a\.txt, line {line} is no text in UTF-8 or UTF-16: save it as UTF-8"):
            read(tmp_path / "a.txt", "line")
    (tmp_path / "a.txt").write_bytes(b"\n \n")
    with pytest.raises(ValueError, match=r"a\.txt has no lines"):
        read(tmp_path / "a.txt", "line")
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ValueError, match=r"pipe\.txt is no file but a pipe"):
        read(tmp_path / "pipe.txt", "line")


def test_that_folders_of_texts_are_classes(tmp_path: Path) -> None:
    for name, texts in {"neg": ["bad", "worse"], "pos": ["good"], "unsup": ["?"], ".hidden": ["!"]}.items():
        (tmp_path / name).mkdir()
        for at, text in enumerate(texts):
            (tmp_path / name / f"{at}.txt").write_text(text, encoding="utf-8")
    found = read_texts(tmp_path, "text", "label", ["neg", "pos"])
    assert found["text"] == ["bad", "worse", "good"]
    assert found["label"].tolist() == [0, 0, 1]
    assert read_texts(tmp_path, "text")["text"] == ["bad", "worse", "good", "?"]
    (tmp_path / "neg" / "0.txt").write_bytes(b"f\xfcr")
    with pytest.raises(ValueError, match=r"0\.txt, line 1 is no text .* or let bad_files skip such files"):
        read_texts(tmp_path, "text", "label", ["neg", "pos"])
    with pytest.warns(UserWarning, match=r": 1 of 3 texts cannot be decoded and is left out: neg/0\.txt$"):
        found = read_texts(tmp_path, "text", "label", ["neg", "pos"], kept=without_bad_texts)
    assert (found["text"], found["label"].tolist()) == (["worse", "good"], [0, 1])
    with pytest.raises(ValueError, match="neutral has no texts"):
        read_texts(tmp_path, "text", "label", ["neg", "neutral"])
    with pytest.raises(ValueError, match="there is no folder"):
        read_texts(tmp_path / "nowhere", "text")


REVIEWS = FOLDER / "data" / "reviews"  # written by save_to_disk of datasets 5.2


def test_that_a_folder_of_hugging_face_is_read_without_its_package() -> None:
    fields = {"text": "text", "label": "int64[]", "vector": "float32[4]", "grid": "uint8[2, 2]", "photo": "picture"}
    found = read_hugging_face(REVIEWS, fields, {"text": "Text"})
    assert found["text"][:2] == ["review 0", "review 1"]
    assert found["label"].tolist() == [0, 1] * 12
    assert found["vector"].shape == (24, 4)
    assert found["grid"][3].tolist() == [[3, 0], [0, 3]]
    assert np.asarray(Image.open(io.BytesIO(found["photo"][5]))).tolist() == [[5, 5], [5, 5]]
    assert read_hugging_face(REVIEWS, {"label": "int64[]"}, part="test")["label"].tolist() == [0, 1]


def test_that_what_a_folder_of_hugging_face_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no folder that save_to_disk wrote"):
        read_hugging_face(tmp_path, {"label": "int64[]"})
    with pytest.raises(ValueError, match="is no folder that save_to_disk wrote"):
        read_hugging_face(REVIEWS, {"label": "int64[]"}, part="validation")
    with pytest.raises(ValueError, match="reviews has no 'stars'"):
        read_hugging_face(REVIEWS, {"stars": "int64[]"})
    with pytest.raises(ValueError, match="reviews: words has lists of unequal lengths"):
        read_hugging_face(REVIEWS, {"words": "int64[2]"})
