"""Losses for amounts: how far the model's numbers, or its distributions, lie from the right ones."""

from typing import Any

from runtime.check.rules.elementwise import broadcast
from runtime.check.rules.loss import compared, float_target, outside, same_dtype, same_shape, stretched, widen
from runtime.nodes.loss import Reduced
from runtime.spec.node import Example, Input, Misfit, node
from runtime.spec.parameter import Bool, Choice, Float
from runtime.spec.tensor import FLOATS, Dim, Loss, Tensor


class Distance(Reduced):
    """What distances between numbers share."""

    input = Input("float[...]", "The model's numbers.")
    target = Input("number[...]", "The right numbers, in the same shape.", target=True)

    rule = compared

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        """Classes that are taken for amounts, and shapes that are stretched."""
        if target.classes is not None and target.dtype not in FLOATS:
            why = f"takes the numbers of {target.classes} classes for amounts; for classes there is nn.CrossEntropyLoss"
            steps = (("become", "nn.CrossEntropyLoss"), ("widen", "input", target.classes))
            return [Misfit(why, "target", ((f"Use nn.CrossEntropyLoss with {target.classes} scores", steps),))]
        return stretched(input, target)


@node("nn.L1Loss", "loss", words="regression mean absolute error mae", called="loss")
class L1Loss(Distance):
    """For numbers: the distance to the target."""


@node("nn.MSELoss", "loss", words="regression mean squared error l2", called="loss")
class MSELoss(Distance):
    """For numbers: the squared distance to the target."""

    target = Input("tensor[...]", "The right numbers, in the same shape.", target=True)


@node("nn.SmoothL1Loss", "loss", words="regression robust outliers huber", called="loss")
class SmoothL1Loss(Distance):
    """For numbers: squared where the distance is small, straight where it is large."""

    beta = Float("Where the one passes into the other.", least=0.0)

    function = "F.smooth_l1_loss"


@node("nn.HuberLoss", "loss", words="regression robust outliers smooth", called="loss")
class HuberLoss(Distance):
    """For numbers: half the square where the distance is small, delta times the distance where it is large."""

    delta = Float("Where the one passes into the other.", least=1e-6)

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        return same_dtype(input, target) or compared(self, input, target)


@node("nn.PoissonNLLLoss", "loss", words="regression counts events rate", called="loss")
class PoissonNLLLoss(Reduced):
    """For counts: how unlikely the target is where the model gives the rate, or its logarithm."""

    input = Input("float[...]", "The rate, or its logarithm.")
    target = Input("number[...]", "The counts, in the same shape.", target=True)
    log_input = Bool("The model gives the logarithm of the rate.")
    full = Bool("Add what depends on the target alone, by Stirling's formula.")
    eps = Float("Added to a rate before its logarithm is taken.", least=0.0)

    function = "F.poisson_nll_loss"

    rule = compared

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        rates = (("Take the numbers for logarithms", (("unset", "{node}", "log_input"),)),)
        wrong = [] if self.log_input else outside(input, 0.0, float("inf"), "input", "rates of 0 or more", *rates)
        return [*wrong, *stretched(input, target)]


@node("nn.GaussianNLLLoss", "loss", words="regression uncertainty variance normal", called="loss")
class GaussianNLLLoss(Reduced):
    """For numbers with their uncertainty: how unlikely the target is under a mean and a variance."""

    input = Input("float[...]", "The means.")
    target = Input("number[...]", "The right numbers, in the same shape.", target=True)
    var = Input("float[...]", "The variances, none below 0: one a number, or one for all along a dimension.")
    full = Bool("Add the part that does not depend on the model.")
    eps = Float("Smaller variances are taken for this.", least=1e-12)

    function = "F.gaussian_nll_loss"

    def rule(self, input: Tensor, target: Tensor, var: Tensor) -> Loss | Misfit:
        spread = self._spread(input.shape, var.shape)
        if spread is None:
            why = f"needs a variance for each number of {input}, or one for all along a dimension, got {var}"
            return Misfit(why, "var", widen("var", input.shape[-1]) if input.shape else ())
        whole = broadcast(input.shape, target.shape)
        if whole is None or broadcast(whole, spread) is None:
            return same_shape(input, target) or Loss()
        return Loss()

    def _spread(self, input: tuple[Dim, ...], var: tuple[Dim, ...]) -> tuple[Dim, ...] | None:
        """The shape of the variances as torch takes them."""
        if var == input[:-1] and input:
            return (*var, 1)
        odd = [size for size, wanted in zip(var, input, strict=False) if size != wanted]
        return var if var == input or (len(var) == len(input) and odd == [1]) else None

    def doubts(self, input: Tensor, target: Tensor, var: Tensor) -> list[Misfit]:
        return [*outside(var, 0.0, float("inf"), "var", "variances of 0 or more"), *stretched(input, target)]


@node("nn.KLDivLoss", "loss", words="divergence distribution kullback leibler distillation", called="loss")
class KLDivLoss(Reduced):
    """For distributions: how far the model's lies from the target's; takes the logarithm of the model's."""

    input = Input("float[...]", "The logarithms of the model's probabilities.")
    target = Input("tensor[...]", "The probabilities, in the same shape.", target=True)
    reduction = Choice("Average over rows or numbers, or add up.", ("batchmean", "mean", "sum"), start="batchmean")
    log_target = Bool("The target holds logarithms too.")

    function = "F.kl_div"
    example = Example(input="nn.LogSoftmax", target="nn.Softmax")

    def rule(self, input: Tensor, target: Tensor) -> Loss | Misfit:
        return float_target(input, target) or compared(self, input, target)

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        logs: dict[str, Any] = {"low": float("-inf"), "high": 0.0, "what": "logarithms of probabilities"}
        found = [*outside(input, port="input", **logs), *stretched(input, target)]
        if self.log_target:
            found += outside(target, port="target", **logs)
        elif self.reduction == "mean":
            rows = (("Average over the rows", (("set", "{node}", "reduction", "batchmean"),)),)
            found.append(
                Misfit("averages over all numbers of a row too, which makes the divergence smaller", None, rows)
            )
        return found
