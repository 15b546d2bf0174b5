"""Datasets of torchvision, which is no part of ours: a stand-in has the arguments and attributes of its classes."""

import ast
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from runtime.check.check import check
from runtime.graph.edit import applied
from runtime.graph.model import End, Graph
from runtime.nodes.torchvision_sets import SETS
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import Tensor
from runtime.train.pieces.torchvision_sets import read_torchvision
from tests.runtime.generate.cases import imported, program_of


class Small:
    """As torchvision's MNIST: a tensor [N, H, W] and one of labels."""

    def __init__(self, root: str, train: bool = True, transform: None = None, download: bool = False) -> None:
        if not Path(root, "MNIST").is_dir():
            raise RuntimeError("Dataset not found. You can use download=True to download it")
        assert not download
        self.data = torch.full((6 if train else 2, 28, 28), 7, dtype=torch.uint8)
        self.targets = torch.arange(6 if train else 2)


class Coloured:
    """As torchvision's CIFAR10: an array [N, H, W, C] and a list of labels."""

    def __init__(self, root: str, train: bool = True, transform: None = None, download: bool = False) -> None:
        self.data = np.arange(2 * 32 * 32 * 3, dtype="uint8").reshape(2, 32, 32, 3)
        self.targets = [3, 8]


class Letters(Small):
    """As torchvision's EMNIST, which has no rows without a split."""

    def __init__(self, root: str, split: str, train: bool = True, download: bool = False) -> None:
        super().__init__(root, train, download=download)
        self.targets = self.targets + (split == "letters")


class Numbers:
    """As torchvision's SVHN: an array [N, C, H, W], labels under another name, and a split."""

    def __init__(self, root: str, split: str = "train", transform: None = None, download: bool = False) -> None:
        self.data = np.arange(2 * 3 * 32 * 32, dtype="uint8").reshape(2, 3, 32, 32)
        self.labels = np.array([1, 9] if split == "train" else [4, 0])


class Flowers:
    """As torchvision's Flowers102: the files of pictures and their labels, and a split."""

    def __init__(self, root: str, split: str = "train", transform: None = None, download: bool = False) -> None:
        assert split in ("train", "val", "test")
        self._image_files = sorted(Path(root, "flowers-102").glob("*.png"))
        self._labels = [at % 102 for at in range(len(self._image_files))]


