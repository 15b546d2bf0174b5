"""Rules of tensors that are made out of nothing, or after the picture of another one."""

from typing import Any

from runtime.check.rules.dims import place, reaches
from runtime.check.rules.limits import written_in
from runtime.check.rules.reshape import listed
from runtime.spec.code import Code, call
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Dim, Size, Tensor

Made = Tensor | Misfit


def sized(self: Any, like: Tensor | None, dtype: str = "float32") -> Tensor:
    """The size that is set, behind the batch of `like`, whose dtype it has too."""
    batch = like.shape[:1] if like else ()
    return Tensor(like.dtype if like else dtype, (*batch, *listed(self.size)))


def made_like(self: Any, function: str, like: Code | None, *more: Any) -> Code:
    """A call that says where the numbers belong: where `like` is, or else where other tensors are."""
    size = (*([Code(f"{like}.shape[0]")] if like else []), *listed(self.size))
    if like:
        dtype = {} if _by_itself(self, more) else {"dtype": Code(f"{like}.dtype")}
        return call(function, size, *more, device=Code(f"{like}.device"), **dtype)
    return call(function, size, *more, **on(self))


def _by_itself(self: Any, more: tuple[Any, ...]) -> bool:
    """Whether torch gives the dtype unsaid: float32, unless a whole number fills the tensor."""
    gives = getattr(self, "gives", None)
    return isinstance(gives, Tensor) and gives.dtype == "float32" and all(isinstance(each, float) for each in more)


def on(self: Any) -> dict[str, Code]:
    """The argument that names the device; a source that stands for itself is on that of its function's tensors."""
    return {"device": self.device} if self.device else {}


def filled(self: Any, like: Tensor | None) -> Made:
    """One number everywhere; without `like` it says by its kind which dtype that is."""
    made = sized(self, like, "float32" if isinstance(self.fill_value, float) else "int64")
    wrong = written_in("fill_value", self.fill_value, made, "like" if like else None)
    return wrong or of_one_number(made, self.fill_value)


def of_one_number(like: Tensor, number: Any) -> Tensor:
    """The shape of another tensor; that whole numbers are this one is a fact."""
    whole = like.dtype not in (*FLOATS, "bool") and isinstance(number, int) and number >= 0
    return Tensor(like.dtype, like.shape, number + 1 if whole else None)


def counted(self: Any, like: Tensor | None) -> Made:
    """Whole numbers in order, up to `end` or to the size of a dimension of `like`."""
    end: Dim | None = self.end
    if end is None:
        at = _dimension(self, like)
        if isinstance(at, Misfit):
            return at
        assert like is not None
        end = like.shape[at]
    length = end + -self.start if self.step > 0 else self.start + end * -1
    downwards = isinstance(length, Size) and length.factor < 0  # a batch or a length has no largest size
    if not self.step or downwards or not reaches(length, 0):
        turn = (("Set step to 1", (("unset", "{node}", "step"),)), ("Set start to 0", (("unset", "{node}", "start"),)))
        return Misfit(f"cannot count from {self.start} to {end} in steps of {self.step}", None, turn)
    size = abs(self.step)
    count = length if size == 1 else (length + (size - 1)) // size
    known = isinstance(end, int) and self.step > 0 and self.start >= 0
    return Tensor("int64", (count,), max(end, 1) if isinstance(end, int) and known else None)


def _dimension(self: Any, like: Tensor | None) -> int | Misfit:
    """The dimension of `like` whose size says where to end."""
    if like is None:
        ten = (("Set end to 10", (("set", "{node}", "end", 10),)),)
        return Misfit("needs an end, or a tensor at like whose size says it", None, ten, open=True)
    at = place(self.dim, like.rank, "like")
    if isinstance(at, Misfit) or not like.shape:
        return at if isinstance(at, Misfit) else Misfit(f"needs a tensor with dimensions, got {like}", "like")
    return at
