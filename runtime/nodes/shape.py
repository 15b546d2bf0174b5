"""Functions and layers that change the shape and no number."""

from runtime.check.rules.dims import flattened, place, places
from runtime.check.rules.reshape import expanded, listed, mixed, moved, permuted, reshaped, transposed, unflattened
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Int, Sizes
from runtime.spec.tensor import Size, Tensor


class Shaped:
    """The same numbers in another shape."""

    input = Input("tensor[...]", "A tensor of any shape.")
    output = Output("The same numbers in another shape.")

    same_numbers = True


@node("nn.Flatten", "layer", words="reshape view vector")
class Flatten:
    """Make one dimension of several; by default every sample becomes one row of numbers."""

    input = Input("tensor[...]", "Any shape.")
    output = Output("With dimensions start_dim to end_dim multiplied.")
    start_dim = Int("The first dimension that is flattened.", least=-64)
    end_dim = Int("The last dimension that is flattened.", least=-64)

    same_numbers = True
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
        return input.rearranged(*(flattened(input.shape, start, end) if input.shape else (1,)))

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


@node("nn.Unflatten", "layer", words="reshape view split dimension heads picture")
class Unflatten(Shaped):
    """Make several dimensions of one: a picture of a row, or heads of attention."""

    dim = Int("The dimension that is split.", 1, least=-64)
    unflattened_size = Sizes(
        "The sizes that it is split into; one may be -1, whatever is left.", -1, least=-1, listed=True
    )

    function = "torch.unflatten"

    example = Example(unflattened_size=[2, 4])

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return unflattened(self, input)

    def forward(self, input: Code) -> Code:
        return call("torch.unflatten", input, self.dim, tuple(listed(self.unflattened_size)))

    def summary(self) -> str:
        return f"dim {self.dim} into {self.unflattened_size}"


@node("torch.reshape", "transform", words="view shape rows picture", called="shaped")
class Reshape(Shaped):
    """Put the numbers into another shape, in the order in which they stand."""

    shape = Sizes("The new sizes, the batch first; one may be -1, whatever is left.", -1, least=-1, listed=True)

    example = Example(shape=[-1, 2, 4])

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return reshaped(self, input)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return mixed(self, input)

    def summary(self) -> str:
        return f"to {self.shape}"


@node("torch.squeeze", "transform", words="drop remove dimension reshape")
class Squeeze(Shaped):
    """Drop a dimension of size 1."""

    output = Output("Without that dimension where its size was 1.")
    dim = Sizes("The dimension to drop; none drops every dimension of size 1.", None, least=-64, start=-1)

    example = Example(input="float32[8, 1]")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        chosen = places(self.dim, input.rank)
        if isinstance(chosen, Misfit):
            return chosen
        return input.rearranged(*(d for at, d in enumerate(input.shape) if d != 1 or at not in chosen))

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
class Unsqueeze(Shaped):
    """Add a dimension of size 1."""

    output = Output("With one dimension more.")
    dim = Int("Where the new dimension stands.", 1, least=-64)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        at = place(self.dim, input.rank + 1)
        if isinstance(at, Misfit):
            return at
        return input.rearranged(*input.shape[:at], 1, *input.shape[at:])

    def summary(self) -> str:
        return f"dim {self.dim}"


@node("torch.permute", "transform", words="reorder axes dimensions channels last first", called="turned")
class Permute(Shaped):
    """Put the dimensions into another order, such as channels first."""

    dims = Sizes("Every dimension once, in the new order.", [0, 2, 1], least=-64, listed=True)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return permuted(self, input)

    def summary(self) -> str:
        return f"to {self.dims}"


@node("torch.transpose", "transform", words="swap axes dimensions mT", called="swapped")
class Transpose(Shaped):
    """Swap two dimensions."""

    dim0 = Int("One of them.", 1, least=-64)
    dim1 = Int("The other one.", 2, least=-64)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return transposed(self, input)

    def summary(self) -> str:
        return f"{self.dim0} and {self.dim1}"


@node("torch.movedim", "transform", words="move axis dimension channels", called="reordered")
class Movedim(Shaped):
    """Move a dimension, or several, to other places; the others keep their order."""

    source = Sizes("The dimensions that move.", -1, least=-64)
    destination = Sizes("Where each of them goes.", 1, least=-64)

    example = Example(input="float32[4, 8]")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return moved(self, input)

    def summary(self) -> str:
        return f"{self.source} to {self.destination}"


@node("Tensor.expand", "transform", words="broadcast stretch repeat batch token", called="stretched")
class Expand:
    """Stretch dimensions of size 1, and add new ones in front, without copying a number."""

    input = Input("tensor[...]", "A tensor of any shape.")
    like = Input("tensor[B, ...]", "Has the batch that comes first in the result.", optional=True, gradient=False)
    output = Output("The same numbers, seen several times.")
    sizes = Sizes("The new sizes, behind the batch of like where that is given; -1 keeps a size.", -1, least=-1)

    same_numbers = True
    view = True
    example = Example(input="float32[1, 8]", sizes=[-1, 4, 8])

    def rule(self, input: Tensor, like: Tensor | None = None) -> Tensor | Misfit:
        return expanded(self, input, like)

    def forward(self, input: Code, like: Code | None = None) -> Code:
        return call(f"{input}.expand", *([Code(f"{like}.shape[0]")] if like else []), *listed(self.sizes))

    def summary(self) -> str:
        return f"to {self.sizes}"
