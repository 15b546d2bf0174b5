"""Rules of arithmetic: two tensors that are stretched to one shape, or a tensor and a number."""

from typing import Any

from runtime.check.rules.elementwise import broadcast, crossed, together, with_number
from runtime.check.rules.fitting import channels_alike, sides_alike
from runtime.check.rules.limits import written_in
from runtime.check.rules.repairs import insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Dim, Tensor

Made = Tensor | Misfit


def met(self: Any, input: Tensor, other: Tensor | None, number: Any, port: str = "other") -> Made:
    """The shape and dtype of both together."""
    if other is None:
        return Tensor(with_number(input.dtype, number), input.shape)
    shape = stretched(self.does, input, other, port)
    return shape if isinstance(shape, Misfit) else Tensor(together(input, other), shape)


def stretched(does: str, input: Tensor, other: Tensor, port: str = "other") -> tuple[Dim, ...] | Misfit:
    """The shape that two tensors stretch to; `does` says what cannot be done where there is none."""
    shape = broadcast(input.shape, other.shape)
    if shape is not None:
        return shape
    what = does.format(input=input, other=other)
    alike = channels_alike(input, other, port)
    if input.rank == other.rank and input.shape[:2] == other.shape[:2]:
        alike = sides_alike((input, other), (("input", None), (port, None)))
    fits = (*fitted(input, other, port), *alike)
    return Misfit(f"cannot {what}: sizes must be equal or 1, from the right", port, fits)


def fitted(input: Tensor, other: Tensor, port: str) -> tuple[Any, ...]:
    """Where only the last sizes differ, a layer on the shortcut brings it to the size of the rest."""
    size = input.shape[-1] if input.shape else None
    if not isinstance(size, int) or input.shape[:-1] != other.shape[:-1]:
        return ()
    return (insert("nn.Linear", f"Insert nn.Linear to {size} before {port}", port, out_features=size),)


def together_or_not(self: Any, input: Tensor, other: Tensor | None, port: str = "other") -> list[Misfit]:
    """A doubt where stretching makes a table of every row with every other."""
    shape = broadcast(input.shape, other.shape) if other is not None else None
    if other is None or shape is None or not crossed(input.shape, other.shape, shape):
        return []
    squeeze = [insert("torch.squeeze", f"Insert torch.squeeze before {p}", p, dim=-1) for p in ("input", port)]
    return [Misfit(f"{self.crosses}: {input} and {other} give {input.with_shape(*shape)}", port, tuple(squeeze))]


def added(self: Any, input: Tensor, other: Tensor | None) -> Made:
    """A sum or a difference, the second part multiplied by alpha."""
    made = met(self, input, other, self.other)
    if isinstance(made, Misfit):
        return made
    if self.takes_away and (wrong := _truths(input, other)):
        return wrong
    if made.dtype not in FLOATS and isinstance(self.alpha, float) and self.alpha != 1:
        repair = (("Set alpha to 1", (("unset", "{node}", "alpha"),)),)
        return Misfit(f"cannot multiply {made.dtype} by an alpha of {self.alpha}", "other", repair)
    return written_in("alpha", self.alpha, made) or made


def _truths(input: Tensor, other: Tensor | None) -> Misfit | None:
    """From yes and no nothing can be taken away, nor can they be."""
    found = {port: t for port, t in (("input", input), ("other", other)) if t is not None and t.dtype == "bool"}
    if not found:
        return None
    ports = list(found)
    casts = [insert("Tensor.to", f"Insert Tensor.to float32 before {port}", port, 0) for port in ports]
    both = (" and ".join([casts[0][0], *ports[1:]]), tuple(step for _, steps in casts for step in steps))
    return Misfit(f"cannot subtract with {found[ports[0]]}: bool holds no numbers", ports[0], (both,))


def divided(self: Any, input: Tensor, other: Tensor | None) -> Made:
    """A quotient: of whole numbers only where it is rounded."""
    made = met(self, input, other, self.other)
    if isinstance(made, Misfit):
        return made
    exact = (("Do not round", (("unset", "{node}", "rounding_mode"),)),)
    if self.rounding_mode is None:
        return made if made.dtype in FLOATS else made.with_dtype("float32")
    if made.dtype == "bool":
        return Misfit(f"cannot divide {input} by {other} and round: bool holds no numbers", "input", exact)
    if other is None and self.other == 0 and made.dtype not in FLOATS:
        return Misfit(f"cannot divide {input} by 0 and round", "input", exact)
    return made


def raised(self: Any, input: Tensor, exponent: Tensor | None) -> Made:
    """A power; whole numbers have whole ones, so that no power of theirs is negative."""
    made = met(self, input, exponent, self.exponent, "exponent")
    if isinstance(made, Misfit):
        return made
    if made.dtype in FLOATS and exponent is not None and exponent.dtype == "bool":
        cast = insert("Tensor.to", "Insert Tensor.to float32 before exponent", "exponent")
        return Misfit(f"cannot train through a power of {exponent}: bool holds no numbers", "exponent", (cast,))
    if exponent is None and (wrong := written_in("exponent", self.exponent, made)):
        return wrong
    if made.dtype in FLOATS:
        return made
    cast = insert("Tensor.to", "Insert Tensor.to float32 before input")
    if exponent is None and self.exponent < 0:
        why = f"cannot raise whole numbers to {self.exponent}, got {input}"
        return Misfit(why, "input", (cast, ("Set exponent to 2", (("set", "{node}", "exponent", 2),))))
    if made.dtype == "bool":
        return Misfit(f"cannot raise {input} to {exponent}: bool holds no numbers", "input", (cast,))
    return made


def stops(input: Tensor, other: Tensor | None, port: str, at: str) -> list[Misfit]:
    """Whole numbers at which torch stops; those of classes are never negative."""
    if other is None or {input.dtype, other.dtype} & {*FLOATS}:
        return []
    cast = insert("Tensor.to", f"Insert Tensor.to float32 before {port}", port)
    return [Misfit(f"computes with whole numbers, so training would stop at the first {at} in {other}", port, (cast,))]
