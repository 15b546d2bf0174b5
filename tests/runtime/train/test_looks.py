"""Looks at arrays and texts: what dataset each file could be, what is in its columns, and small pictures."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from sklearn.datasets import load_digits, load_iris

from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.propose.columns import columns_of
from runtime.propose.propose import dataset_only
from runtime.train import look_columns
from runtime.train.look import look
from runtime.train.pieces.arrays_called import read_called_arrays
from tests.runtime.generate.cases import FOLDER

TEN = [str(digit) for digit in range(10)]


def test_that_a_look_at_tensors_finds_pictures_and_their_labels(tmp_path: Path) -> None:
    digits = load_digits()
    images, labels = torch.tensor(digits.images).to(torch.uint8), torch.tensor(digits.target)
    torch.save((images, labels), tmp_path / "digits.pt")
    found = look(tmp_path / "digits.pt")
    assert (found["type"], found["rows"]) == ("data.Arrays", 1797)
    assert found["parameters"]["fields"] == {
        "image": {"type": "uint8[8, 8]", "column": "0"},
        "label": {"type": "int64[]", "classes": TEN, "column": "1"},
    }
    image, label = found["columns"]
    assert (image["low"], image["high"], image["field"]) == (0.0, 16.0, "image")
    assert label["classes"][:2] == [["0", 178], ["1", 182]]
    assert [each["class"] for each in found["thumbnails"]] == [*TEN, "0", "1"]
    shown = Image.open(io.BytesIO(base64.b64decode(found["thumbnails"][0]["png"])))
    assert np.array_equal(np.asarray(shown), digits.images[0].astype("uint8"))
    assert found["samples"][1] == {"0": "[0, 0, 0, 12, 13, ...]", "1": "1"}


def test_that_a_look_at_an_npy_file_calls_its_field_after_the_file(tmp_path: Path) -> None:
    np.save(tmp_path / "Sepal lengths.npy", load_iris().data[:, 0])
    found = look(tmp_path / "Sepal lengths.npy")
    assert found["parameters"]["fields"] == {"sepal_lengths": "float32[]"}
    (column,) = found["columns"]
    assert (column["kind"], column["low"], column["high"], sum(column["bins"])) == ("number", 4.3, 7.9, 150)
    np.save(tmp_path / "list.npy", load_iris().data)
    assert look(tmp_path / "list.npy")["parameters"]["fields"] == {"values": "float32[4]"}


def test_that_a_look_at_safetensors_keeps_how_tensors_are_called_there(tmp_path: Path) -> None:
    rows = torch.rand(20, 3)
    rows[4, 1] = torch.nan
    save_file({"X": rows, "y": torch.arange(20) % 2, "small": torch.zeros(3)}, tmp_path / "rows.safetensors")
    found = look(tmp_path / "rows.safetensors")
    assert found["parameters"]["fields"]["x"] == {"type": "float32[3]", "column": "X"}
    assert found["notes"] == ["small is left out: it has 3 rows"]
    assert next(each["missing"] for each in found["columns"] if each["title"] == "X") == 1


def test_that_capitals_of_an_npz_file_are_no_hindrance(tmp_path: Path) -> None:
    np.savez(tmp_path / "rows.npz", X=np.ones((20, 3)), y=np.arange(20) % 2, Z=np.ones(20, complex))
    found = look(tmp_path / "rows.npz")
    fields = found["parameters"]["fields"]
    assert fields == {"x": {"type": "float32[3]", "column": "X"}, "y": {"type": "int64[]", "classes": ["0", "1"]}}
    assert found["notes"] == ["Z is left out: it has values of the type complex128"]
    columns = read_called_arrays(tmp_path / "rows.npz", {"x": "float32[3]", "y": "int64[]"}, {"x": "X"})
    assert [columns["x"].shape, columns["y"].tolist()[:3]] == [(20, 3), [0, 1, 0]]


def test_that_a_look_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2), tmp_path / "model.pt")
    torch.save(torch.nn.Linear(2, 2).state_dict(), tmp_path / "weights.pt")
    (tmp_path / "broken.npy").write_bytes(b"nothing")
    (tmp_path / "broken.safetensors").write_bytes(b"nothing")
    (tmp_path / "latin.txt").write_bytes(b"f\xfcr")
    told = {file.name: look(file).get("problem", "") for file in tmp_path.iterdir()}
    assert "Python objects, which could run code" in told["model.pt"]
    assert "holds weights" in told["weights.pt"]
    assert "it is cut off, holds Python objects, which could run code, or no array" in told["broken.npy"]
    assert told["broken.safetensors"].startswith("broken.safetensors cannot be read: ")
    assert "latin.txt, line 1 is no text in UTF-8 or UTF-16" in told["latin.txt"]


def test_that_a_look_at_texts_finds_lines_or_the_classes_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("one\n\ntwo\none\n", encoding="utf-8")
    lines = look(tmp_path / "lines.txt")
    assert (lines["type"], lines["rows"], lines["columns"][0]["different"]) == ("data.Lines", 3, 2)
    for name in ("neg", "pos"):
        (tmp_path / "reviews" / name).mkdir(parents=True)
        (tmp_path / "reviews" / name / "0.txt").write_text(f"how {name}", encoding="utf-8")
    found = look(tmp_path / "reviews")
    assert found["type"] == "data.Texts"
    assert found["parameters"]["fields"] == {"text": "text", "label": {"type": "int64[]", "classes": ["neg", "pos"]}}
    assert found["samples"] == [{"text": "how neg", "label": "neg"}, {"text": "how pos", "label": "pos"}]
    plain = look(tmp_path / "reviews" / "pos")
    assert plain["parameters"]["fields"] == {"text": "text"}


def test_that_a_look_at_a_folder_of_hugging_face_takes_its_part_to_train_on() -> None:
    found = look(FOLDER / "data" / "reviews")
    assert (found["type"], found["rows"], found["notes"]) == ("data.HuggingFace", 24, ["words is left out"])
    assert found["parameters"] == {
        "fields": {
            "text": {"type": "text", "column": "Text"},
            "label": {"type": "int64[]", "classes": ["neg", "pos"]},
            "vector": "float32[4]",
            "grid": "uint8[2, 2]",
            "photo": "picture",
        }
    }


@pytest.mark.parametrize(
    ("name", "text"), [("table.csv", "a,b\n1,x\n"), ("rows.jsonl", '{"a": 1}\n{"a": 2}\n'), ("lines.txt", "a\n")]
)
def test_that_rows_of_a_large_file_are_not_kept_in_memory(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text(text * 200)
    for large, given in ((2**30, {}), (100, {"in_memory": False})):
        monkeypatch.setattr(look_columns, "LARGE", large)
        found = {**look(tmp_path / name), "path": name}
        proposal = dataset_only(Graph(), found, columns_of(found), "data", (0.0, 0.0))
        (dataset,) = applied(Graph(), proposal.edits).nodes.values()
        assert {key: dataset.parameters[key] for key in dataset.parameters if key == "in_memory"} == given


def test_that_a_look_at_a_large_text_reads_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_bytes(b"some words\n" * 500_000 + b"f\xfcr\n")  # the last of which is no text
    found = look(tmp_path / "lines.txt")
    assert found["rows"] == 500_001
    assert found["notes"][0].startswith("only the first ") and found["notes"][0].endswith(
        " of 500,001 lines were looked at"
    )


def test_that_the_only_data_of_a_folder_is_what_was_dropped(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (8, 6)).save(tmp_path / "pictures" / "one.png")
    (tmp_path / "items.csv").write_text("file,kind\n" + "pictures/one.png,a\npictures/one.png,b\n" * 20)
    found = look(tmp_path)
    assert (found["type"], found["path"], found["rows"]) == ("data.Table", str(tmp_path / "items.csv"), 40)
    (tmp_path / "more.csv").write_text("file,kind\npictures/one.png,a\n")
    assert look(tmp_path)["type"] == "data.Pictures"
    (tmp_path / "pictures" / "one.png").unlink()
    told = look(tmp_path)["problem"]
    assert told.startswith(f"the folder {tmp_path.name} has no pictures in it; drop one of its files, items")


def test_that_pictures_of_large_numbers_raise_a_doubt_at_the_layer_that_gets_them(tmp_path: Path) -> None:
    digits = load_digits()
    np.savez(tmp_path / "digits.npz", image=digits.images.astype("float32"), label=digits.target)
    np.savez(tmp_path / "shares.npz", image=digits.images.astype("float32") / 16, label=digits.target)
    found, shares = (look(tmp_path / f"{name}.npz")["parameters"]["fields"] for name in ("digits", "shares"))
    assert found["image"] == {"type": "float32[8, 8]", "range": [0.0, 16.0]}
    assert shares["image"] == "float32[8, 8]"
    for type, parameters in (("data.Arrays", {"path": "digits.npz", "fields": found}), ("data.Digits", {})):
        graph = into_linear(type, parameters)
        (doubt,) = check(graph).problems
        assert (doubt.node, doubt.severity, doubt.repairs[0].label) == ("dense", "warning", "Insert transform.Scale")
        assert "gets numbers from 0 to 16, of which layers learn badly" in doubt.message
        mended = applied(graph, doubt.repairs[0].edits)
        assert [node.parameters for node in mended.nodes.values() if node.type == "transform.Scale"] == [
            {"maximum": 16}
        ]
        assert check(mended).problems == ()
    assert check(into_linear("data.Arrays", {"path": "shares.npz", "fields": shares})).problems == ()


def into_linear(type: str, parameters: dict[str, Any]) -> Graph:
    """A dataset whose pictures go into a linear layer as they are."""
    wires = [("held.image", "batches.image"), ("held.label", "batches.label"), ("batches.image", "flat.input")]
    wires += [("flat.output", "dense.input"), ("dense.output", "loss.input"), ("batches.label", "loss.target")]
    edits: list[Edit] = [
        ("add", "held", type, parameters),
        ("add", "batches", "Collate", {"fields": ["image", "label"]}),
        ("add", "flat", "nn.Flatten", {}),
        ("add", "dense", "nn.Linear", {"out_features": 10}),
        ("add", "loss", "nn.CrossEntropyLoss", {}),
        ("add", "adam", "optim.Adam", {}),
    ]
    return applied(Graph(), [*edits, *(("connect", *wire) for wire in [*wires, ("loss.output", "adam.loss")])])
