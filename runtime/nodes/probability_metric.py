"""Metrics of scores before a decision is made: order, calibration, margins, added up by torchmetrics."""

from runtime.check.rules.metric import BINARY, MULTICLASS, beyond, raw
from runtime.nodes.classification_metric import ALL, Decided
from runtime.spec.node import Input, Misfit, node
from runtime.spec.parameter import Bool, Choice, Inferred, Int, Told
from runtime.spec.tensor import Tensor


class Scored(Decided):
    """Scores against classes."""

    input = Input("float[B, ...]", "One probability a class, or one for yes.")

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        """As for decisions, and for classes too."""
        return [*beyond(self, target), *raw(self, input, *ALL)]


class Ordered(Scored):
    """What a curve over all thresholds gives."""

    task = Told("Whether targets are yes or no, one of several classes, or several answers a row.", ALL)
    thresholds = Int("How many thresholds are tried; without, every score of the epoch is kept.", least=2, most=100_000)
    num_labels = Inferred("How many answers a row has, each yes or no, for the task multilabel.", least=2)
    average = Choice("Over classes alike, or by their rows.", ("macro", "weighted"))


@node("metric.AUROC", "metric", words="auc roc area under curve ranking torchmetrics", called="auroc")
class AUROC(Ordered):
    """How likely a row of a class gets a higher score for it than a row of another."""


@node("metric.AveragePrecision", "metric", words="ap map area precision recall curve imbalanced torchmetrics")
class AveragePrecision(Ordered):
    """Precision, averaged over all recalls that some threshold gives."""


@node("metric.CalibrationError", "metric", words="ece expected confidence reliability torchmetrics")
class CalibrationError(Scored):
    """How far the model's confidence lies from the share of rows that it gets right."""

    task = Told("Whether targets are yes or no, or one of several classes.", (BINARY, MULTICLASS))
    n_bins = Int("Into how many bins confidence is sorted.", least=1, most=100_000)
    norm = Choice("Average over bins, root of squares, or the worst.", ("l1", "l2", "max"))

    higher = False
    tasks = (BINARY, MULTICLASS)


@node("metric.HingeLoss", "metric", words="margin svm torchmetrics")
class HingeLoss(Scored):
    """How far scores fall short of a margin of 1."""

    task = Told("Whether targets are yes or no, or one of several classes.", (BINARY, MULTICLASS))
    squared = Bool("Square what falls short.")

    higher = False
    tasks = (BINARY, MULTICLASS)
