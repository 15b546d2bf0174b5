"""Rules of resampling: pictures to another size, pixels for channels and back, pictures read at given places."""

from typing import Any

from runtime.check.rules.pooling import scaled
from runtime.check.rules.repairs import insert
from runtime.check.rules.windows import SIDES, divides, each, empty
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Dim, Size, Tensor

RANK = {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}
"""The modes that work out numbers between pixels, and the rank that each is for."""


def interpolated(self: Any, input: Tensor) -> Tensor | Misfit:
    """A given size, or a multiple of the input's (torch.nn.functional.interpolate)."""
    if input.rank > 5:
        return Misfit(f"needs series, pictures or volumes, got {input}", "input")
    if wrong := _settings(self, input) or _mode(self, input):
        return wrong
    rank = input.rank - 2
    for name in ("size", "scale_factor"):
        value = getattr(self, name)
        if isinstance(value, list) and len(value) != rank:
            why = f"needs one number for {name}, or {rank} for {input}, got {len(value)}"
            return Misfit(why, "input", ((f"Set {name} to {value[0]}", (("set", "{node}", name, value[0]),)),))
    return resized(self, input)


def resized(self: Any, input: Tensor) -> Tensor | Misfit:
    """What comes of `size` or `scale_factor`, one of which is given."""
    if wrong := chosen(self):
        return wrong
    rank = input.rank - 2
    sizes, factors = each(self.size, rank), each(self.scale_factor, rank)
    ways = zip(input.shape[2:], sizes, factors, strict=True)
    made: list[Dim] = [scaled(was, factor) if size is None else size for was, size, factor in ways]
    if 0 in made:
        side = SIDES[rank][made.index(0)]
        why = f"leaves nothing: a {side} of {input.shape[2 + made.index(0)]} times {factors[made.index(0)]}"
        return Misfit(why, "input", (("Double the size", (("set", "{node}", "scale_factor", 2.0),)),))
    averages = getattr(self, "mode", "") == "area" and all(size == 1 for size in made)
    if not averages and (wrong := empty(input)):
        return wrong
    return input.with_shape(*input.shape[:2], *made)


def chosen(self: Any) -> Misfit | None:
    """The size is given, or a factor."""
    if (self.size is None) != (self.scale_factor is None):
        return None
    if self.size is None:
        double = ("Double the size", (("set", "{node}", "scale_factor", 2.0),))
        return Misfit("needs a size or a scale_factor, got none of them", None, (double,))
    ways = [(f"Use no {name}", (("unset", "{node}", name),)) for name in ("size", "scale_factor")]
    return Misfit("needs either a size or a scale_factor, got both", None, tuple(ways))


def _settings(self: Any, input: Tensor) -> Misfit | None:
    """What does not go together, whatever comes in."""
    if self.align_corners is not None and self.mode not in RANK:
        unset = ("Use no align_corners", (("unset", "{node}", "align_corners"),))
        return Misfit(f"has no use for align_corners in a mode of {self.mode}", None, (unset,))
    if self.recompute_scale_factor and self.size is not None:
        unset = ("Use no recompute_scale_factor", (("unset", "{node}", "recompute_scale_factor"),))
        return Misfit("has no scale to recompute where the size is given", None, (unset,))
    if getattr(self, "antialias", False):
        exact = input.dtype in ("float32", "float64")
        if self.mode not in ("bilinear", "bicubic") or input.rank != 4 or not exact:
            unset = ("Use no antialias", (("unset", "{node}", "antialias"),))
            why = f"needs a mode of bilinear or bicubic and float32 pictures for antialias, got {self.mode} and {input}"
            return Misfit(why, "input", (unset,))
    return None


def _mode(self: Any, input: Tensor) -> Misfit | None:
    """Each mode is for certain ranks and dtypes."""
    if RANK.get(self.mode, input.rank) != input.rank:
        fitting = {3: "linear", 4: "bilinear", 5: "trilinear"}[input.rank]
        repair = (f"Set mode to {fitting}", (("set", "{node}", "mode", fitting),))
        return Misfit(f"needs {RANK[self.mode]} dimensions for a mode of {self.mode}, got {input}", "input", (repair,))
    if input.dtype not in FLOATS and self.mode not in ("nearest", "nearest-exact"):
        cast = insert("Tensor.to", "Insert Tensor.to float32")
        nearest = ("Set mode to nearest", (("unset", "{node}", "mode"), ("unset", "{node}", "align_corners")))
        return Misfit(f"needs float32 for a mode of {self.mode}, got {input}", "input", (cast, nearest))
    return None


def shuffled(self: Any, input: Tensor) -> Tensor | Misfit:
    """Channels become pixels: a square of them for each."""
    *before, channels, height, width = input.shape
    factor = self.upscale_factor
    if input.dtype in FLOATS and (wrong := empty(input, 0)):
        return wrong
    if not divides(channels, factor**2):
        return Misfit(f"needs channels in groups of {factor**2}, got {channels}", "input", more(channels, factor**2))
    return input.with_shape(*before, channels // factor**2, height * factor, width * factor)


def more(channels: Dim, by: int) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """The layer that gives the channels may give a few more of them."""
    if not isinstance(channels, int):
        return ()
    enough = -(-max(channels, 1) // by) * by
    return ((f"Give {enough} channels", (("widen", "input", enough),)),)


def unshuffled(self: Any, input: Tensor) -> Tensor | Misfit:
    """Pixels become channels: a square of them each."""
    *before, channels, height, width = input.shape
    factor = self.downscale_factor
    if wrong := empty(input, 0):  # torch gives such back as they are
        return wrong
    if not divides(height, factor) or not divides(width, factor):
        return Misfit(f"needs a height and a width that {factor} divides, got {height} and {width}", "input")
    return input.with_shape(*before, channels * factor**2, height // factor, width // factor)


def mixed(self: Any, input: Tensor) -> Tensor | Misfit:
    """Channels in another order, the first of each group together."""
    channels = input.shape[1]
    if (channels == 0 and input.dtype in FLOATS) or not divides(channels, self.groups):
        why = f"needs channels that divide into {self.groups} groups, got {channels}"
        return Misfit(why, "input", more(channels, self.groups))
    return input.with_shape(*input.shape)


def sampled(self: Any, input: Tensor, grid: Tensor) -> Tensor | Misfit:
    """A number for each place of the grid, channel by channel."""
    rank = input.rank - 2
    if grid.rank != input.rank or grid.shape[-1] != rank or grid.shape[0] != input.shape[0]:
        wanted = Tensor(input.dtype, (input.shape[0], *(Size(side) for side in SIDES[rank]), rank))
        return Misfit(f"needs places in {input}, as {wanted}, got {grid}", "grid")
    if grid.dtype != input.dtype:
        cast = insert("Tensor.to", f"Insert Tensor.to {input.dtype}", "grid", dtype=input.dtype)
        return Misfit(f"needs places in the input's {input.dtype}, got {grid}", "grid", (cast,))
    if self.mode == "bicubic" and rank != 2:
        linear = ("Set mode to bilinear", (("unset", "{node}", "mode"),))
        return Misfit(f"needs pictures for a mode of bicubic, got {input}", "input", (linear,))
    return empty(input, 2) or input.with_shape(*input.shape[:2], *grid.shape[1:-1])
