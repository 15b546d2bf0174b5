"""Norms: numbers brought to mean 0 and deviation 1, over the batch or within a row."""

from runtime.check.rules.elementwise import elementwise
from runtime.check.rules.norm import batch_normalized, group_normalized, instance_normalized, larger_groups, of_one
from runtime.check.rules.reshape import listed
from runtime.check.rules.work import numbers
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Float, Inferred, Int
from runtime.spec.tensor import ANY, Shapes, Tensor, product
from runtime.spec.value import counted

PICTURES = "float32[B, num_features, H, W]", "A batch of pictures, channels first."
VOLUMES = "float32[B, num_features, D, H, W]", "A batch of volumes, channels first."


class Norm:
    """What all of them have in common."""

    def multiply_adds(self, made: Tensor, **types: Tensor) -> int:
        return numbers(made)


class OfChannels(Norm):
    """What norms of each channel have in common."""

    output = Output("The same shape.")
    num_features = Inferred("Features or channels: the size of dimension 1.")
    eps = Float("Added to the variance.", least=1e-12)
    momentum = Float("How fast the running averages follow.", least=0.0, most=1.0)
    affine = Bool("Learn a scale and a shift.")
    track_running_stats = Bool("Keep running averages for evaluation.")

    bounds = ANY
    buffers = ("running_mean", "running_var", "num_batches_tracked")

    def learns(self) -> bool:
        return bool(self.affine)

    def tensors(self) -> Shapes:
        one = (self.num_features,)
        learned: Shapes = {"weight": one, "bias": one} if self.affine else {}
        kept: Shapes = {"running_mean": one, "running_var": one, "num_batches_tracked": ()}
        return learned | (kept if self.track_running_stats else {})

    def summary(self) -> str:
        return f"{counted(self.num_features)} channels"


class OverBatch(OfChannels):
    """Each channel over the whole batch, so that rows depend on each other in training."""

    rule = batch_normalized
    over_batch = True
    needs_rows = True

    def mixes(self, input: Tensor) -> bool:
        return not self.track_running_stats


@node("nn.BatchNorm1d", "layer", weights=True, words="batch normalization normalisation norm")
class BatchNorm1d(OverBatch):
    """Normalise each feature over the batch, then scale and shift it."""

    input = Input("float32[B, num_features] | float32[B, num_features, L]", "Rows of features, or series of them.")

    def summary(self) -> str:
        return f"{counted(self.num_features)} features"


@node("nn.BatchNorm2d", "layer", weights=True, words="batch normalization normalisation norm picture image")
class BatchNorm2d(OverBatch):
    """Normalise each channel of pictures over the batch, then scale and shift it."""

    input = Input(*PICTURES)


@node("nn.BatchNorm3d", "layer", weights=True, words="batch normalization normalisation norm volume video")
class BatchNorm3d(OverBatch):
    """Normalise each channel of volumes over the batch, then scale and shift it."""

    input = Input(*VOLUMES)


@node("nn.SyncBatchNorm", "layer", weights=True, words="batch normalization normalisation norm distributed gpu")
class SyncBatchNorm(OverBatch):
    """Batch norm over the batches of all processes that train together; alone it is plain batch norm."""

    input = Input("float32[B, num_features, ...]", "Rows, series, pictures or volumes, channels first.")


class OverSample(OfChannels):
    """Each channel within one sample."""

    rule = instance_normalized


@node("nn.InstanceNorm1d", "layer", weights=True, words="instance normalization normalisation norm series")
class InstanceNorm1d(OverSample):
    """Normalise each channel of each series by itself."""

    input = Input("float32[B, num_features, L]", "A batch of series, channels first.")


@node("nn.InstanceNorm2d", "layer", weights=True, words="instance normalization normalisation norm picture style")
class InstanceNorm2d(OverSample):
    """Normalise each channel of each picture by itself."""

    input = Input(*PICTURES)


@node("nn.InstanceNorm3d", "layer", weights=True, words="instance normalization normalisation norm volume video")
class InstanceNorm3d(OverSample):
    """Normalise each channel of each volume by itself."""

    input = Input(*VOLUMES)


