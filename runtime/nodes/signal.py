"""Transforms that change signals and rows of tables at random, in training only."""

from runtime.check.rules.elementwise import elementwise, reaching
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Output, node
from runtime.spec.parameter import Bool, Float, Int
from runtime.spec.tensor import Tensor


@node("transform.GaussianNoise", "transform", "either", words="augment augmentation jitter normal random signal table")
class GaussianNoise:
    """Add normal noise; in training only."""

    input = Input("float[...]", "Numbers of any shape.")
    output = Output("The same shape.")
    std = Float("The standard deviation of the noise.", 0.1, least=0.0)

    random = True
    rule = elementwise

    def forward(self, input: Code) -> Code:
        return call("add_noise", input, self.std)

    def summary(self) -> str:
        return f"std {self.std:g}, training only"


@node(
    "transform.RandomShift",
    "transform",
    "sample",
    words="augment augmentation roll translate jitter signal series time",
)
class RandomShift:
    """Shift a signal along its last dimension, to either side; in training only."""

    input = Input("tensor[..., T]", "A signal, such as [T] or [C, T].")
    output = Output("The signal, shifted.")
    most = Int("How many steps it is shifted at most.", 4, least=0)
    around = Bool("What is shifted out comes in again on the other side; otherwise zeros do.", False)

    random = True

    def rule(self, input: Tensor) -> Tensor:
        return reaching(input, 0.0)  # zeros come in

    def forward(self, input: Code) -> Code:
        return call("shift_at_random", input, self.most, self.around)

    def summary(self) -> str:
        return f"up to {self.most}, training only"


@node("transform.RandomScale", "transform", "sample", words="augment augmentation amplitude gain volume factor signal")
class RandomScale:
    """Multiply a signal by a factor that is drawn anew for each sample; in training only."""

    input = Input("float[...]", "Numbers of any shape.")
    output = Output("The same shape.")
    low = Float("One end of the factors.", 0.8)
    high = Float("The other end of them.", 1.25)

    random = True
    rule = elementwise

    def forward(self, input: Code) -> Code:
        return call("scale_at_random", input, self.low, self.high)

    def summary(self) -> str:
        return f"{self.low:g} to {self.high:g}, training only"
