"""Norms: numbers brought to mean 0 and deviation 1, over the batch or within a row."""

from runtime.check.rules.elementwise import elementwise
from runtime.check.rules.norm import batch_normalized
from runtime.spec.node import Input, Output, node
from runtime.spec.parameter import Bool, Float, Inferred


@node("nn.BatchNorm1d", "layer", weights=True, words="batch normalization normalisation norm")
class BatchNorm1d:
    """Normalise each feature over the batch, then scale and shift it."""

    input = Input("float32[B, num_features] | float32[B, num_features, L]", "Rows of features, or series of them.")
    output = Output("The same shape.")
    num_features = Inferred("Size of dimension 1.")
    eps = Float("Added to the variance.", least=1e-12)
    momentum = Float("How fast the running averages follow.", least=0.0, most=1.0)
    affine = Bool("Learn a scale and a shift.")
    track_running_stats = Bool("Keep running averages for evaluation.")

    rule = batch_normalized
    over_batch = True

    def learns(self) -> bool:
        return bool(self.affine)

    def summary(self) -> str:
        return f"{self.num_features or '?'} features"


@node("nn.BatchNorm2d", "layer", weights=True, words="batch normalization normalisation norm picture image")
class BatchNorm2d:
    """Normalise each channel over the batch, then scale and shift it."""

    input = Input("float32[B, num_features, H, W]", "A batch of pictures, channels first.")
    output = Output("The same shape.")
    num_features = Inferred("Channels of the picture.")
    eps = Float("Added to the variance.", least=1e-12)
    momentum = Float("How fast the running averages follow.", least=0.0, most=1.0)
    affine = Bool("Learn a scale and a shift.")
    track_running_stats = Bool("Keep running averages for evaluation.")

    rule = batch_normalized
    over_batch = True

    def learns(self) -> bool:
        return bool(self.affine)

    def summary(self) -> str:
        return f"{self.num_features or '?'} channels"


@node("nn.LayerNorm", "layer", weights=True, words="layer normalization normalisation norm transformer")
class LayerNorm:
    """Normalise the last dimension of every row, then scale and shift it."""

    input = Input("float32[..., normalized_shape]", "Any shape; the last dimension is normalised.")
    output = Output("The same shape.")
    normalized_shape = Inferred("Size of the last dimension.")
    eps = Float("Added to the variance.", least=0.0)
    elementwise_affine = Bool("Learn a scale and a shift.")
    bias = Bool("Learn the shift too.")

    rule = elementwise

    def learns(self) -> bool:
        return bool(self.elementwise_affine)

    def summary(self) -> str:
        return f"{self.normalized_shape or '?'} features"