@node("nn.GroupNorm", "layer", weights=True, words="group normalization normalisation norm channels picture")
class GroupNorm(Norm):
    """Normalise groups of channels within each sample, then scale and shift each channel."""

    input = Input("float32[B, num_channels, ...]", "Rows, series, pictures or volumes, channels first.")
    output = Output("The same shape.")
    num_groups = Int("How many groups the channels are shared out to; 1 takes all of them together.", 1, least=1)
    num_channels = Inferred("Size of dimension 1.")
    eps = Float("Added to the variance.", least=0.0)
    affine = Bool("Learn a scale and a shift for each channel.")

    rule = group_normalized
    needs_rows = True

    bounds = ANY

    def doubts(self, input: Tensor) -> list[Misfit]:
        if product((self.num_channels // self.num_groups, *input.shape[2:])) != 1:
            return []
        return [Misfit(f"has one number a group of {input}, which leaves zeros", "input", larger_groups(self, input))]

    def learns(self) -> bool:
        return bool(self.affine)

    def tensors(self) -> Shapes:
        return {"weight": (self.num_channels,), "bias": (self.num_channels,)} if self.affine else {}

    def summary(self) -> str:
        return f"{self.num_groups} × {self.num_channels // self.num_groups if self.num_channels else '?'} channels"


class OverLast(Norm):
    """The last dimension, or several of them together."""

    output = Output("The same shape.")
    normalized_shape = Inferred("Sizes of the dimensions that are normalised together.", last="dims")
    dims = Int("How many of the last dimensions are normalised together.", 1, least=1, ours=True)
    elementwise_affine: bool

    bounds = ANY

    def learns(self) -> bool:
        return bool(self.elementwise_affine)

    def tensors(self) -> Shapes:
        names = ("weight", *(("bias",) if getattr(self, "bias", False) else ()))
        return dict.fromkeys(names, tuple(listed(self.normalized_shape))) if self.elementwise_affine else {}

    def matrices(self) -> bool:
        return bool(self.dims == 2)

    def summary(self) -> str:
        if isinstance(self.normalized_shape, list):
            return " × ".join(map(counted, self.normalized_shape))
        return f"{counted(self.normalized_shape)} features"


@node("nn.LayerNorm", "layer", weights=True, words="layer normalization normalisation norm transformer")
class LayerNorm(OverLast):
    """Normalise the last dimensions of every row, then scale and shift them."""

    input = Input("float32[..., normalized_shape]", "Any shape; the last dimensions are normalised.")
    eps = Float("Added to the variance.", least=0.0)
    elementwise_affine = Bool("Learn a scale and a shift.")
    bias = Bool("Learn the shift too.")

    rule = elementwise
    doubts = of_one


@node("nn.RMSNorm", "layer", weights=True, words="root mean square normalization normalisation norm transformer llama")
class RMSNorm(OverLast):
    """Divide the last dimensions of every row by their root mean square, then scale them."""

    x = Input("float32[..., normalized_shape]", "Any shape; the last dimensions are normalised.")
    eps = Float("Added to the mean square; none takes the smallest step of the dtype.", least=0.0)
    elementwise_affine = Bool("Learn a scale.")

    def rule(self, x: Tensor) -> Tensor:
        return elementwise(self, x)

    def doubts(self, x: Tensor) -> list[Misfit]:
        return of_one(self, x, "their signs")


@node("nn.LocalResponseNorm", "layer", words="lrn alexnet normalization normalisation norm channels")
class LocalResponseNorm:
    """Make numbers smaller where neighbouring channels are large at the same point."""

    input = Input("float32[B, C, L, ...] | float64[B, C, L, ...]", "Series, pictures or volumes, channels first.")
    output = Output("The same shape.")
    size = Int("How many neighbouring channels count.", 5, least=1, most=4096)
    alpha = Float("How much the neighbours count.")
    beta = Float("The power to which their sum is raised.")
    k = Float("Added to their sum.")

    rule = elementwise

    def summary(self) -> str:
        return f"{counted(self.size)} channels"
