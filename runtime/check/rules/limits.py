"""Rules of limits: numbers that are set in the place of others."""

from typing import Any

from runtime.check.rules.elementwise import holds, with_number
from runtime.check.rules.repairs import insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Tensor


def written_in(name: str, value: Any, made: Tensor, port: str | None = "input") -> Misfit | None:
    """A number that the dtype into which it is written, that of what comes into `port`, does not hold."""
    if value is None or holds(made.dtype, value):
        return None
    cast = insert("Tensor.to", f"Insert Tensor.to float32 before {port}", port or "")
    return Misfit(f"cannot write {name} {value} into {made.dtype}, which is beyond it", port, (cast,) if port else ())


def bounded(self: Any, input: Tensor) -> Tensor | Misfit:
    """Between two limits; a limit with a fraction makes floats of whole numbers."""
    limits = {name: value for name, value in (("min", self.min), ("max", self.max)) if value is not None}
    if not limits:
        repair = (("Set min to 0", (("set", "{node}", "min", 0),)), ("Set max to 1", (("set", "{node}", "max", 1),)))
        return Misfit("needs a min or a max", None, repair)
    dtype = input.dtype
    for value in limits.values():
        dtype = with_number(dtype, value)
    between = (self.min, self.max) if len(limits) == 2 and dtype in FLOATS and self.min <= self.max else None
    made = Tensor(dtype, input.shape, None, between)
    return next((wrong for name, value in limits.items() if (wrong := written_in(name, value, made))), made)


def doubtful_bounds(self: Any) -> list[Misfit]:
    """Limits the wrong way round give the upper one everywhere."""
    if self.min is None or self.max is None or self.min <= self.max:
        return []
    turn = ("Swap the limits", (("set", "{node}", "min", self.max), ("set", "{node}", "max", self.min)))
    return [Misfit(f"has a min of {self.min} above its max of {self.max}, which is all that comes out", None, (turn,))]
