"""Resampling: pictures in another size, pixels for channels, pictures read at given places."""

from runtime.check.rules.repairs import insert
from runtime.check.rules.resampling import interpolated, mixed, resized, sampled, shuffled, unshuffled
from runtime.check.rules.windows import each, shown
from runtime.spec.code import Code, call, code
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Choice, Factors, Int, Sizes
from runtime.spec.tensor import Tensor

MODES = ("nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact")


class Interpolation:
    """Another size for the last dimensions."""

    input = Input("float[B, C, L, ...] | uint8[B, C, L, ...]", "A batch of series, pictures or volumes.")
    output = Output("The same in another size.")
    size = Sizes("The new size: one number, or one a dimension; none where scale_factor says it.", None, least=1)
    scale_factor = Factors(
        "How many times larger: one number, or one a dimension.", None, least=0.0, most=1000.0, start=2.0
    )
    mode = Choice("Nearest pixel, or a line or curve through its neighbours.", MODES)
    align_corners = Bool("Keep the corners where they are, for modes with linear or cubic in their name.")
    recompute_scale_factor = Bool("Scale by what the sizes come to once they are rounded.")

    function = "F.interpolate"
    rule = interpolated

    def summary(self) -> str:
        return f"{self.mode}, {_said(self.size, self.scale_factor)}"


def _said(size: int | list[int] | None, factor: float | list[float] | None) -> str:
    """``to 32 × 32`` or ``2 times``."""
    if size is not None:
        return f"to {shown(size, 1)}"
    return f"{shown(factor, 1)} times" if factor is not None else "?"


@node("nn.Upsample", "layer", words="interpolate resize scale larger picture image decoder")
class Upsample(Interpolation):
    """Bring series, pictures or volumes to another size."""


@node("F.interpolate", "transform", words="upsample downsample resize scale picture image")
class Interpolate(Interpolation):
    """Bring series, pictures or volumes to another size, smoothed on the way if wanted."""

    antialias = Bool("Smooth what becomes smaller, for bilinear and bicubic pictures.")


class Upsampling2d:
    """Pictures in another size."""

    output = Output("The pictures in another size.")
    size = Sizes("New height and width; none where scale_factor says it.", None, least=1, length=2)
    scale_factor = Factors("How many times higher and wider.", None, least=0.0, most=1000.0, length=2, start=2.0)

    function = "F.interpolate"
    rule = resized

    def summary(self) -> str:
        return _said(self.size, self.scale_factor)


@node("nn.UpsamplingNearest2d", "layer", words="interpolate resize scale larger picture image decoder")
class UpsamplingNearest2d(Upsampling2d):
    """Bring pictures to another size by repeating pixels."""

    input = Input("float[B, C, H, W] | uint8[B, C, H, W]", "A batch of pictures.")


@node("nn.UpsamplingBilinear2d", "layer", words="interpolate resize scale larger smooth picture image decoder")
class UpsamplingBilinear2d(Upsampling2d):
    """Bring pictures to another size by lines between pixels, corners kept."""

    input = Input("float[B, C, H, W]", "A batch of pictures.")

    def forward(self, input: Code) -> Code:
        ways = {"size": self.size, "scale_factor": self.scale_factor}
        given = {name: each(value, 2) for name, value in ways.items() if value is not None}
        return call("F.interpolate", input, **given, mode="bilinear", align_corners=True)


@node("nn.PixelShuffle", "layer", "either", words="subpixel upscale superresolution picture image")
class PixelShuffle:
    """Make every group of channels a square of pixels, so that pictures grow."""

    input = Input("tensor[..., C, H, W]", "A picture or a batch of them.")
    output = Output("Fewer channels, larger pictures.")
    upscale_factor = Int("How many times higher and wider.", 2, least=1)

    exact = True  # the same bytes for one sample as for many

    rule = shuffled

    def summary(self) -> str:
        return f"{self.upscale_factor} times larger"


@node("nn.PixelUnshuffle", "layer", "either", words="space to depth downscale patches picture image")
class PixelUnshuffle:
    """Make every square of pixels a group of channels, so that pictures shrink."""

    input = Input("tensor[..., C, H, W]", "A picture or a batch of them.")
    output = Output("More channels, smaller pictures.")
    downscale_factor = Int("How many times lower and narrower.", 2, least=1)

    exact = True  # the same bytes for one sample as for many

    rule = unshuffled

    def summary(self) -> str:
        return f"{self.downscale_factor} times smaller"


@node("nn.ChannelShuffle", "layer", words="groups mix permute channels shufflenet")
class ChannelShuffle:
    """Mix the channels of groups, so that grouped convolutions see each other's."""

    input = Input("tensor[B, C, L, ...]", "A batch with channels, and at least one dimension behind them.")
    output = Output("The same shape, channels in another order.")
    groups = Int("How many groups the channels come in.", 2, least=1)

    rule = mixed

    def summary(self) -> str:
        return f"{self.groups} groups"


@node("F.grid_sample", "transform", words="warp spatial transformer places flow picture image")
class GridSample:
    """Read pictures at given places, between pixels if need be."""

    input = Input("float[B, C, H, W] | float[B, C, D, H, W]", "A batch of pictures or volumes.")
    grid = Input("float[B, H_out, W_out, 2] | float[B, D_out, H_out, W_out, 3]", "Places from -1 to 1, x before y.")
    output = Output("A picture with a pixel a place.")
    mode = Choice("How numbers between pixels are found.", ("bilinear", "nearest", "bicubic"))
    padding_mode = Choice("What lies beyond the edges.", ("zeros", "border", "reflection"))
    align_corners = Bool("Let -1 and 1 be the middle of the outer pixels, not their edges.", False)

    rule = sampled

    def summary(self) -> str:
        return str(self.mode)


@node("F.affine_grid", "transform", words="warp spatial transformer rotate shift scale places picture image")
class AffineGrid:
    """Places to read pictures at, turned, shifted and scaled by a matrix a sample."""

    theta = Input("float[B, 2, 3] | float[B, 3, 4]", "A matrix for each picture, or for each volume.")
    output = Output("A place a pixel, for F.grid_sample.")
    size = Sizes(
        "Height and width of the pictures, one number for both; for volumes depth, height and width.", 32, least=1
    )
    align_corners = Bool("Let -1 and 1 be the middle of the outer pixels, not their edges.", False)

    def rule(self, theta: Tensor) -> Tensor | Misfit:
        sizes, rank = each(self.size, 2), 2 if theta.shape[1] == 2 else 3
        if len(sizes) != rank:
            fitting = (sizes + (1,) * rank)[:rank]
            repair = (f"Set size to {list(fitting)}", (("set", "{node}", "size", list(fitting)),))
            return Misfit(f"needs a size of {rank} numbers for {theta}, got {len(sizes)}", "theta", (repair,))
        if 1 in sizes and theta.dtype in ("float16", "bfloat16"):
            cast = insert("Tensor.to", "Insert Tensor.to float32", "theta")
            return Misfit(f"needs float32 for a size of 1, got {theta}", "theta", (cast,))
        return theta.with_shape(theta.shape[0], *sizes, rank)

    def forward(self, theta: Code) -> Code:
        size = [code("{}.size(0)", theta), 1, *each(self.size, 2)]
        return call("F.affine_grid", theta, size, align_corners=self.align_corners)

    def summary(self) -> str:
        return shown(self.size, 1)
