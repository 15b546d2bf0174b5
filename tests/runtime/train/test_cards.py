"""What is told of files of weights: real ones of every kind, and hostile ones, of which none runs anything."""

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from runtime.train import cards
from runtime.train.cards import card_of
from runtime.train.tensors import look

LINEAR = nn.Linear(3, 2).state_dict()
SHAPES = {"weight": [2, 3], "bias": [2]}


class Pwned:
    """Pickles as a call that leaves a file behind."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize(
    "held",
    [
        LINEAR,
        {"state_dict": LINEAR, "epoch": 3},
        {"model_state_dict": LINEAR},
        {"model": LINEAR, "random": LINEAR["bias"]},
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_that_a_checkpoint_is_looked_into(held: Any, zipped: bool, tmp_path: Path) -> None:
    torch.save(held, tmp_path / "a.pt", _use_new_zipfile_serialization=zipped)
    assert look(tmp_path / "a.pt") == {"shapes": SHAPES, "nodes": []}


def test_that_safetensors_are_looked_into_whatever_their_dtype(tmp_path: Path) -> None:
    save_file({"a.b": torch.zeros(2, 3, dtype=torch.bfloat16), "c": torch.tensor(1)}, tmp_path / "a.safetensors")
    assert look(tmp_path / "a.safetensors")["shapes"] == {"a.b": [2, 3], "c": []}


def test_that_the_nodes_of_a_run_are_told_with_its_weights(tmp_path: Path) -> None:
    save_file(dict(LINEAR), tmp_path / "weights.safetensors")
    graph = {"format": "torchweave", "version": 1, "nodes": {"a": {"type": "nn.Linear"}}}
    (tmp_path / "graph.json").write_text(json.dumps(graph))
    assert look(tmp_path / "weights.safetensors")["nodes"] == [["a", "nn.Linear"]]
    (tmp_path / "graph.json").write_text("{")
    assert look(tmp_path / "weights.safetensors")["nodes"] == []


def zipped(path: Path, held: Any, compression: int = zipfile.ZIP_STORED, cut: int = 0) -> None:
    """A checkpoint, its zip written anew."""
    torch.save(held, path)
    with zipfile.ZipFile(path) as packed:
        parts = {each.filename: packed.read(each) for each in packed.infolist()}
    with zipfile.ZipFile(path, "w", compression) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    path.write_bytes(path.read_bytes()[: len(path.read_bytes()) - cut])


def header(size: int, text: bytes) -> bytes:
    """The beginning of a safetensors file."""
    return struct.pack("<Q", size) + text


ENTRY = b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}'
HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "object.pt": (lambda p: torch.save(Pwned(p.parent / "pwned"), p), "holds Python objects, which could run code"),
    "model.pth": (lambda p: torch.save(nn.Linear(2, 2), p), "holds Python objects, which could run code"),
    "old.pt": (
        lambda p: torch.save(Pwned(p.parent / "pwned"), p, _use_new_zipfile_serialization=False),
        "holds Python objects, which could run code",
    ),
    "text.pt": (lambda p: p.write_text("hello"), "is cut off, or no checkpoint of torch"),
    "empty.pt": (lambda p: p.write_bytes(b""), "is empty"),
    "numbers.pt": (lambda p: torch.save([1, 2], p), "holds no tensors by name"),
    "tensor.pt": (lambda p: torch.save(torch.zeros(3), p), "holds no tensors by name"),
    "words.pt": (lambda p: torch.save({"a": "b", 3: 4}, p), "holds no tensors by name"),
    "cut.pt": (lambda p: zipped(p, LINEAR, cut=200), "is cut off, or no checkpoint of torch"),
    "packed.pt": (lambda p: zipped(p, LINEAR, zipfile.ZIP_DEFLATED), "is compressed, as no checkpoint of torch is"),
    "zip.pt": (lambda p: zipfile.ZipFile(p, "w").writestr("a", "b"), "is cut off, or no checkpoint of torch"),
    "table.csv": (lambda p: p.write_text("a,b"), "is no file of weights: these end with"),
    "empty.safetensors": (lambda p: p.write_bytes(b""), "is empty"),
    "deep.safetensors": (lambda p: save_file({"a." * 99: torch.zeros(1)}, p), "holds more tensors, or longer names"),
    "short.safetensors": (lambda p: p.write_bytes(b"abc"), "cannot be read"),
    "huge.safetensors": (lambda p: p.write_bytes(header(2**62, b"{}")), "cannot be read"),
    "large.safetensors": (lambda p: p.write_bytes(header(2**27, b" " * 99)), "cannot be read"),
    "text.safetensors": (lambda p: p.write_bytes(header(5, b"hello")), "cannot be read"),
    "cut.safetensors": (lambda p: p.write_bytes(header(len(ENTRY), ENTRY) + b"1234"), "cannot be read"),
    "checkpoint.safetensors": (lambda p: torch.save(LINEAR, p), "cannot be read"),
    "folder.safetensors": (lambda p: p.mkdir(), "cannot be read"),
    "folder.pt": (lambda p: p.mkdir(), "cannot be read"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_that_a_file_that_cannot_be_is_told_in_a_sentence_and_runs_nothing(name: str, tmp_path: Path) -> None:
    write, why = HOSTILE[name]
    write(tmp_path / name)
    found = look(tmp_path / name)
    assert list(found) == ["problem"]
    assert found["problem"].startswith(f"{name} {why}") and "\n" not in found["problem"]
    assert not (tmp_path / "pwned").exists()


def test_that_a_card_is_kept_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.safetensors"
    save_file(dict(LINEAR), file)
    first = card_of(file)
    assert first.shapes == {"weight": (2, 3), "bias": (2,)}
    looks: list[Path] = []

    def looked(path: Path) -> Any:
        looks.append(path)
        return {"shapes": {"x": [1]}}

    monkeypatch.setattr(cards, "_look", looked)
    assert card_of(file) == first and not looks
    save_file({"x": torch.zeros(1)}, file)
    assert card_of(file).shapes == {"x": (1,)} and looks == [file]


def test_that_a_look_without_an_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pt").write_bytes(b"x")
    monkeypatch.setattr(cards, "_look", lambda path: None)
    assert card_of(tmp_path / "a.pt").problem == "a.pt cannot be read: looking at it ended without an answer"
