"""Rules of attention: heads that share features, masks of what is padding and of which step may look at which."""

from collections.abc import Mapping
from math import isqrt
from typing import Any

from runtime.check.rules.elementwise import broadcast, crossed
from runtime.check.rules.repairs import Candidate, insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Size, Tensor

# For each mask of which step may look at which the one that says which of the steps that are looked at are padding.
PADDING = {
    "attn_mask": "key_padding_mask",
    "mask": "src_key_padding_mask",
    "src_mask": "src_key_padding_mask",
    "tgt_mask": "tgt_key_padding_mask",
    "memory_mask": "memory_key_padding_mask",
}


def heads(size: int, count: int, parameter: str) -> Misfit | None:
    """Heads share the features between them."""
    if size % count == 0:
        return None
    small = [n for n in range(1, isqrt(size) + 1) if size % n == 0]
    fitting = max(n for each in small for n in (each, size // each) if n <= count)
    repair = ((f"Set {parameter} to {fitting}", (("set", "{node}", parameter, fitting),)),)
    return Misfit(f"needs features that divide by {parameter}, got {size} and {count}", None, repair)


def padding(mask: Tensor, batch: Dim, length: Dim, port: str) -> Misfit | None:
    """A mask of what is padding: one entry for each step of each sample."""
    wanted = Tensor(mask.dtype, (batch, length))
    if mask.shape == wanted.shape:
        return None
    others = tuple(_led(port, other) for other, each in PADDING.items() if each == port)
    return Misfit(f"needs {wanted}, one entry a step, got {mask}", port, others)


def square(mask: Tensor, batch: Dim, rows: Dim, columns: Dim, count: int, port: str) -> Misfit | None:
    """A mask of which step may look at which: one for all, or one for each sample and head."""
    if mask.shape in ((rows, columns), (batch * count, rows, columns)):
        return None
    one, each = Tensor(mask.dtype, (rows, columns)), Tensor(mask.dtype, (batch * count, rows, columns))
    return Misfit(f"needs {one} or {each}, got {mask}", port, (_led(port, PADDING[port]),))


def _led(port: str, into: str) -> Candidate:
    return f"Lead it into {into}", (("lead", port, into),)


def two_kinds(masks: Mapping[str, Tensor]) -> list[Misfit]:
    """Two masks that are added up, one of yes and no, one of numbers: torch warns that it will refuse them."""
    for mask, padded in PADDING.items():
        if mask in masks and padded in masks and masks[mask].dtype != masks[padded].dtype:
            floats = mask if masks[mask].dtype != "bool" else padded
            cast = insert("Tensor.to", f"Insert Tensor.to bool before {floats}", floats, dtype="bool")
            why = f"is {masks[mask]} beside {padded} of {masks[padded]}: torch will refuse masks of two kinds"
            return [Misfit(why, mask, (cast,))]
    return []


def attended(self: Any, query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None) -> Tensor | Misfit:
    """As many steps as query has, each with the features of value; what stands before is stretched."""
    if wrong := _unlike(query, key, value) or (_grouped(query, key, value) if self.enable_gqa else None):
        return wrong
    around = [each.shape[:-2] for each in (query, key, value)]
    if self.enable_gqa:
        around = [(*each[:-1], query.shape[-3]) for each in around]
    scored = broadcast(around[0], around[1])
    if scored is None:
        return Misfit(f"cannot be stretched to {query}, got {key}: sizes must be equal or 1, from the right", "key")
    taken = broadcast(scored, around[2])
    if taken is None:
        return Misfit(f"cannot be stretched to {query}, got {value}: sizes must be equal or 1, from the right", "value")
    scores = (*scored, query.shape[-2], key.shape[-2])
    if attn_mask is not None and (wrong := _masked(self, query, attn_mask, scores)):
        return wrong
    return query.with_shape(*taken, query.shape[-2], value.shape[-1])


def _unlike(query: Tensor, key: Tensor, value: Tensor) -> Misfit | None:
    """Three tensors of one dtype; query and key meet in their features, key and value in their steps."""
    for port, each in (("key", key), ("value", value)):
        if each.dtype != query.dtype:
            cast = insert("Tensor.to", f"Insert Tensor.to {query.dtype} before {port}", port, dtype=query.dtype)
            return Misfit(f"needs the dtype of query, {query}, got {each}", port, (cast,))
    size = query.shape[-1]
    if key.shape[-1] != size:
        layer = insert("nn.Linear", f"Insert nn.Linear to {size} before key", "key", out_features=size)
        why = f"needs the {size} features of query, got {key}"
        return Misfit(why, "key", (layer,) if isinstance(size, int) and size else ())
    if value.shape[-2] != key.shape[-2]:
        return Misfit(f"needs the {key.shape[-2]} steps of key, got {value}", "value")
    return None


def _grouped(query: Tensor, key: Tensor, value: Tensor) -> Misfit | None:
    """Several heads of query share one of key and of value."""
    usual = (("Leave out enable_gqa", (("unset", "{node}", "enable_gqa"),)),)
    for port, each in (("key", key), ("value", value)):
        if min(query.rank, each.rank) < 3:
            return Misfit(f"needs heads that query's share, [..., heads, L, E], got {each} for {query}", port, usual)
        if not _divides(each.shape[-3], query.shape[-3]):
            why = f"needs heads that divide the {query.shape[-3]} of query, got {each.shape[-3]} in {each}"
            return Misfit(why, port, usual)
    return None


def _divides(part: Dim, whole: Dim) -> bool:
    if part == whole:
        return True
    if isinstance(part, Size):
        same = isinstance(whole, Size) and (whole.symbol, whole.offset, part.offset) == (part.symbol, 0, 0)
        return same and isinstance(whole, Size) and whole.factor % part.factor == 0
    if isinstance(whole, Size):
        return part > 0 and whole.factor % part == 0 and whole.offset % part == 0
    return part > 0 and whole % part == 0


def _masked(self: Any, query: Tensor, mask: Tensor, scores: tuple[Dim, ...]) -> Misfit | None:
    """A mask that is stretched to the scores, of every step of query with every step of key."""
    if self.is_causal:
        usual = (("Leave out is_causal", (("unset", "{node}", "is_causal"),)),)
        return Misfit("cannot go with is_causal, which is a mask of its own", "attn_mask", usual)
    if mask.dtype not in ("bool", "float32", query.dtype):
        cast = insert("Tensor.to", f"Insert Tensor.to {query.dtype} before attn_mask", "attn_mask", dtype=query.dtype)
        return Misfit(f"needs bool, float32 or {query.dtype}, got {mask}", "attn_mask", (cast,))
    if broadcast(mask.shape, scores) == scores:
        return None
    step = ("insert", "torch.unsqueeze", {"dim": 1}, "attn_mask", None)
    more = (("Insert torch.unsqueeze", (step,)), ("Insert torch.unsqueeze twice", (step, step)))
    return Misfit(f"needs what can be stretched to {query.with_shape(*scores)}, got {mask}", "attn_mask", more)


def every_with_every(query: Tensor, key: Tensor) -> list[Misfit]:
    """A doubt where stretching lets every sample look at every other."""
    shape = broadcast(query.shape[:-2], key.shape[:-2])
    if shape is None or not crossed(query.shape[:-2], key.shape[:-2], shape):
        return []
    squeeze = [insert("torch.squeeze", f"Insert torch.squeeze before {p}", p, dim=1) for p in ("query", "key")]
    return [Misfit(f"lets every sample of {query} look at every sample of {key}", "key", tuple(squeeze))]


def one_step(steps: Dim, tensor: Tensor, port: str) -> list[Misfit]:
    """A doubt where there is one step to look at, which gets all of it whatever comes."""
    return [Misfit(f"brings a single step to look at, {tensor}, which gets all of it", port)] if steps == 1 else []
