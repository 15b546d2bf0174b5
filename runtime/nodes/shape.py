"""Functions and layers that change the shape and no number."""

from runtime.check.rules.dims import flattened, place, places
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Int, Sizes
from runtime.spec.tensor import Size, Tensor


@node("nn.Flatten", "layer", words="reshape view vector")
class Flatten:
    """Make one dimension of several; by default every sample becomes one row of numbers."""

    input = Input("tensor[...]", "Any shape.")
    output = Output("With dimensions start_dim to end_dim multiplied.")
    start_dim = Int("The first dimension that is flattened.", least=-64)
    end_dim = Int("The last dimension that is flattened.", least=-64)

    function = "torch.flatten"

    def rule(self, input: Tensor) -> Tensor | Misfit:
        start, end = place(self.start_dim, input.rank), place(self.end_dim, input.rank)
        repair = (
            ("Flatten from dim 1 to the last", (("unset", "{node}", "start_dim"), ("unset", "{node}", "end_dim"))),
        )
        if isinstance(start, Misfit):
            return Misfit(start.message, "input", repair)
        if isinstance(end, Misfit):
            return Misfit(end.message, "input", repair)
        if start > end:
            return Misfit(f"needs start_dim before end_dim, got {self.start_dim} and {self.end_dim}", "input", repair)
        return input.with_shape(*(flattened(input.shape, start, end) if input.shape else (1,)))

    def doubts(self, input: Tensor) -> list[Misfit]:
        if place(self.start_dim, input.rank) == 0 and input.rank > 1 and isinstance(input.shape[0], Size):
            repair = (("Flatten from dim 1", (("unset", "{node}", "start_dim"),)),)
            return [Misfit("flattens the batch dimension too, so that samples mix", "input", repair)]
        return []

    def forward(self, input: Code) -> Code:
        end = [] if self.end_dim == -1 else [self.end_dim]
        return call("torch.flatten", input, self.start_dim, *end)

    def summary(self) -> str:
        return "" if (self.start_dim, self.end_dim) == (1, -1) else f"dims {self.start_dim} to {self.end_dim}"


@node("torch.squeeze", "transform", words="drop remove dimension reshape")
class Squeeze:
    """Drop a dimension of size 1."""

    input = Input("tensor[...]", "A tensor of any shape.")
    output = Output("Without that dimension where its size was 1.")
    dim = Sizes("The dimension to drop; none drops every dimension of size 1.", None, least=-64, start=-1)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        chosen = places(self.dim, input.rank)
        if isinstance(chosen, Misfit):
            return chosen
        return input.with_shape(*(d for at, d in enumerate(input.shape) if d != 1 or at not in chosen))

    def doubts(self, input: Tensor) -> list[Misfit]:
        if self.dim is None and input.shape and isinstance(input.shape[0], Size):
            ones = [at for at, size in enumerate(input.shape) if size == 1]
            advice = ((f"Set dim to {ones}", (("set", "{node}", "dim", ones),)),) if ones else ()
            return [Misfit("drops the batch dimension too when a batch has one row", "input", advice)]
        return []

    def forward(self, input: Code) -> Code:
        if self.dim is None:
            return call("torch.squeeze", input)
        return call("torch.squeeze", input, tuple(self.dim) if isinstance(self.dim, list) else self.dim)

    def summary(self) -> str:
        return "every dim of size 1" if self.dim is None else f"dim {self.dim}"


@node("torch.unsqueeze", "transform", words="add dimension channel expand reshape")
class Unsqueeze:
    """Add a dimension of size 1."""

    input = Input("tensor[...]", "A tensor of any shape.")
    output = Output("With one dimension more.")
    dim = Int("Where the new dimension stands.", 1, least=-64)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        at = place(self.dim, input.rank + 1)
        if isinstance(at, Misfit):
            return at
        return input.with_shape(*input.shape[:at], 1, *input.shape[at:])

    def summary(self) -> str:
        return f"dim {self.dim}"
