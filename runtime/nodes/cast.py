"""Other dtypes."""

from math import inf

from runtime.check.rules.elementwise import holds
from runtime.check.rules.ranges import known
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Output, node
from runtime.spec.parameter import Choice
from runtime.spec.tensor import ANY, DTYPES, FLOATS, Tensor


@node("Tensor.to", "transform", "either", words="cast dtype convert float long int type", called="cast")
class To:
    """Change the dtype."""

    input = Input("tensor[...]", "A tensor of any shape.")
    output = Output("The same numbers in the other dtype.")
    dtype = Choice("The dtype of the output.", DTYPES, "float32")

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor:
        classes = 2 if "bool" in (self.dtype, input.dtype) else input.classes or _whole(input)
        kept = classes is not None and self.dtype not in FLOATS and holds(self.dtype, classes - 1)
        bounds = known(input) if self.dtype in ("float32", "float64") else None
        return Tensor(self.dtype, input.shape, classes if kept else None, bounds)

    def forward(self, input: Code) -> Code:
        return call(f"{input}.to", Code(f"torch.{self.dtype}"))

    def summary(self) -> str:
        return str(self.dtype)


def _whole(input: Tensor) -> int | None:
    """Below what the whole numbers lie that are made of floats between bounds, if none is below 0.

    Of what may have been bytes that is not said: few masks use all of them. Half precision rounds beyond bounds.
    """
    low, high = input.bounds or ANY
    exact = input.dtype in ("float32", "float64")
    return int(high) + 1 if exact and low > -1 and high < inf and high != 255 else None


@node("torch.detach", "transform", words="stop gradient freeze block target", called="fixed")
class Detach:
    """Pass the numbers on, but learn nothing upstream from what they lead to."""

    input = Input("tensor[...]", "A tensor of any shape.", gradient=False)
    output = Output("The same numbers.")

    same_numbers = True

    def rule(self, input: Tensor) -> Tensor:
        return input
