"""Functions that make one number of many: over one dimension, several or all."""

from runtime.check.rules.dims import places
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Sizes
from runtime.spec.tensor import Tensor


@node("torch.mean", "transform", words="average reduce pool")
class Mean:
    """Average over one or more dimensions, or over everything."""

    input = Input("float[...]", "Numbers of any shape.")
    output = Output("The averages.")
    dim = Sizes("The dimensions to average over; none means all of them.", None, least=-64, start=1)
    keepdim = Bool("Keep each averaged dimension with size 1.")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        gone = places(self.dim, input.rank)
        if isinstance(gone, Misfit):
            return gone
        kept = [1 if at in gone else d for at, d in enumerate(input.shape) if self.keepdim or at not in gone]
        return input.with_shape(*kept)

    def forward(self, input: Code) -> Code:
        if self.keepdim:
            return call("torch.mean", input, dim=self.dim, keepdim=True)
        return call("torch.mean", input) if self.dim is None else call("torch.mean", input, dim=self.dim)

    def summary(self) -> str:
        return "over everything" if self.dim is None else f"over dim {self.dim}"
