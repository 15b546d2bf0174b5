"""Rules of norms: numbers that are compared with each other must be more than one."""

from collections.abc import Iterator
from typing import Any

from runtime.check.rules.repairs import Candidate
from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor, product


def batch_normalized(self: Any, input: Tensor) -> Tensor | Misfit:
    """Same shape; in training torch wants more than one value a channel."""
    if product((input.shape[0], *input.shape[2:])) == 1:
        return Misfit(f"needs more than one value a channel, got {input}", "input")
    return Tensor(input.dtype, input.shape)


def instance_normalized(self: Any, input: Tensor) -> Tensor | Misfit:
    """Same shape; in training torch wants more than one value a channel of every sample."""
    if product(input.shape[2:]) == 1:
        over_channels = ("Use nn.GroupNorm", (("become", "nn.GroupNorm"),))
        why = f"needs more than one value in each channel of a sample, got {input}"
        return Misfit(why, "input", (*over_batch(input), over_channels))
    return Tensor(input.dtype, input.shape)


def group_normalized(self: Any, input: Tensor) -> Tensor | Misfit:
    """Same shape; groups share the channels out evenly, and one value in all is refused."""
    channels = self.num_channels
    if channels % self.num_groups:
        nearest = sorted(_divisors(channels), key=lambda count: abs(count - self.num_groups))
        repairs = tuple((f"Set num_groups to {count}", (("set", "{node}", "num_groups", count),)) for count in nearest)
        why = f"needs a num_groups that divides {channels} channels, got {self.num_groups}"
        return Misfit(why, None, repairs[:3])
    if product((input.shape[0], channels // self.num_groups, *input.shape[2:])) == 1:
        return Misfit(f"needs more than one value a group, got {input}", "input", larger_groups(self, input))
    return Tensor(input.dtype, input.shape)


def larger_groups(self: Any, input: Tensor) -> tuple[Candidate, ...]:
    """The most groups of more than one channel; where there is but one channel, the batch is what to compare with."""
    most = max((count for count in _divisors(self.num_channels) if count < self.num_channels), default=None)
    if most is None:
        return over_batch(input)
    return ((f"Set num_groups to {most}", (("set", "{node}", "num_groups", most),)),)


def over_batch(input: Tensor) -> tuple[Candidate, ...]:
    """A norm over the batch instead, where torch has one for so many dimensions."""
    if input.rank > 5:
        return ()
    name = f"nn.BatchNorm{max(1, input.rank - 2)}d"
    return ((f"Use {name}", (("become", name),)),)


def _divisors(number: int) -> Iterator[int]:
    """What divides a number without a rest."""
    for small in range(1, int(number**0.5) + 1):
        if number % small == 0:
            yield small
            if small * small < number:
                yield number // small


def of_one(self: Any, input: Tensor, left: str = "zeros") -> list[Misfit]:
    """The doubt that the last dimensions, taken together, are a single number, and what is left of it."""
    sizes = self.normalized_shape if isinstance(self.normalized_shape, list) else [self.normalized_shape]
    if product(sizes) != 1:
        return []
    repairs = [
        (f"Set dims to {more}", (("set", "{node}", "dims", more),))
        for more in range(len(sizes) + 1, input.rank)
        if input.shape[-more] != 1
    ]
    why = f"normalises single numbers of {input}, which leaves {left}"
    return [Misfit(why, None, (*repairs[:1], *over_batch(input)))]
