"""Activations that squash all numbers into a range, and their kin."""

from math import inf

from runtime.check.rules.elementwise import elementwise, elementwise_float
from runtime.spec.node import Input, Output, node


class Squashing:
    """Number by number; whole numbers become float32."""

    output = Output("The same shape.")

    rule = elementwise_float


@node("nn.Sigmoid", "layer", "either", words="activation logistic squash probability")
class Sigmoid(Squashing):
    """Squash every number into 0 to 1."""

    input = Input("tensor[...]", "Any shape.")

    function = "torch.sigmoid"
    bounds = (0.0, 1.0)


@node("nn.Tanh", "layer", "either", words="activation hyperbolic tangent squash")
class Tanh(Squashing):
    """Squash every number into -1 to 1."""

    input = Input("tensor[...]", "Any shape.")

    function = "torch.tanh"
    bounds = (-1.0, 1.0)


@node("nn.Softsign", "layer", "either", words="activation squash")
class Softsign(Squashing):
    """Squash every number into -1 to 1, more gently than tanh."""

    input = Input("number[...]", "Any shape.")

    exact = True  # the same bytes for one sample as for many
    bounds = (-1.0, 1.0)


@node("nn.Tanhshrink", "layer", "either", words="activation shrink")
class Tanhshrink(Squashing):
    """Take its tanh off every number: those near zero all but vanish."""

    input = Input("number[...]", "Any shape.")


@node("nn.LogSigmoid", "layer", "either", words="activation logistic logarithm probability")
class LogSigmoid:
    """The logarithm of the sigmoid, which stays finite where the sigmoid is all but 0."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")

    rule = elementwise
    function = "F.logsigmoid"
    bounds = (-inf, 0.0)
