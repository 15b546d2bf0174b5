"""Rules of batches whose samples are of nearly one length in a field."""

from collections.abc import Mapping
from typing import Any

from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor, Text, Type


def misfit(collate: Any, samples: Mapping[str, Type]) -> Misfit | None:
    """What keeps samples from being put together by their length."""
    if not collate.bucket_by:
        return None
    off = ("Forget bucket_by", (("unset", "{node}", "bucket_by"),))
    name, type = collate.bucket_by, samples.get(collate.bucket_by)
    if type is None:
        return Misfit(f"has no field {name[:60]} for bucket_by", None, (off,))
    if not isinstance(type, Text) and not (isinstance(type, Tensor) and type.shape):
        return Misfit(f"cannot go by the length of {type} in bucket_by", name, (off,))
    if isinstance(type, Tensor) and not collate.collate_fn and collate.collate.get(name, "stack") == "stack":
        pad = ("Pad them", (("set", "{node}", "collate", {**collate.collate, name: "pad"}),))
        return Misfit("is stacked, so that all its samples are of one length for bucket_by", name, (off, pad))
    return None
