"""Rules of sequences: [B, L, features] where the batch comes first, [L, B, features] where it does not."""

from typing import Any

from runtime.check.rules.repairs import Candidate, insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import BATCH, Dim, Size, Tensor

SET = (("Set batch_first", (("set", "{node}", "batch_first", True),)),)
UNSET = (("Leave out batch_first", (("unset", "{node}", "batch_first"),)),)


def apart(self: Any, tensor: Tensor) -> tuple[Dim, Dim]:
    """The size of the batch and the length of a sequence."""
    one, two = tensor.shape[:2]
    return (one, two) if self.batch_first else (two, one)


def together(self: Any, batch: Dim, length: Dim, *features: Dim) -> tuple[Dim, ...]:
    """The shape of a sequence."""
    return (batch, length, *features) if self.batch_first else (length, batch, *features)


def turned(self: Any, tensor: Tensor, port: str = "input") -> list[Misfit]:
    """A batch that does not stand where the layer takes it to be: samples and steps change places, silently."""
    batch, length = apart(self, tensor)
    if not _rows(length) or _rows(batch):
        return []
    if self.batch_first:
        why = f"takes time steps for the batch: batch_first is set, but the wire brings {tensor}"
    else:
        why = f"takes the batch for time steps: batch_first is not set, but the wire brings {tensor}"
    return [Misfit(why, port, UNSET if self.batch_first else SET)]


def steps_of_rows(self: Any, tensor: Tensor) -> bool:
    """Whether the layer goes through the batch step by step."""
    return _rows(tensor.shape[0]) and not self.batch_first


def _rows(dim: Dim) -> bool:
    return isinstance(dim, Size) and dim.symbol == BATCH.symbol


def as_many(batch: Dim, like: str, tensor: Tensor, port: str) -> Misfit:
    """Two sequences of one sample each that do not have the same batch."""
    return Misfit(f"needs as many samples as {like}, {batch}, got {tensor}", port, (swapped(port),))


def swapped(port: str) -> Candidate:
    """Samples and steps change places."""
    return insert("torch.transpose", f"Insert torch.transpose before {port}", port, dim0=0, dim1=1)


def other_state(known: Tensor, came: Tensor, port: str) -> Misfit:
    """What is known before does not have the shape of what is known after; a layer mends its features."""
    size = known.shape[-1]
    layer = insert("nn.Linear", f"Insert nn.Linear to {size} before {port}", port, out_features=size)
    return Misfit(f"needs {known}, got {came}", port, (layer,))


def drops_all(self: Any, parameter: str = "dropout") -> list[Misfit]:
    """A dropout of 1 leaves nothing to learn from."""
    usual = (("Drop a tenth", (("set", "{node}", parameter, 0.1),)),)
    why = "drops everything in training, so that nothing is learned"
    return [Misfit(why, None, usual)] if getattr(self, parameter) == 1 else []


def first(*found: Misfit | None) -> Misfit | None:
    """The first thing that is wrong."""
    return next((each for each in found if each), None)
