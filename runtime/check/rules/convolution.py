"""Rules of convolutions: channels in groups, and what is added at the borders."""

from typing import Any

from runtime.check.rules.repairs import channels_first
from runtime.check.rules.windows import along, slid
from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor


def convolved(self: Any, input: Tensor) -> Tensor | Misfit:
    """A channel a filter, and a number a window."""
    if wrong := grouped(self, input) or strided(self):
        return wrong
    size = slid(self, input)
    if isinstance(size, Misfit):
        return size
    return repeated(self, input) or input.with_shape(input.shape[0], self.out_channels, *size)


def channels_last(input: Tensor) -> list[Misfit]:
    """Square pictures as [B, H, W, C]: the rows of pixels would be taken for channels."""
    channels, *sizes, last = input.shape[1:]
    if len(sizes) != 1 or channels != sizes[0] or last not in (1, 3) or not isinstance(channels, int) or channels < 8:
        return []
    why = f"takes dimension 1 for channels, but {input} looks like pictures of {channels} x {channels}, channels last"
    return [Misfit(why, "input", (channels_first("input", input.rank),))]


def grouped(self: Any, input: Tensor) -> Misfit | None:
    """Channels before and after must divide into the groups."""
    channels = input.shape[1]
    if not ((isinstance(channels, int) and channels % self.groups) or self.out_channels % self.groups):
        return None
    why = f"needs channels that divide into {self.groups} groups, got {channels} in and {self.out_channels} out"
    return Misfit(why, "input", (("Set groups to 1", (("unset", "{node}", "groups"),)),))


def strided(self: Any) -> Misfit | None:
    """Where as much is added as a window takes, it moves by one."""
    if self.padding != "same" or self.stride == 1 or self.stride == [1] * self.rank:
        return None
    steps = (
        ("Set stride to 1", (("unset", "{node}", "stride"),)),
        ("Use no padding", (("unset", "{node}", "padding"),)),
    )
    return Misfit(f'needs a stride of 1 for a padding of "same", got {self.stride}', None, steps)


def repeated(self: Any, input: Tensor) -> Misfit | None:
    """What stands in the way of filling the border with the picture itself (torch.nn.functional.pad)."""
    less = {"reflect": 1, "circular": 0}.get(self.padding_mode)
    if less is None:
        return None
    for size, window, side in along(self, input):
        padding = max(window.before, window.after)
        if isinstance(size, int) and padding > size - less:
            why = f"needs a {self.padding_mode} padding of at most {size - less} for a {side} of {size}, got {padding}"
            return Misfit(why, "input", (("Pad with zeros", (("unset", "{node}", "padding_mode"),)),))
    return None
