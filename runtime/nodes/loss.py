"""Losses: how far the model is from its target, the number that an optimizer minimises."""

from typing import Any

from runtime.check.rules.elementwise import broadcast
from runtime.check.rules.repairs import insert
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Choice, Float, Int
from runtime.spec.tensor import FLOATS, Dim, Loss, Tensor

REDUCTIONS = ("mean", "sum")


def reduced(self: Any, input: Code, target: Code, function: str, **named: Any) -> Code:
    """The call of a loss function with what differs from torch's defaults."""
    if self.reduction != "mean":
        named["reduction"] = self.reduction
    return call(function, input, target, **named)


def same_shape(input: Tensor, target: Tensor) -> Misfit | None:
    """A target must have the shape of the input; ``[B]`` and ``[B, 1]`` are the usual mix-up."""
    if input.shape == target.shape:
        return None
    repairs = [insert("torch.unsqueeze", "Insert torch.unsqueeze before the target", "target", dim=target.rank)]
    repairs.append(insert("torch.squeeze", "Insert torch.squeeze before the input", "input", dim=-1))
    return Misfit(f"compares {input} with {target}, which have different shapes", "target", tuple(repairs))


TO_FLOAT = insert("Tensor.to", "Insert Tensor.to float32 before the target", "target")


@node("nn.CrossEntropyLoss", "loss", words="classification classes log softmax nll", called="loss")
class CrossEntropyLoss:
    """For classes: compares one score a class with the right class; takes scores, not probabilities."""

    input = Input("float[B, C, ...]", "One score a class, not softmaxed.")
    target = Input("tensor[B, ...]", "The class as int64, or a probability a class.", target=True)
    output = Output("The loss.")
    ignore_index = Int("Targets of this class do not count.", least=-(2**31))
    reduction = Choice("Average over the rows, or add them up.", REDUCTIONS)
    label_smoothing = Float("Share of certainty that is spread over the other classes.", least=0.0, most=1.0)

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        if target.dtype in FLOATS:
            return self._probabilities(input, target)
        wanted = (input.shape[0], *input.shape[2:])
        if target.dtype != "int64" and (target.dtype != "uint8" or input.rank > 2):
            cast = insert("Tensor.to", "Insert Tensor.to int64 before the target", "target", dtype="int64")
            return Misfit(f"needs classes as int64, got {target}", "target", (cast,))
        if target.shape != wanted:
            squeeze = insert("torch.squeeze", "Insert torch.squeeze before the target", "target", dim=-1)
            before = ("Insert nn.Flatten before the last layer", (("flatten", "input"),))
            flat = insert("nn.Flatten", "Insert nn.Flatten before the input", "input")
            shown = Tensor("int64", wanted)
            why = f"needs one class for each row of {input}, {shown}, got {target}"
            return Misfit(why, "target", (squeeze, before, flat))
        return Loss()

    def _probabilities(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        if target.shape == input.shape:
            if self.ignore_index < 0:
                return Loss()
            repair = (("Ignore no class", (("unset", "{node}", "ignore_index"),)),)
            return Misfit(
                f"cannot ignore class {self.ignore_index} where the target holds probabilities", "target", repair
            )
        cast = insert("Tensor.to", "Insert Tensor.to int64 before the target", "target", dtype="int64")
        squeeze = insert("torch.squeeze", "Insert torch.squeeze before the target", "target", dim=-1)
        shown = Tensor("int64", (input.shape[0], *input.shape[2:]))
        amounts = ("Use nn.MSELoss", (("become", "nn.MSELoss"),))
        why = f"needs classes, {shown}, or probabilities, {input}, got {target}"
        return Misfit(why, "target", (cast, squeeze, amounts))

    def below(self, input: Tensor, target: Tensor) -> dict[str, Dim]:
        return {"target": input.shape[1]}

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        scores = input.shape[1]
        if target.dtype in FLOATS or target.classes is None or not isinstance(scores, int) or target.classes <= scores:
            return []
        edits = (("widen", "input", target.classes),)
        repair = ((f"Give the last layer {target.classes} outputs", edits),)
        why = f"has scores for {scores} classes, but labels go up to {target.classes - 1}"
        return [Misfit(f"{why}, so training would stop at the first of them", "input", repair)]

    def forward(self, input: Code, target: Code) -> Code:
        named: dict[str, Any] = {} if self.ignore_index == -100 else {"ignore_index": self.ignore_index}
        if self.label_smoothing:
            named["label_smoothing"] = self.label_smoothing
        return reduced(self, input, target, "F.cross_entropy", **named)


@node("nn.MSELoss", "loss", words="regression mean squared error l2", called="loss")
class MSELoss:
    """For numbers: the squared distance to the target."""

    input = Input("float[...]", "The model's numbers.")
    target = Input("tensor[...]", "The right numbers, in the same shape.", target=True)
    output = Output("The loss.")
    reduction = Choice("Average over all numbers, or add them up.", REDUCTIONS)

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        if broadcast(input.shape, target.shape) is None:
            return same_shape(input, target) or Loss()
        return Loss()

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        if target.classes is not None and target.dtype not in FLOATS:
            why = f"takes the numbers of {target.classes} classes for amounts; for classes there is nn.CrossEntropyLoss"
            steps = (("become", "nn.CrossEntropyLoss"), ("widen", "input", target.classes))
            return [Misfit(why, "target", ((f"Use nn.CrossEntropyLoss with {target.classes} scores", steps),))]
        wrong = same_shape(input, target)
        if wrong is None:
            return []
        return [
            Misfit(f"{wrong.message}; torch stretches both, so every row meets every other", "target", wrong.repairs)
        ]

    def forward(self, input: Code, target: Code) -> Code:
        return reduced(self, input, target, "F.mse_loss")


@node("nn.BCEWithLogitsLoss", "loss", words="binary cross entropy classification yes no sigmoid", called="loss")
class BCEWithLogitsLoss:
    """For yes or no: compares a score, before any sigmoid, with 1 or 0."""

    input = Input("float[...]", "Scores, not put through a sigmoid.")
    target = Input("tensor[...]", "1 or 0 as float32, in the same shape.", target=True)
    output = Output("The loss.")
    reduction = Choice("Average over all numbers, or add them up.", REDUCTIONS)

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        wrong = same_shape(input, target)
        if target.dtype in FLOATS:
            return wrong or Loss()
        shaped = (
            ((f"{TO_FLOAT[0]} and give it the input's shape", (*TO_FLOAT[1], *wrong.repairs[0][1])),) if wrong else ()
        )
        return Misfit(f"needs a target of float32, got {target}", "target", (TO_FLOAT, *shaped))

    def forward(self, input: Code, target: Code) -> Code:
        return reduced(self, input, target, "F.binary_cross_entropy_with_logits")
