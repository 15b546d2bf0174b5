"""What a model is to tell: the width of its last layer, the loss, the weights of its classes, and the metrics."""

from dataclasses import dataclass
from typing import Any

from runtime.propose.columns import CATEGORY, Column, type_of
from runtime.propose.sketch import Sketch
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import Tensor

FLOAT = Tensor("float32", ())
UNEVEN = 3.0  # times as many rows as the rarest class has


@dataclass(frozen=True)
class Aim:
    """The column to be predicted and the field that it is."""

    column: Column
    name: str
    about: Any  # the type of the field, or that with columns and classes

    @property
    def of_classes(self) -> bool:
        """Whether a class is told, or else a number."""
        return self.column.kind == CATEGORY

    @property
    def width(self) -> int:
        """Numbers that the last layer gives a row."""
        return max(2, len(self.column.classes)) if self.of_classes else 1

    @property
    def uneven(self) -> bool:
        """Whether some classes have so few rows that a model could do well without them."""
        counts = [count for count in self.column.counts.values() if count]
        known = len(self.column.counts) >= len(self.column.classes)
        return self.of_classes and known and len(counts) > 1 and max(counts) > UNEVEN * min(counts)

    @property
    def weights(self) -> list[float] | None:
        """A weight for each class, so that all classes count alike; None where they nearly do."""
        if not self.uneven:
            return None
        counts = [self.column.counts.get(name, 0) for name in self.column.classes]
        rows, classes = sum(counts), len([count for count in counts if count])
        return [round(rows / (classes * count), 4) if count else 1.0 for count in counts]

    def prepared(self, sketch: Sketch, end: str) -> str:
        """The transforms left of collate: a number is brought to the size that a model gives at first."""
        if self.of_classes:
            return end
        if type_of(self.about) != FLOAT:
            end = sketch.through(end, "Tensor.to", f"{self.name}_float", dtype="float32")
        return sketch.through(end, "transform.Standardize", f"{self.name}_standard")

    @property
    def said(self) -> str:
        """The end of a sentence."""
        if not self.of_classes:
            return f"predict {self.column.title} in standard deviations by squared error"
        weighted = ", rare classes weighted more" if self.uneven else ""
        return f"predict {self.column.title} ({len(self.column.classes)} classes) by cross entropy{weighted}"


def aimed(sketch: Sketch, aim: Aim, end: str, target: str) -> str:
    """The last layer's numbers against the target; gives the loss."""
    weights = {"weight": aim.weights} if aim.weights else {}
    if aim.of_classes:
        loss = _compared(sketch, "nn.CrossEntropyLoss", "loss", end, target, weights)
        _compared(sketch, "metric.Accuracy", "accuracy", end, target, {})
        if aim.uneven:
            _compared(sketch, "metric.F1Score", "f1_score", end, target, {"average": "macro"})
        return loss
    end = sketch.through(end, "torch.squeeze", "predicted", dim=1)
    loss = _compared(sketch, "nn.MSELoss", "loss", end, target, {})
    _compared(sketch, "metric.R2Score", "r2_score", end, target, {})
    _compared(sketch, "metric.MeanAbsoluteError", "mean_absolute_error", end, target, {})
    return loss


def _compared(sketch: Sketch, type: str, wish: str, end: str, target: str, parameters: dict[str, Any]) -> str:
    if type not in catalogue():
        return ""
    id = sketch.add(type, wish, parameters, input=end, target=target)
    sketch.row += 1
    return f"{id}.output"
