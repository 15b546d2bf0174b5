"""Samples of a batch mixed with each other, and their classes with them; in training only."""

from dataclasses import replace
from typing import Any

from runtime.check.rules import indexing
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Float, Inferred
from runtime.spec.tensor import Dim, Tensor


class Mixing:
    """Two samples become one, and the target says how much there is of the class of each."""

    input = Input("float[B, ...]", "A batch of anything.")
    target = Input("int64[B]", "The class of each, counted from 0.")
    output = Output("The samples, mixed in training.")
    soft_target = Output("How much there is of each class, as float32[B, classes]; whole classes in evaluation.")
    num_classes = Inferred("How many classes there are, where the data tells it.")
    alpha: float

    over_batch = True
    mixes_with: str

    def infers(self, input: Tensor, target: Tensor) -> dict[str, Any]:
        return {} if self.num_classes is not None or not target.classes else {"num_classes": target.classes}

    def rule(self, input: Tensor, target: Tensor) -> dict[str, Tensor] | Misfit:
        made = indexing.one_hot(self, target)
        if isinstance(made, Misfit):
            return replace(made, port="target")
        if input.shape[0] != target.shape[0]:
            return Misfit(f"needs a class for each sample, got {input} and {target}", "target")
        return {
            "output": input.rearranged(*input.shape),
            "soft_target": Tensor("float32", made.shape, None, (0.0, 1.0)),
        }

    def below(self, input: Tensor, target: Tensor) -> dict[str, Dim]:
        return {} if self.num_classes is None else {"target": self.num_classes}

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        if target.classes is None or target.classes <= self.num_classes:
            return []
        repair = ("Take num_classes from the wire", (("unset", "{node}", "num_classes"),))
        why = f"gets classes up to {target.classes - 1}, but makes rows of {self.num_classes}, so training would stop"
        return [Misfit(why, "target", (repair,))]

    def forward(self, input: Code, target: Code) -> Code:
        return call(self.mixes_with, input, target, self.num_classes, self.alpha, Code("self.training"))

    def summary(self) -> str:
        return f"alpha {self.alpha:g}, training only"


@node("transform.MixUp", "transform", words="augment augmentation blend soft label picture image")
class MixUp(Mixing):
    """Mix each sample with another one of its batch, and their classes in the same shares; in training only."""

    alpha = Float("Small: near one of the two; 1: any share is as likely.", 0.2, above=0)
    example = Example(input="float32[8]")

    mixes_with = "mix_samples"


@node("transform.CutMix", "transform", words="augment augmentation box paste soft label picture image")
class CutMix(Mixing):
    """Put a box of another picture into each, and their classes in the shares of the areas; in training only."""

    input = Input("float[B, C, H, W]", "A batch of pictures.")
    alpha = Float("Small: a box that is nearly nothing or all; 1: any area is as likely.", 1.0, above=0)

    mixes_with = "cut_and_mix"
