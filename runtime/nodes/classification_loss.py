"""Losses for classes: scores, one a class, against the right class of each row."""

from typing import Any

from runtime.check.rules.loss import (
    NARROW,
    TO_CLASSES,
    alone,
    beyond,
    logarithms,
    never_below,
    of_classes,
    precise,
    squashed,
    weighted,
)
from runtime.check.rules.repairs import as_whole
from runtime.nodes.loss import Reduced
from runtime.spec.node import Example, Input, Misfit, node
from runtime.spec.parameter import Float, Int, Numbers
from runtime.spec.tensor import FLOATS, Dim, Loss, Tensor


class OfClasses(Reduced):
    """What losses for classes share: weights, and labels that lie below the number of scores."""

    weight: Any = Numbers("A weight for each class, larger where rows of it are few.", tensor_like="input")

    def below(self, input: Tensor, target: Tensor) -> dict[str, Dim]:
        """Labels are counted from 0."""
        return {"target": input.shape[1]}

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        """Labels without a score."""
        return beyond(input, target)


@node("nn.CrossEntropyLoss", "loss", words="classification classes log softmax nll", called="loss")
class CrossEntropyLoss(OfClasses):
    """For classes: compares one score a class with the right class; takes scores, not probabilities."""

    input = Input("float[B, C, ...]", "One score a class, not softmaxed.")
    target = Input("tensor[B, ...]", "The class as int64, or a probability a class.", target=True)
    ignore_index = Int("Targets of this class do not count.", least=-(2**31))
    label_smoothing = Float("Share of certainty that is spread over the other classes.", least=0.0, most=1.0)

    function = "F.cross_entropy"

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        if wrong := weighted(self, input.shape[1]):
            return wrong
        if target.dtype == "uint8" and self.weight and self.label_smoothing:
            return Misfit(f"needs classes as int64 for weights with smoothing, got {target}", "target", (TO_CLASSES,))
        return self._probabilities(input, target) if target.dtype in FLOATS else of_classes(input, target)

    def _probabilities(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        if target.shape == input.shape:
            if self.ignore_index < 0:
                return Loss()
            repair = (("Ignore no class", (("unset", "{node}", "ignore_index"),)),)
            return Misfit(
                f"cannot ignore class {self.ignore_index} where the target holds probabilities", "target", repair
            )
        shown = Tensor("int64", (input.shape[0], *input.shape[2:]))
        amounts = ("Use nn.MSELoss", (("become", "nn.MSELoss"),))
        why = f"needs classes, {shown}, or probabilities, {input}, got {target}"
        return Misfit(why, "target", (*as_whole(TO_CLASSES, target, "target", target=True), NARROW, amounts))

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        return beyond(input, target) or alone(input, target) or [*squashed(input), *never_below(input)]


@node("nn.NLLLoss", "loss", words="classification classes negative log likelihood", called="loss")
class NLLLoss(OfClasses):
    """For classes: takes the logarithm of a probability a class, as a log softmax gives it."""

    input = Input("float[B, C, ...]", "The logarithm of a probability a class.")
    target = Input("int[B, ...]", "The class as int64.", target=True)
    ignore_index = Int("Targets of this class do not count.", least=-(2**31))

    function = "F.nll_loss"
    example = Example(input="nn.LogSoftmax")

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        return weighted(self, input.shape[1]) or of_classes(input, target)

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        scores = ("Use nn.CrossEntropyLoss, which takes scores", (("become", "nn.CrossEntropyLoss"),))
        probabilities = (scores[0], (*scores[1], ("skip", "input")))
        repair = probabilities if input.bounds == (0.0, 1.0) else scores
        return [*beyond(input, target), *logarithms(input, "input", repair, dim=1)]


@node("nn.MultiMarginLoss", "loss", words="classification classes hinge svm margin", called="loss")
class MultiMarginLoss(OfClasses):
    """For classes: the right class should score higher than every other, by a margin."""

    input = Input("float[B, C]", "One score a class.")
    target = Input("int[B]", "The class as int64.", target=True)
    p = Int("How a score that comes too close counts: by its distance, or by its square.", least=1, most=2)
    margin = Float("How far ahead the right class should be.")

    function = "F.multi_margin_loss"

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        if wrong := precise(input.dtype) or weighted(self, input.shape[1]):
            return wrong
        if target.dtype == "uint8":
            return Misfit(f"needs classes as int64, got {target}", "target", (TO_CLASSES,))
        return of_classes(input, target)
