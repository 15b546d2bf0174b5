"""Activations: curves that numbers pass through one by one."""

from runtime.check.rules.elementwise import elementwise
from runtime.spec.node import Input, Output, node
from runtime.spec.parameter import Choice


@node("nn.ReLU", "layer", words="activation rectifier nonlinearity")
class ReLU:
    """Replace negative numbers by zero."""

    input = Input("number[...]", "Any shape.")
    output = Output("The same shape.")

    rule = elementwise


@node("nn.GELU", "layer", words="activation gaussian nonlinearity transformer")
class GELU:
    """A smooth ReLU: each number times the chance that a normal draw lies below it."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")
    approximate = Choice("Exact, or by tanh, which is faster.", ("none", "tanh"))

    rule = elementwise
