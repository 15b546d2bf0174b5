"""Activations of straight pieces: numbers cut off at a threshold, set to zero below it, or moved towards zero."""

import math

from runtime.check.rules.elementwise import beyond, elementwise
from runtime.check.rules.ranges import cut_off, known
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Float
from runtime.spec.tensor import ANY, FLOATS, Tensor


@node("nn.Threshold", "layer", "either", words="activation cut replace below")
class Threshold:
    """Replace numbers that are not above a threshold by a value."""

    input = Input("number[...]", "Any shape.")
    output = Output("The same shape.")
    threshold = Float("Numbers above it are kept.", 0.0)
    value = Float("What takes the place of the others.", 0.0)

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor | Misfit:
        compared = input.with_dtype("float32") if input.dtype == "float16" else input  # torch compares float16 so
        wrong = beyond(compared, threshold=self.threshold) or beyond(input, value=self.value)
        return wrong or elementwise(self, input)

    def summary(self) -> str:
        return f"not above {self.threshold:g}: {self.value:g}"


@node("nn.Hardtanh", "layer", "either", words="activation clamp clip limit bound")
class Hardtanh:
    """Cut numbers off at a least and a largest value."""

    input = Input("number[...]", "Any shape.")
    output = Output("The same shape.")
    min_val = Float("Smaller numbers become this.")
    max_val = Float("Larger numbers become this.")

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if self.min_val >= self.max_val:
            default = (("unset", "{node}", "min_val"), ("unset", "{node}", "max_val"))
            why = f"needs min_val below max_val, got {self.min_val:g} and {self.max_val:g}"
            return Misfit(why, None, (("Cut off at -1 and 1", default),))
        limits = {"min_val": self.min_val, "max_val": self.max_val}
        whole = {} if input.dtype in FLOATS else {name: math.trunc(value) for name, value in limits.items()}
        made = cut_off(elementwise(self, input), known(input) or ANY, self.min_val, self.max_val)
        return beyond(input, **(whole or limits)) or made

    def summary(self) -> str:
        return f"{self.min_val:g} to {self.max_val:g}"


@node("nn.ReLU6", "layer", "either", words="activation rectifier clamp mobile")
class ReLU6:
    """A ReLU that also cuts off at 6."""

    input = Input("number[...]", "Any shape.")
    output = Output("The same shape.")

    exact = True  # the same bytes for one sample as for many

    rule = elementwise
    bounds = (0.0, 6.0)


@node("nn.Hardsigmoid", "layer", "either", words="activation squash probability mobile")
class Hardsigmoid:
    """A straight line from 0 at -3 to 1 at 3, flat outside: a quick sigmoid."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")

    rule = elementwise
    bounds = (0.0, 1.0)


@node("nn.Hardswish", "layer", "either", words="activation swish silu mobile")
class Hardswish:
    """Each number times its hardsigmoid: a quick SiLU."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")

    rule = elementwise


@node("nn.Hardshrink", "layer", "either", words="activation sparse zero")
class Hardshrink:
    """Set numbers near zero to zero and keep the others."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")
    lambd = Float("How near to zero is set to zero.")

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return beyond(input, lambd=self.lambd) or elementwise(self, input)

    def summary(self) -> str:
        return f"within {self.lambd:g}"


@node("nn.Softshrink", "layer", "either", words="activation sparse zero denoise")
class Softshrink:
    """Move every number towards zero, those that are near it to zero."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")
    lambd = Float("By how much numbers move.", least=0.0)

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return beyond(input, lambd=self.lambd) or elementwise(self, input)

    def summary(self) -> str:
        return f"by {self.lambd:g}"
