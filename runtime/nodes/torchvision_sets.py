"""Datasets of torchvision."""

from runtime.spec.code import Code, call
from runtime.spec.node import Example, Output, node
from runtime.spec.parameter import Bool, Choice, Path
from runtime.spec.tensor import Tensor, Type

SMALL, COLOURED = (1, 28, 28), (3, 32, 32)
SETS = {  # shape, classes, rows to train on
    "MNIST": (SMALL, 10, 60_000),
    "FashionMNIST": (SMALL, 10, 60_000),
    "KMNIST": (SMALL, 10, 60_000),
    "CIFAR10": (COLOURED, 10, 50_000),
    "CIFAR100": (COLOURED, 100, 50_000),
}
TEST_ROWS = 10_000


@node(
    "data.Torchvision",
    "dataset",
    "sample",
    words="torchvision.datasets mnist fashion kmnist cifar10 cifar100 pictures images",
    called="vision",
)
class Torchvision:
    """A dataset of torchvision whose files are in a folder already; needs that package, and downloads nothing."""

    image = Output("Pixels from 0 to 255.")
    label = Output("The number of the class.")
    name = Choice("The class of torchvision.datasets.", tuple(SETS), "MNIST")
    path = Path("The folder that is its root, relative to the graph.", folder=True)
    train = Bool("The rows to train on; otherwise those to test with.", True)
    example = Example(path="sets")

    def rule(self) -> dict[str, Type]:
        shape, classes, _ = SETS[self.name]
        return {"image": Tensor("uint8", shape), "label": Tensor("int64", (), classes)}

    @property
    def rows(self) -> int:
        """How many samples there are."""
        known = SETS.get(self.name) if isinstance(self.name, str) else None  # what is set may be no name at all
        return (known[2] if self.train else TEST_ROWS) if known else 0

    def read(self) -> Code:
        return call("read_torchvision", Code("path"), self.name, **({} if self.train else {"train": False}))

    def summary(self) -> str:
        return f"{self.name}, {self.rows:,} samples"
