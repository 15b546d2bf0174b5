"""Dropout: numbers set to zero at random, in training only."""

from runtime.check.rules.elementwise import elementwise
from runtime.spec.node import Input, Output, node
from runtime.spec.parameter import Float


@node("nn.Dropout", "layer", words="regularization regularisation random")
class Dropout:
    """Set numbers to zero at random, in training only."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")
    p = Float("How likely a number becomes zero.", least=0.0, most=1.0)

    rule = elementwise

    def summary(self) -> str:
        return f"p {self.p:g}"