def flowers(root: Path) -> None:
    """Six pictures of six sizes."""
    (root / "flowers-102").mkdir()
    for at in range(6):
        Image.new("RGB", (9 + at, 12)).save(root / "flowers-102" / f"{at}.png")


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("torchvision.datasets")
    vars(module).update(MNIST=Small, CIFAR10=Coloured, EMNIST=Letters, SVHN=Numbers, Flowers102=Flowers)
    monkeypatch.setitem(sys.modules, "torchvision", ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.datasets", module)


@pytest.mark.usefixtures("stand_in")
def test_that_pictures_come_with_channels_first(tmp_path: Path) -> None:
    (tmp_path / "MNIST").mkdir()
    assert read_torchvision(tmp_path, "MNIST")["image"].shape == (6, 1, 28, 28)
    assert read_torchvision(tmp_path, "MNIST", train=False)["label"].tolist() == [0, 1]
    coloured = read_torchvision(tmp_path, "CIFAR10")
    assert coloured["image"].shape == (2, 3, 32, 32)
    assert coloured["image"][0, :, 0, 1].tolist() == [3, 4, 5]
    assert coloured["label"].tolist() == [3, 8]


@pytest.mark.usefixtures("stand_in")
def test_that_rows_are_asked_for_as_each_class_wants_them(tmp_path: Path) -> None:
    (tmp_path / "MNIST").mkdir()
    assert read_torchvision(tmp_path, "EMNIST", split="letters")["label"].tolist() == [1, 2, 3, 4, 5, 6]
    assert read_torchvision(tmp_path, "EMNIST", split="digits", train=False)["label"].tolist() == [0, 1]
    numbers = read_torchvision(tmp_path, "SVHN", split="test")
    assert numbers["image"].shape == (2, 3, 32, 32)
    assert numbers["image"][0, 0, 0, :3].tolist() == [0, 1, 2]
    assert numbers["label"].tolist() == [4, 0]


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("name", SETS)
@pytest.mark.usefixtures("stand_in")
def test_that_each_dataset_is_read_as_its_node_says(tmp_path: Path, name: str, train: bool) -> None:
    (tmp_path / "MNIST").mkdir()
    flowers(tmp_path)
    module: Any = sys.modules["torchvision.datasets"]
    vars(module).update(FashionMNIST=Small, KMNIST=Small, CIFAR100=Coloured)
    values = catalogue()["data.Torchvision"].values({"name": name, "train": train})
    (call,) = (each for each in ast.walk(ast.parse(str(values.read()))) if isinstance(each, ast.Call))
    asked = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
    columns = read_torchvision(tmp_path, ast.literal_eval(call.args[1]), **asked)
    image, label = values.rule().values()
    if isinstance(image, Tensor):
        assert (str(columns["image"].dtype), tuple(columns["image"].shape[1:])) == ("torch.uint8", image.shape)
    else:
        assert str(image) == "picture" and all(file.is_file() for file in columns["image"])
    assert columns["label"].dtype == torch.int64
    assert bool((columns["label"] < label.classes).all())


@pytest.mark.usefixtures("stand_in")
def test_that_pictures_of_many_sizes_are_files_that_are_decoded_for_batches(
    tmp_path: Path,
) -> None:
    flowers(tmp_path)
    graph = applied(
        Graph(),
        [
            ("add", "vision", "data.Torchvision", {"name": "Flowers102", "path": str(tmp_path)}),
            ("add", "decoded", "transform.Decode", {"size": [8, 8]}),
            ("add", "batches", "Collate", {"fields": ["image", "label"], "batch_size": 3, "validation": 0.5}),
            ("connect", "vision.image", "decoded.input"),
            ("connect", "decoded.output", "batches.image"),
            ("connect", "vision.label", "batches.label"),
            ("add", "scaled", "transform.Scale", {}),
            ("add", "flat", "nn.Flatten", {}),
            ("add", "linear", "nn.Linear", {"out_features": 102}),
            ("add", "loss", "nn.CrossEntropyLoss", {}),
            ("add", "adam", "optim.Adam", {}),
            ("connect", "batches.image", "scaled.input"),
            ("connect", "scaled.output", "flat.input"),
            ("connect", "flat.output", "linear.input"),
            ("connect", "linear.output", "loss.input"),
            ("connect", "batches.label", "loss.target"),
            ("connect", "loss.output", "adam.loss"),
        ],
    )
    assert str(check(graph).types[End("batches", "image")]) == "uint8[B, 3, 8, 8]"
    program = imported(program_of(graph).text, tmp_path / "program.py")
    training = program.make_batches(program.options_from(["--device", "cpu"]))["training"]
    (batch,) = training.epoch(1)
    assert (batch["image"].dtype, batch["image"].shape) == (torch.uint8, (3, 3, 8, 8))
    assert (batch["label"].dtype, batch["label"].shape) == (torch.int64, (3,))


@pytest.mark.usefixtures("stand_in")
def test_that_files_that_are_not_there_are_named_and_not_downloaded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no files of torchvision's MNIST"):
        read_torchvision(tmp_path, "MNIST")


def test_that_a_missing_torchvision_is_a_sentence_with_the_line_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(ValueError, match=r"torchvision is not installed: pip install torchvision$"):
        read_torchvision(tmp_path, "MNIST")


@pytest.mark.usefixtures("stand_in")
def test_that_what_a_dataset_reads_with_is_a_sentence_where_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_scipy(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy")

    monkeypatch.setattr(sys.modules["torchvision.datasets"], "SVHN", without_scipy)
    with pytest.raises(ValueError, match=r"torchvision's SVHN needs scipy: pip install scipy$"):
        read_torchvision(tmp_path, "SVHN")


def test_that_a_torchvision_of_another_torch_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torchvision").mkdir()
    broken = "raise RuntimeError('operator torchvision::nms does not exist')\n"
    (tmp_path / "torchvision" / "__init__.py").write_text(broken, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "torchvision", raising=False)
    monkeypatch.delitem(sys.modules, "torchvision.datasets", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match="torchvision is built for another torch: pip install"):
        read_torchvision(tmp_path, "MNIST")
