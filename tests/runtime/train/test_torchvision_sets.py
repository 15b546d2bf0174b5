"""Datasets of torchvision, which is no part of ours: a stand-in has the arguments and attributes of its classes."""

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from runtime.train.pieces.torchvision_sets import read_torchvision


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


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("torchvision.datasets")
    vars(module).update(MNIST=Small, CIFAR10=Coloured)
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
def test_that_files_that_are_not_there_are_named_and_not_downloaded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no files of torchvision's MNIST"):
        read_torchvision(tmp_path, "MNIST")


def test_that_a_missing_torchvision_is_a_sentence_with_the_line_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(ValueError, match=r"torchvision is not installed: pip install .* torchvision --index-url"):
        read_torchvision(tmp_path, "MNIST")


def test_that_a_torchvision_of_another_torch_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torchvision").mkdir()
    broken = "raise RuntimeError('operator torchvision::nms does not exist')\n"
    (tmp_path / "torchvision" / "__init__.py").write_text(broken, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "torchvision", raising=False)
    monkeypatch.delitem(sys.modules, "torchvision.datasets", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match="torchvision is built for another torch: pip install"):
        read_torchvision(tmp_path, "MNIST")
