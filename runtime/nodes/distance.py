"""Distances: how near two vectors are to each other, along one dimension of two tensors."""

from runtime.check.rules.dims import place
from runtime.check.rules.elementwise import broadcast, crossed, promoted, together
from runtime.check.rules.repairs import Candidate, insert
from runtime.check.rules.rows import meet
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Float, Int
from runtime.spec.tensor import FLOATS, Dim, Tensor


class Near:
    """Two tensors side by side; ones are stretched, as torch does."""

    def stretched(self, x1: Tensor, x2: Tensor) -> tuple[Dim, ...] | Misfit:
        """The shape of both together."""
        shape = broadcast(x1.shape, x2.shape)
        if shape is not None:
            return shape
        repairs = [insert("torch.unsqueeze", f"Insert torch.unsqueeze before {port}", port, dim=1) for port in PORTS]
        repairs.append(_as_wide(x1))
        why = f"cannot compare {x2} with {x1}: sizes must be equal or 1, from the right"
        return Misfit(why, "x2", tuple(repairs))

    def mixes(self, x1: Tensor, x2: Tensor) -> bool:
        return meet(x1.shape, x2.shape)

    def doubts(self, x1: Tensor, x2: Tensor) -> list[Misfit]:
        shape = broadcast(x1.shape, x2.shape) or ()
        if not crossed(x1.shape, x2.shape, shape):
            return []
        squeeze = tuple(insert("torch.squeeze", f"Insert torch.squeeze before {p}", p, dim=1) for p in PORTS)
        return [Misfit(f"compares every row of {x1} with every row of {x2}", "x2", squeeze)]


PORTS = ("x1", "x2")


def _as_wide(x1: Tensor) -> Candidate:
    """A layer in front of x2 that makes its vectors as long as those of x1."""
    size = x1.shape[-1] if x1.shape else 1
    return insert("nn.Linear", f"Insert nn.Linear to {size} before x2", "x2", out_features=size)


@node("nn.CosineSimilarity", "join", words="distance angle compare embedding contrastive", called="similarity")
class CosineSimilarity(Near):
    """Say how much two vectors point the same way: 1 the same, 0 across, -1 opposite."""

    x1 = Input("tensor[...]", "Vectors along dim.")
    x2 = Input("tensor[...]", "The vectors that they are compared with; a dimension of 1 is stretched.")
    output = Output("One number a pair: without that dimension.")
    dim = Int("The dimension along which the vectors lie.", least=-64)
    eps = Float("The least length that a vector counts as having.", least=0.0)

    def rule(self, x1: Tensor, x2: Tensor) -> Tensor | Misfit:
        if x1.dtype not in FLOATS and x2.dtype not in FLOATS:
            casts = tuple(insert("Tensor.to", f"Insert Tensor.to float32 before {port}", port) for port in PORTS)
            return Misfit(f"needs numbers with a fraction in x1 or x2, got {x1} and {x2}", "x2", casts)
        shape = self.stretched(x1, x2)
        if isinstance(shape, Misfit):
            return shape
        at = place(self.dim, len(shape), "x1")
        return at if isinstance(at, Misfit) else Tensor(promoted(x1.dtype, x2.dtype), (*shape[:at], *shape[at + 1 :]))

    def summary(self) -> str:
        return f"dim {self.dim}"


@node("nn.PairwiseDistance", "join", words="euclidean norm compare embedding metric siamese", called="distance")
class PairwiseDistance(Near):
    """Say how far two vectors lie apart, along the last dimension."""

    x1 = Input("number[...]", "Vectors in the last dimension.")
    x2 = Input("number[...]", "The vectors to which the distance is taken; a dimension of 1 is stretched.")
    output = Output("One number a pair: without the last dimension.")
    p = Float("The power of the distance: 2 is the straight line, 1 the way along the axes.", least=-1e3, most=1e3)
    eps = Float("Added to every difference, so that no distance is 0.")
    keepdim = Bool("Keep the last dimension with size 1.")

    def rule(self, x1: Tensor, x2: Tensor) -> Tensor | Misfit:
        shape = self.stretched(x1, x2)
        if isinstance(shape, Misfit):
            return shape
        dtype = together(x1, x2)
        kept = (1,) if self.keepdim and shape else ()
        return Tensor(dtype if dtype in FLOATS else "float32", (*shape[:-1], *kept))

    def summary(self) -> str:
        return f"p {self.p:g}"
