"""Dropout: numbers set to zero at random, in training only."""

from runtime.check.rules.elementwise import elementwise
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Float
from runtime.spec.tensor import Tensor


class AtRandom:
    """How likely something is dropped; what is left grows, so that the mean stays."""

    output = Output("The same shape.")
    p = Float("How likely a number, or a whole channel where channels are dropped, is dropped.", least=0.0, most=1.0)

    drops = True
    rule = elementwise

    def doubts(self, input: Tensor) -> list[Misfit]:
        repair = (("Set p to 0.5", (("unset", "{node}", "p"),)),)
        return [Misfit("drops everything in training, so that nothing is learned", None, repair)] if self.p == 1 else []

    def summary(self) -> str:
        return f"p {self.p:g}"


@node("nn.Dropout", "layer", words="regularization regularisation random")
class Dropout(AtRandom):
    """Set numbers to zero at random, in training only."""

    input = Input("float[...]", "Any shape.")


@node("nn.Dropout1d", "layer", words="regularization regularisation random channel series spatial")
class Dropout1d(AtRandom):
    """Set whole channels of series to zero at random, in training only."""

    input = Input("float[B, C, L]", "A batch of series, channels first.")


@node("nn.Dropout2d", "layer", words="regularization regularisation random channel picture spatial")
class Dropout2d(AtRandom):
    """Set whole channels of pictures to zero at random, in training only."""

    input = Input("float[B, C, H, W]", "A batch of pictures, channels first.")


@node("nn.Dropout3d", "layer", words="regularization regularisation random channel volume video spatial")
class Dropout3d(AtRandom):
    """Set whole channels of volumes to zero at random, in training only."""

    input = Input("float[B, C, D, H, W]", "A batch of volumes, channels first.")


@node("nn.AlphaDropout", "layer", words="regularization regularisation random selu")
class AlphaDropout(AtRandom):
    """Dropout for what comes out of nn.SELU: mean and spread stay as they are."""

    input = Input("float[...]", "Any shape.")


@node("nn.FeatureAlphaDropout", "layer", words="regularization regularisation random channel selu spatial")
class FeatureAlphaDropout(AtRandom):
    """Drop whole channels of what comes out of nn.SELU: mean and spread stay as they are."""

    input = Input("float[B, C, ...]", "A batch, channels first.")
