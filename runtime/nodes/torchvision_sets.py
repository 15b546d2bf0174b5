"""Datasets of torchvision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.spec.code import Code, call
from runtime.spec.node import Example, Output, node
from runtime.spec.parameter import Bool, Choice, Path
from runtime.spec.tensor import Picture, Tensor, Type

TEST = {"train": False}
SPLIT = {"split": "test"}


@dataclass(frozen=True)
class Known:
    """What is known of a dataset of torchvision; without a shape its pictures lie in files, in many sizes."""

    classes: int
    train: int  # rows
    test: int
    shape: tuple[int, ...] | None = (1, 28, 28)
    asks: Mapping[str, Any] = field(default_factory=lambda: TEST)  # what its class takes for the rows to test with
    split: str = ""  # of EMNIST
    names: tuple[str, ...] = ()  # of the classes, where they are more than numbers


COLOURED = (3, 32, 32)
CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SETS = {
    "MNIST": Known(10, 60_000, 10_000),
    "FashionMNIST": Known(10, 60_000, 10_000, names=CLOTHES),
    "KMNIST": Known(10, 60_000, 10_000),
    "CIFAR10": Known(10, 50_000, 10_000, COLOURED, names=THINGS),
    "CIFAR100": Known(100, 50_000, 10_000, COLOURED),
    "SVHN": Known(10, 73_257, 26_032, COLOURED, SPLIT),
    "Flowers102": Known(102, 1_020, 6_149, None, SPLIT),
    "EMNIST balanced": Known(47, 112_800, 18_800, split="balanced"),
    "EMNIST byclass": Known(62, 697_932, 116_323, split="byclass"),
    "EMNIST bymerge": Known(47, 697_932, 116_323, split="bymerge"),
    "EMNIST digits": Known(10, 240_000, 40_000, split="digits"),
    "EMNIST letters": Known(27, 124_800, 20_800, split="letters"),  # 1 to 26; torchvision has a class 0 too
}


@node(
    "data.Torchvision",
    "dataset",
    "sample",
    words="torchvision.datasets mnist fashion kmnist emnist cifar10 cifar100 svhn flowers102 pictures images letters",
    called="vision",
)
class Torchvision:
    """A dataset of torchvision whose files are in a folder already; needs torchvision, and downloads nothing."""

    image = Output("Pixels from 0 to 255; of Flowers102, whose pictures have many sizes, one to decode.")
    label = Output("The number of the class.")
    name = Choice("The class of torchvision.datasets, and of EMNIST its split.", tuple(SETS), "MNIST")
    path = Path("The folder that is its root, relative to the graph.", folder=True)
    train = Bool("The rows to train on; otherwise those to test with.", True)
    example = Example(path="sets")

    def rule(self) -> dict[str, Type]:
        known = SETS[self.name]
        image = Tensor("uint8", known.shape) if known.shape else Picture()
        return {"image": image, "label": Tensor("int64", (), known.classes)}

    @property
    def rows(self) -> int:
        """How many samples there are."""
        known = SETS.get(self.name) if isinstance(self.name, str) else None  # what is set may be no name at all
        return (known.train if self.train else known.test) if known else 0

    @property
    def class_names(self) -> dict[str, list[str]]:
        """The names of its classes, by the field."""
        known = SETS.get(self.name) if isinstance(self.name, str) else None
        return {"label": [*known.names]} if known and known.names else {}

    def read(self) -> Code:
        known = SETS[self.name]
        split = {"split": known.split} if known.split else {}
        which = {} if self.train else known.asks
        return call("read_torchvision", Code("path"), self.name.partition(" ")[0], **split, **which)

    def summary(self) -> str:
        return f"{self.name}, {self.rows:,} samples"
