"""Activations: curves that numbers pass through one by one."""

from math import inf

from runtime.check.rules.elementwise import elementwise
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Choice, Float, Int
from runtime.spec.tensor import Shapes, Tensor


class Curve:
    """Number by number, for numbers with a fraction."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")

    rule = elementwise


@node("nn.ReLU", "layer", "either", words="activation rectifier nonlinearity")
class ReLU:
    """Replace negative numbers by zero."""

    input = Input("number[...]", "Any shape.")
    output = Output("The same shape.")

    exact = True  # the same bytes for one sample as for many

    rule = elementwise
    bounds = (0.0, inf)


@node("nn.LeakyReLU", "layer", "either", words="activation rectifier nonlinearity slope gan")
class LeakyReLU(Curve):
    """A ReLU that lets a small share of negative numbers through."""

    negative_slope = Float("What negative numbers are multiplied by.")

    exact = True  # the same bytes for one sample as for many

    def summary(self) -> str:
        return f"slope {self.negative_slope:g}"


@node(
    "nn.PReLU",
    "layer",
    weights=True,
    words="activation rectifier nonlinearity parametric learned slope",
    called="prelu",
)
class PReLU:
    """A ReLU that learns by what it multiplies negative numbers."""

    input = Input("float32[...]", "Any shape; dimension 1 holds the channels.")
    output = Output("The same shape.")
    num_parameters = Int("One slope for all numbers, or as many as there are channels.", least=1)
    init = Float("The slope before training.")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        channels = input.shape[1] if input.rank > 1 else 1
        if self.num_parameters in (1, channels):
            return elementwise(self, input)
        each = (f"Set num_parameters to {channels}", (("set", "{node}", "num_parameters", channels),))
        one = ("Learn one slope for all", (("unset", "{node}", "num_parameters"),))
        repairs = (each, one) if isinstance(channels, int) else (one,)
        why = f"needs one slope, or one for each channel of {input}, got {self.num_parameters}"
        return Misfit(why, "input", repairs)

    def tensors(self) -> Shapes:
        return {"weight": (self.num_parameters,)}

    def summary(self) -> str:
        return "one slope" if self.num_parameters == 1 else f"{self.num_parameters} slopes"


@node("nn.RReLU", "layer", words="activation rectifier nonlinearity randomized slope", called="rrelu")
class RReLU:
    """A ReLU that draws by what it multiplies negative numbers, at random in training."""

    input = Input("bfloat16[...] | float32[...] | float64[...]", "Any shape.")
    output = Output("The same shape.")
    lower = Float("The least slope; after training it is the mean of both.")
    upper = Float("The largest slope.")

    function = "F.rrelu"

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if self.lower > self.upper:
            swap = (("set", "{node}", "lower", self.upper), ("set", "{node}", "upper", self.lower))
            why = f"needs lower to be at most upper, got {self.lower:g} and {self.upper:g}"
            return Misfit(why, None, (("Swap lower and upper", swap),))
        return elementwise(self, input)

    def summary(self) -> str:
        return f"slope {self.lower:.3g} to {self.upper:.3g}"


@node("nn.ELU", "layer", "either", words="activation exponential linear nonlinearity")
class ELU(Curve):
    """Keep positive numbers; bend negative ones smoothly towards minus alpha."""

    alpha = Float("How far below zero the curve can come.")

    def summary(self) -> str:
        return f"alpha {self.alpha:g}"


@node("nn.CELU", "layer", "either", words="activation exponential linear nonlinearity continuous")
class CELU:
    """Like ELU, but without a kink at zero whatever alpha is."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")
    alpha = Float("How far below zero the curve can come; anything but 0.")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if self.alpha == 0 or (input.dtype != "float64" and abs(self.alpha) < 3e-39):  # torch divides by it
            return Misfit("needs an alpha other than 0", None, (("Set alpha to 1", (("unset", "{node}", "alpha"),)),))
        return elementwise(self, input)

    def summary(self) -> str:
        return f"alpha {self.alpha:g}"


@node("nn.SELU", "layer", "either", words="activation exponential linear nonlinearity self normalizing")
class SELU(Curve):
    """An ELU with fixed figures that keep mean and spread alike from layer to layer."""


@node("nn.GELU", "layer", "either", words="activation gaussian nonlinearity transformer")
class GELU(Curve):
    """A smooth ReLU: each number times the chance that a normal draw lies below it."""

    approximate = Choice("Exact, or by tanh, which is faster.", ("none", "tanh"))


@node("nn.SiLU", "layer", "either", words="activation swish nonlinearity sigmoid")
class SiLU(Curve):
    """A smooth ReLU: each number times its own sigmoid."""


@node("nn.Mish", "layer", "either", words="activation nonlinearity smooth")
class Mish(Curve):
    """A smooth ReLU: each number times the tanh of its softplus."""


@node("nn.Softplus", "layer", "either", words="activation smooth rectifier positive nonlinearity")
class Softplus(Curve):
    """A smooth ReLU that stays above zero."""

    beta = Float("How sharp the bend at zero is.")
    threshold = Float("Where beta times a number is larger, the number is kept as it is.")

    bounds = (0.0, inf)

    def doubts(self, input: Tensor) -> list[Misfit]:
        repair = (("Set beta to 1", (("unset", "{node}", "beta"),)),)
        return [] if self.beta else [Misfit("divides by its beta, which is 0", None, repair)]

    def summary(self) -> str:
        return "" if self.beta == 1 else f"beta {self.beta:g}"
