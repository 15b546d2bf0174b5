"""Rules of which training rows an epoch has: each once, or as many drawn anew, as a column says."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Tensor, Text, Type

SHUFFLE, BALANCED, WEIGHTED = SAMPLINGS = ("shuffle", "balanced", "weighted")
SAMPLE_BY = "sample_by"  # the port of Collate that takes what rows are drawn by


def misfit(collate: Any, by: Type | None) -> Misfit | None:
    """What keeps a column from saying how rows are drawn."""
    if by is None:
        return None
    dtype = by.dtype if isinstance(by, Tensor) and not by.shape else None
    if collate.sampling == BALANCED and not isinstance(by, Text) and dtype in (None, *FLOATS):
        return Misfit(f"needs a class for each row, such as int64[] or text, got {by}", SAMPLE_BY)
    if collate.sampling == WEIGHTED and dtype in (None, "bool"):
        return Misfit(f"needs a number for each row, such as float32[], got {by}", SAMPLE_BY)
    return None


def doubts(collate: Any, samples: Mapping[str, Type]) -> Iterator[Misfit]:
    """An order that is asked for and that drawn rows do not keep; numbers of classes taken for weights."""
    by = samples.get(SAMPLE_BY)
    if collate.sampling == WEIGHTED and isinstance(by, Tensor) and by.classes:
        alike = ("Draw all classes as likely", (("set", "{node}", "sampling", BALANCED),))
        yield Misfit("takes the numbers of classes for weights, so that class 0 is never drawn", SAMPLE_BY, (alike,))
    if collate.sampling != SHUFFLE and not collate.shuffle:
        on = ("Set shuffle", (("unset", "{node}", "shuffle"),))
        yield Misfit(f"draws its rows at random, {collate.sampling}, although shuffle is off", None, (on,))
