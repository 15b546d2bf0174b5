"""Sources beside the data: what is learned by itself, counts, constants and random numbers."""

from runtime.check.rules import source
from runtime.check.rules.elementwise import elementwise
from runtime.check.rules.limits import written_in
from runtime.check.rules.reshape import listed
from runtime.spec.code import Code, call, code
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Choice, Float, Int, Number, Sizes
from runtime.spec.tensor import Shapes, Tensor

SIZE = "The size of each dimension, behind the batch of like where that is given."


@node("nn.Parameter", "transform", weights=True, words="learned token weight query prompt position", called="token")
class Parameter:
    """A tensor that is learned by itself, such as a class token or the positions of a series."""

    output = Output("The learned numbers.")
    shape = Sizes("The size of each dimension; there is no batch in it.", [1, 64], least=1, ours=True)
    init = Choice("What it is before training.", ("zeros", "ones", "randn", "rand"), "zeros", ours=True)
    scale = Float("Multiplies what it is before training.", 1.0, ours=True)

    bare = True
    module: Code

    def rule(self) -> Tensor:
        return Tensor("float32", tuple(listed(self.shape)))

    def build(self) -> Code:
        start = call(f"torch.{self.init}", *listed(self.shape))
        return call("nn.Parameter", start if self.scale == 1 else code("{} * {}", self.scale, start))

    def forward(self) -> Code:
        return self.module

    def tensors(self) -> Shapes:
        return {"": tuple(listed(self.shape))}

    def matrices(self) -> bool:
        return len(listed(self.shape)) == 2

    def summary(self) -> str:
        return " × ".join(map(str, listed(self.shape)))


class Source:
    """Numbers of a given size; with `like`, one row for each sample of a batch, in its dtype."""

    like = Input("tensor[B, ...]", "Has the batch, the dtype and the device.", optional=True, gradient=False)
    output = Output("The numbers; the batch comes first where like gives one.")
    size = Sizes(SIZE, [64], least=1)

    placed = True

    def rule(self, like: Tensor | None = None) -> Tensor | Misfit:
        return source.sized(self, like)

    def forward(self, like: Code | None = None) -> Code:
        return source.made_like(self, self.function, like)

    function = ""

    def summary(self) -> str:
        return " × ".join(map(str, listed(self.size)))


@node("torch.zeros", "transform", words="constant empty start state nothing")
class Zeros(Source):
    """Make zeros, such as the first state of a recurrent layer."""

    function = "torch.zeros"


@node("torch.ones", "transform", words="constant mask real labels")
class Ones(Source):
    """Make ones, such as the labels of what is real."""

    function = "torch.ones"


@node("torch.full", "transform", words="constant fill value number", called="constant")
class Full(Source):
    """Make a tensor of one number everywhere."""

    fill_value = Number("The number; 1 makes whole numbers where like says nothing else, 1.0 does not.", 1.0)

    def rule(self, like: Tensor | None = None) -> Tensor | Misfit:
        return source.filled(self, like)

    def forward(self, like: Code | None = None) -> Code:
        return source.made_like(self, "torch.full", like, self.fill_value)

    def summary(self) -> str:
        return f"{self.fill_value}, {' × '.join(map(str, listed(self.size)))}"


class Draw(Source):
    """Random numbers, drawn anew for every batch."""

    like = Input("float[B, ...]", "Has the batch, the dtype and the device.", optional=True, gradient=False)

    drawn_anew = True


@node("torch.randn", "transform", words="random noise normal gaussian latent gan", called="noise")
class Randn(Draw):
    """Draw numbers from a normal distribution, anew for every batch: the noise of a generator."""

    function = "torch.randn"


@node("torch.rand", "transform", words="random noise uniform", called="noise")
class Rand(Draw):
    """Draw numbers between 0 and 1, anew for every batch."""

    bounds = (0.0, 1.0)
    function = "torch.rand"


@node("torch.arange", "transform", words="positions range count index steps integers", called="positions")
class Arange:
    """Count: the positions of a series, for an embedding of them."""

    like = Input("tensor[...]", "Has the device, and the size that is counted.", optional=True, gradient=False)
    output = Output("The whole numbers as int64, one dimension.")
    start = Int("The first number.", 0, least=-(2**31))
    end = Int("Where it ends, which is left out; none means the size of a dimension of like.", None, least=-(2**31))
    step = Int("How far it is from one number to the next.", 1, least=-(2**31))
    dim = Int("The dimension of like whose size is the end.", 1, least=-64, ours=True)

    placed = True

    def rule(self, like: Tensor | None = None) -> Tensor | Misfit:
        return source.counted(self, like)

    def forward(self, like: Code | None = None) -> Code:
        end = self.end if self.end is not None or like is None else Code(f"{like}.shape[{self.dim}]")
        steps = [self.start, end, self.step] if self.step != 1 else [self.start, end] if self.start else [end]
        return call("torch.arange", *steps, **({"device": Code(f"{like}.device")} if like else source.on(self)))

    def summary(self) -> str:
        return f"dim {self.dim} of like" if self.end is None else f"{self.start} to {self.end}"


class Like:
    """Other numbers in the place of those that come in."""

    input = Input("tensor[...]", "Has the shape, the dtype and the device.", gradient=False)
    output = Output("The same shape and dtype.")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return elementwise(self, input)


@node("torch.zeros_like", "transform", words="constant empty labels fake", called="zeros")
class ZerosLike(Like):
    """Make zeros in the shape of what comes in."""

    def rule(self, input: Tensor) -> Tensor:
        return source.of_one_number(input, 0)


@node("torch.ones_like", "transform", words="constant labels real mask", called="ones")
class OnesLike(Like):
    """Make ones in the shape of what comes in."""

    def rule(self, input: Tensor) -> Tensor:
        return source.of_one_number(input, 1)


@node("torch.full_like", "transform", words="constant fill value", called="constant")
class FullLike(Like):
    """Make one number everywhere in the shape of what comes in."""

    fill_value = Number("The number.", 1)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return written_in("fill_value", self.fill_value, input) or source.of_one_number(input, self.fill_value)

    def summary(self) -> str:
        return str(self.fill_value)


@node("torch.rand_like", "transform", words="random noise uniform", called="noise")
class RandLike(Like):
    """Draw numbers between 0 and 1 in the shape of what comes in, anew for every batch."""

    input = Input("float[...]", "Has the shape, the dtype and the device.", gradient=False)

    drawn_anew = True


@node("torch.randn_like", "transform", words="random noise normal gaussian vae reparametrize diffusion", called="noise")
class RandnLike(RandLike):
    """Draw numbers from a normal distribution in the shape of what comes in, anew for every batch."""
