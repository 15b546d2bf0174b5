"""Losses for yes or no: one answer a row, or several that do not exclude each other."""

from runtime.check.rules.elementwise import broadcast
from runtime.check.rules.loss import (
    TO_CLASSES,
    TO_FLOAT,
    answered,
    beyond,
    compared,
    float_target,
    outside,
    precise,
    same_dtype,
    same_shape,
    signs,
    stretched,
)
from runtime.check.rules.repairs import insert
from runtime.nodes.loss import Reduced
from runtime.spec.node import Example, Input, Misfit, node
from runtime.spec.parameter import Numbers
from runtime.spec.tensor import Dim, Loss, Tensor

KEPT_ABOVE = (("Remove what keeps the scores above 0", (("skip", "input"),)),)


@node("nn.BCELoss", "loss", words="binary cross entropy classification yes no probability multilabel", called="loss")
class BCELoss(Reduced):
    """For yes or no: compares a probability, behind a sigmoid, with 1 or 0."""

    input = Input("float[...]", "Probabilities between 0 and 1.")
    target = Input("tensor[...]", "1 or 0 as float32, in the same shape.", target=True)
    weight = Numbers("A weight for each answer along the last dimension, or one for all.", tensor_like="input")

    function = "F.binary_cross_entropy"
    example = Example(input="torch.sigmoid", target="torch.sigmoid")

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        return same_dtype(input, target) or same_shape(input, target) or answered(self, input, "weight") or Loss()

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        scores = ("Use nn.BCEWithLogitsLoss, which takes scores", (("become", "nn.BCEWithLogitsLoss"),))
        squash = insert("torch.sigmoid", "Insert torch.sigmoid before the input", "input")
        wanted = outside(target, 0.0, 1.0, "target", "1 and 0, or probabilities")
        return [*outside(input, 0.0, 1.0, "input", "probabilities between 0 and 1", scores, squash), *wanted]


@node("nn.BCEWithLogitsLoss", "loss", words="binary cross entropy classification yes no sigmoid", called="loss")
class BCEWithLogitsLoss(Reduced):
    """For yes or no: compares a score, before any sigmoid, with 1 or 0."""

    input = Input("float[...]", "Scores, not put through a sigmoid.")
    target = Input("tensor[...]", "1 or 0 as float32, in the same shape.", target=True)
    weight = Numbers("A weight for each answer along the last dimension, or one for all.", tensor_like="input")
    pos_weight = Numbers(
        "How much a yes counts more than a no: one number an answer, or one for all.", tensor_like="input"
    )

    function = "F.binary_cross_entropy_with_logits"

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        wrong = float_target(input, target) or same_shape(input, target)
        return wrong or answered(self, input, "weight") or answered(self, input, "pos_weight") or Loss()

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        if input.bounds is None or input.bounds[0] < 0:
            return []
        repairs = (*KEPT_ABOVE, ("Use nn.BCELoss, which takes probabilities", (("become", "nn.BCELoss"),)))
        why = f"applies a sigmoid itself, but gets no score below {input.bounds[0]:g}, so that it never says no"
        return [Misfit(why, "input", repairs)]


@node("nn.SoftMarginLoss", "loss", words="logistic classification yes no", called="loss")
class SoftMarginLoss(Reduced):
    """For yes or no: compares a score with 1 for yes and -1 for no."""

    input = Input("float[...]", "Scores, above 0 for yes.")
    target = Input("number[...]", "1 or -1, in the same shape.", target=True, gradient=False)

    fixed_target = True

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        if broadcast(input.shape, target.shape) != input.shape:
            return same_shape(input, target) or Loss()
        return Loss()

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        logits = ("Use nn.BCEWithLogitsLoss, which takes 1 and 0", (("become", "nn.BCEWithLogitsLoss"), *TO_FLOAT[1]))
        return [*signs(target, logits), *stretched(input, target)]


@node("nn.MultiLabelSoftMarginLoss", "loss", words="multilabel tags several answers logistic", called="loss")
class MultiLabelSoftMarginLoss(Reduced):
    """For several answers a row: compares a score an answer with 1 or 0."""

    input = Input("float[B, C]", "One score an answer, not put through a sigmoid.")
    target = Input("number[B, C]", "1 or 0 for each answer.", target=True)
    weight = Numbers("A weight for each answer, or one for all.", tensor_like="input")

    function = "F.multilabel_soft_margin_loss"

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        return answered(self, input, "weight") or compared(self, input, target)

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        return stretched(input, target)


@node("nn.MultiLabelMarginLoss", "loss", words="multilabel tags several answers hinge margin", called="loss")
class MultiLabelMarginLoss(Reduced):
    """For several classes a row: each right class should score higher than every other, by 1."""

    input = Input("float[B, C]", "One score a class.")
    target = Input("int[B, C]", "The right classes as int64, and -1 behind the last of them.", target=True)

    function = "F.multilabel_margin_loss"

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        if target.dtype != "int64":
            return Misfit(f"needs classes as int64, got {target}", "target", (TO_CLASSES,))
        return precise(input.dtype) or same_shape(input, target) or Loss()

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        return beyond(input, target)

    def below(self, input: Tensor, target: Tensor) -> dict[str, Dim]:
        return {"target": input.shape[1]}
