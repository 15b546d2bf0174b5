"""What is done to each input: left of collate to its samples, and right of it until it is a row of numbers."""

from dataclasses import dataclass

from runtime.propose.columns import CATEGORY, Column
from runtime.propose.sketch import Sketch
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import FLOATS, Picture, Tensor, Text, Type

SIDE = 64  # pixels, of pictures whose sizes differ
KEPT = 512 * 2**20  # bytes of decoded pictures that are kept in memory
LARGE = 32  # pixels, from which on another convolution halves a picture, and fewer channels take the time they need
WORDS, LENGTH = 5000, 64  # that a text model knows, and that it reads
NUMBERS, CLASSES, TOKENS, PICTURES, OTHER = "numbers", "classes", "tokens", "pictures", "other"


@dataclass(frozen=True)
class Source:
    """A field that the model gets, with the columns that it is made of."""

    name: str
    type: Type
    columns: tuple[Column, ...]

    @property
    def way(self) -> str:
        """Which kind of model reads it."""
        if isinstance(self.type, Text):
            return TOKENS
        if isinstance(self.type, Picture):
            return PICTURES
        assert isinstance(self.type, Tensor)
        rank, whole = len(self.type.shape), self.type.dtype not in FLOATS
        if rank == 0:
            return CLASSES if self.columns[0].kind == CATEGORY and self.classes else NUMBERS
        if rank == 1:
            return TOKENS if self.type.dtype == "int64" and self._is_tokens else NUMBERS
        channels_first = rank == 3 and isinstance(self.type.shape[0], int) and self.type.shape[0] <= 16
        return PICTURES if channels_first or (rank == 2 and (whole or self.type.shape != ())) else OTHER

    @property
    def _is_tokens(self) -> bool:
        """Whole numbers from 0 on could be numbers of words."""
        low = self.columns[0].facts.get("low")
        return low is None or float(low) >= 0

    @property
    def classes(self) -> int:
        """How many classes it has, 0 where that is not known."""
        return len(self.columns[0].classes)

    @property
    def missing(self) -> bool:
        """Whether there is nothing in some rows, or what counts as nothing."""
        return any(column.missing or column.fills for column in self.columns)


def readable(source: Source) -> bool:
    """Whether there are node types that lead from a field to numbers."""
    if isinstance(source.type, Text):
        return "transform.Tokenize" in catalogue()
    return not isinstance(source.type, Picture) or "transform.Decode" in catalogue()


def prepared(sketch: Sketch, source: Source, end: str, rows: int) -> str:
    """The transforms left of collate, for a file of so many rows; 0 where that is not known."""
    if isinstance(source.type, Text):
        return sketch.through(end, "transform.Tokenize", f"{source.name}_tokens", length=LENGTH, vocabulary=WORDS)
    if isinstance(source.type, Picture):
        keep = {"keep": True} if 0 < rows * 3 * SIDE**2 <= KEPT else {}
        end = sketch.through(end, "transform.Decode", f"{source.name}_decoded", size=[SIDE, SIDE], **keep)
        end = sketch.through(end, "transform.RandomHorizontalFlip", f"{source.name}_flipped")
        return sketch.through(end, "transform.Scale", f"{source.name}_scaled")
    assert isinstance(source.type, Tensor)
    if source.way in (NUMBERS, OTHER):
        if source.type.dtype != "float32":
            end = sketch.through(end, "Tensor.to", f"{source.name}_floats", dtype="float32")
        if source.missing:
            end = sketch.through(end, "transform.Impute", f"{source.name}_filled")
        return sketch.through(end, "transform.Standardize", f"{source.name}_standard")
    if source.way == PICTURES:
        return _scaled(sketch, source, source.type, end)
    return end


def _scaled(sketch: Sketch, source: Source, type: Tensor, end: str) -> str:
    """Numbers of pictures as floats, between 0 and 1 where bytes, or the largest number seen, tell the range."""
    high = source.columns[0].facts.get("high")
    if type.dtype == "uint8":
        return sketch.through(end, "transform.Scale", f"{source.name}_scaled")
    if isinstance(high, int | float) and high > 2:
        return sketch.through(end, "transform.Scale", f"{source.name}_scaled", maximum=float(high))
    if type.dtype != "float32":
        return sketch.through(end, "Tensor.to", f"{source.name}_floats", dtype="float32")
    return end


def encoded(sketch: Sketch, source: Source, end: str) -> str:
    """The layers right of collate, up to a row of numbers a sample."""
    way, name = source.way, source.name
    if way == CLASSES:
        width = min(16, source.classes // 2 + 1)
        return sketch.through(end, "nn.Embedding", f"{name}_vector", num_embeddings=source.classes, embedding_dim=width)
    if way == TOKENS:
        bag = {"num_embeddings": _numbers(source), "embedding_dim": 64, "mode": "mean"}
        padding = {"padding_idx": 0} if isinstance(source.type, Text) else {}
        return sketch.through(end, "nn.EmbeddingBag", f"{name}_words", **bag, **padding)
    if way == PICTURES:
        return _convolved(sketch, source, end)
    if isinstance(source.type, Tensor) and len(source.type.shape) > 1:
        return sketch.through(end, "nn.Flatten", f"{name}_flat")
    single = isinstance(source.type, Tensor) and not source.type.shape
    return sketch.through(end, "torch.unsqueeze", f"{name}_column", dim=1) if single else end


def _numbers(source: Source) -> int:
    """How many different tokens there may be."""
    high = source.columns[0].facts.get("high")
    if isinstance(source.type, Text):
        return WORDS
    return max(source.classes, int(high) + 1 if isinstance(high, int | float) else 1000)


def _convolved(sketch: Sketch, source: Source, end: str) -> str:
    """Two or three convolutions, normalised, each on half the size, and the mean over what is left of the picture."""
    name = source.name
    shape: tuple[int, ...] = (3, SIDE, SIDE)
    if isinstance(source.type, Tensor):
        shape = tuple(size if isinstance(size, int) else SIDE for size in source.type.shape)
        if len(shape) == 2:
            end = sketch.through(end, "torch.unsqueeze", f"{name}_channel", dim=1)
    side = min(shape[-2:])
    for number, channels in enumerate((16, 32, 64) if side >= LARGE else (32, 64), start=1):
        end = sketch.through(end, "nn.Conv2d", f"{name}_conv_{number}", out_channels=channels, kernel_size=3, padding=1)
        end = sketch.through(end, "nn.BatchNorm2d", f"{name}_norm_{number}")
        end = sketch.through(end, "nn.ReLU", f"{name}_relu_{number}")
        if side >= 4:
            end, side = sketch.through(end, "nn.MaxPool2d", f"{name}_pool_{number}", kernel_size=2), side // 2
    if side > 4:
        end = sketch.through(end, "nn.AdaptiveAvgPool2d", f"{name}_mean", output_size=4)
    return sketch.through(end, "nn.Flatten", f"{name}_flat")
