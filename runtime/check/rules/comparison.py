"""Rules of comparisons and of choices by them."""

from typing import Any

from runtime.check.rules.arithmetic import Made, stretched
from runtime.check.rules.elementwise import broadcast, together, with_number
from runtime.check.rules.limits import written_in
from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Tensor


def judged(self: Any, input: Tensor) -> Tensor:
    """True or false for every number."""
    return Tensor("bool", input.shape)


def compared(self: Any, input: Tensor, other: Tensor | None) -> Made:
    """True or false for every number of two tensors together, or of one against a number."""
    shape = input.shape if other is None else stretched(self.does, input, other)
    return shape if isinstance(shape, Misfit) else Tensor("bool", shape)


def chosen(self: Any, condition: Tensor, input: Tensor | None, other: Tensor | None) -> Made:
    """All three stretched to one shape; a number in place of a tensor only counts by its kind."""
    shape: tuple[Dim, ...] = condition.shape
    for port, each in (("input", input), ("other", other)):
        if each is not None:
            found = broadcast(shape, each.shape)
            if found is None:
                so_far = Tensor("bool", shape)
                return Misfit(f"cannot choose by {so_far} from {each}: sizes must be equal or 1, from the right", port)
            shape = found
    tensors = [each for each in (input, other) if each is not None]
    numbers = [value for value, port in ((self.input, input), (self.other, other)) if port is None]
    if len(tensors) == 2:
        return Tensor(together(*tensors), shape)
    dtype = tensors[0].dtype if tensors else "bool"
    for value in numbers:
        dtype = with_number(dtype, value)
    made = Tensor(dtype, shape)
    if made.dtype in ("float16", "bfloat16"):  # what is beyond these becomes infinite
        return made
    names = [name for name, port in (("input", input), ("other", other)) if port is None]
    at = "input" if tensors and input is not None else "other" if tensors else None
    wrong = (written_in(name, value, made, at) for name, value in zip(names, numbers, strict=True))
    return next((each for each in wrong if each), made)


def masked(self: Any, input: Tensor, mask: Tensor) -> Made:
    """The numbers and the mask stretched to one shape, in the dtype of the numbers."""
    shape = stretched(self.does, input, mask, "mask")
    if isinstance(shape, Misfit):
        return shape
    made = Tensor(input.dtype, shape)
    return written_in("value", self.value, made) or made
