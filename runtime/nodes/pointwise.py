"""Functions that work number by number."""

from runtime.check.rules.elementwise import elementwise_float
from runtime.spec.node import Input, Output, node


@node("torch.sigmoid", "transform", "either", words="logistic activation squash probability")
class Sigmoid:
    """Squash every number into 0 to 1."""

    input = Input("tensor[...]", "Numbers of any shape.")
    output = Output("The same shape, between 0 and 1.")

    rule = elementwise_float
