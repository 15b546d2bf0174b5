"""Metrics of decisions: yes or no, classes, several answers a row, each added up over an epoch by torchmetrics."""

from typing import Any

from runtime.check.rules.metric import BINARY, MULTICLASS, MULTILABEL, beyond, classified, raw, told
from runtime.spec.node import Input, Misfit, node
from runtime.spec.parameter import Choice, Float, Inferred, Int, Told
from runtime.spec.tensor import Dim, Tensor

ALL = (BINARY, MULTICLASS, MULTILABEL)


class Decided:
    """What metrics of decisions share: their task and its size, which the wires tell."""

    task: Any

    input = Input("float[B, ...] | int64[B, ...]", "One score a class, one score for yes or no, or the class itself.")
    target = Input("int64[B, ...]", "The class, or 1 or 0.", target=True)
    num_classes: Any = Inferred("How many classes there are, for the task multiclass.", least=2)
    ignore_index = Int("Targets of this class do not count.", least=-(2**31))

    rule = classified
    over_epoch = True
    higher = True  # is better
    tasks: tuple[str, ...] = ALL

    def infers(self, input: Tensor, target: Tensor) -> dict[str, Any]:
        """Task and sizes, as the wires tell them."""
        return told(self, input, target, self.tasks)

    def below(self, input: Tensor, target: Tensor) -> dict[str, Dim]:
        """Classes are counted from 0."""
        task = self.task or self.infers(input, target)["task"]
        classes = self.num_classes or self.infers(input, target).get("num_classes", 2)
        most = classes if task == MULTICLASS else 2
        return {"input": most, "target": most}

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        """Labels beyond the classes, and scores where probabilities are meant."""
        return [*beyond(self, target), *raw(self, input, BINARY, MULTILABEL)]

    def summary(self) -> str:
        """The task and its size."""
        size = {MULTICLASS: self.num_classes, MULTILABEL: getattr(self, "num_labels", None)}.get(self.task)
        return f"{self.task or '?'}{f' {size}' if size else ''}"


class Thresholded(Decided):
    """Decisions of all three tasks."""

    task = Told("Whether targets are yes or no, one of several classes, or several answers a row.", ALL)
    threshold = Float("Probabilities above this mean yes.", least=0.0, most=1.0)
    num_labels = Inferred("How many answers a row has, each yes or no, for the task multilabel.", least=2)


class Averaged(Thresholded):
    """Counts a class that are averaged."""

    average = Choice(
        "Over classes alike, over classes by their rows, or over rows.", ("macro", "weighted", "micro"), start="macro"
    )


class Best(Averaged):
    """Counts that may take more than the highest score."""

    top_k = Int("A row counts as right where its class is among this many highest scores.", least=1)


class Right(Best):
    """What is the share of right rows where it is averaged over rows."""

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        """An average over rows makes the figure that of metric.Accuracy."""
        return [*super().doubts(input, target), *self._same_as_accuracy()]

    def _same_as_accuracy(self) -> list[Misfit]:
        if self.task != MULTICLASS or self.average != "micro" or self.ignore_index is not None or self.top_k > 1:
            return []
        classes = (("Average over the classes", (("set", "{node}", "average", "macro"),)),)
        return [Misfit("is the same figure as metric.Accuracy where it is averaged over rows", None, classes)]


@node("metric.Precision", "metric", words="positive predictive value classification torchmetrics")
class Precision(Right):
    """Of what the model calls a class, the share that is one."""


@node("metric.Recall", "metric", words="sensitivity true positive rate classification torchmetrics")
class Recall(Right):
    """Of what is a class, the share that the model calls so."""


@node("metric.F1Score", "metric", words="f1 f score dice classification torchmetrics", called="f1_score")
class F1Score(Right):
    """Precision and recall in one figure, which is low where either is."""


@node("metric.FBetaScore", "metric", words="f beta score classification torchmetrics", called="f_beta_score")
class FBetaScore(Right):
    """Precision and recall in one figure, of which recall counts more the larger beta is."""

    beta = Float("How much more recall counts than precision.", least=1e-6)


@node("metric.Specificity", "metric", words="true negative rate classification torchmetrics")
class Specificity(Best):
    """Of what is not a class, the share that the model does not call so."""


@node("metric.NegativePredictiveValue", "metric", words="npv classification torchmetrics")
class NegativePredictiveValue(Best):
    """Of what the model does not call a class, the share that is none."""


@node("metric.HammingDistance", "metric", words="hamming loss wrong share multilabel torchmetrics")
class HammingDistance(Best):
    """The share of answers that are wrong."""

    higher = False


@node("metric.JaccardIndex", "metric", words="iou intersection over union overlap segmentation torchmetrics")
class JaccardIndex(Averaged):
    """Where model and target agree on a class, as a share of where either says it."""


@node("metric.ExactMatch", "metric", words="subset accuracy all right multilabel torchmetrics")
class ExactMatch(Thresholded):
    """The share of rows of which every answer is right."""

    task = Told("Whether targets are one of several classes or several answers a row.", (MULTICLASS, MULTILABEL))

    tasks = (MULTICLASS, MULTILABEL)


@node("metric.MatthewsCorrCoef", "metric", words="mcc phi matthews correlation imbalanced torchmetrics")
class MatthewsCorrCoef(Thresholded):
    """How model and target go together, from -1 to 1, fair where classes are uneven."""


@node("metric.CohenKappa", "metric", words="agreement raters chance torchmetrics")
class CohenKappa(Decided):
    """How much more model and target agree than by chance."""

    task = Told("Whether targets are yes or no, or one of several classes.", (BINARY, MULTICLASS))
    threshold = Float("Probabilities above this mean yes.", least=0.0, most=1.0)
    weights = Choice("How distances between classes that are in order count.", ("linear", "quadratic"))

    tasks = (BINARY, MULTICLASS)
