"""Rules of losses: shapes and dtypes that are compared, one weight a class, and numbers that are hardly meant."""

from math import inf
from typing import Any

from runtime.check.rules.elementwise import broadcast
from runtime.check.rules.repairs import as_whole, insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Dim, Loss, Tensor

TO_FLOAT = insert("Tensor.to", "Insert Tensor.to float32 before the target", "target")
TO_CLASSES = insert("Tensor.to", "Insert Tensor.to int64 before the target", "target", dtype="int64")
NARROW = insert("torch.squeeze", "Insert torch.squeeze before the target", "target", dim=-1)
MOST = 1000  # weights that a repair writes
SPAN = 2.0  # scores that lie no further apart leave every class possible


def same_shape(input: Tensor, target: Tensor) -> Misfit | None:
    """A target must have the shape of the input; ``[B]`` and ``[B, 1]`` are the usual mix-up."""
    if input.shape == target.shape:
        return None
    repairs = [insert("torch.unsqueeze", "Insert torch.unsqueeze before the target", "target", dim=target.rank)]
    repairs.append(insert("torch.squeeze", "Insert torch.squeeze before the input", "input", dim=-1))
    return Misfit(f"compares {input} with {target}, which have different shapes", "target", tuple(repairs))


def compared(self: Any, input: Tensor, target: Tensor) -> Loss | Misfit:
    """Number by number; torch stretches where it can."""
    if broadcast(input.shape, target.shape) is None:
        return same_shape(input, target) or Loss()
    return Loss()


def stretched(input: Tensor, target: Tensor) -> list[Misfit]:
    """Different shapes that torch makes one of."""
    wrong = same_shape(input, target)
    if wrong is None:
        return []
    return [Misfit(f"{wrong.message}; torch stretches both, so every row meets every other", "target", wrong.repairs)]


def same_dtype(input: Tensor, target: Tensor) -> Misfit | None:
    """A target of the dtype of the input, and of its shape."""
    if target.dtype == input.dtype:
        return None
    cast = insert("Tensor.to", f"Insert Tensor.to {input.dtype} before the target", "target", dtype=input.dtype)
    several = of_several(input, target) if target.dtype == "int64" else ()
    why = f"needs a target of {_like(input, target, input.dtype)}, got {target}"
    return Misfit(why, "target", (*several, *shaped(cast, input, target), cast))


def float_target(input: Tensor, target: Tensor) -> Misfit | None:
    """A target of floats."""
    if target.dtype in FLOATS:
        return None
    repairs = (*of_several(input, target), TO_FLOAT, *shaped(TO_FLOAT, input, target))
    return Misfit(f"needs a target of {_like(input, target, 'float32')}, got {target}", "target", repairs)


def _like(input: Tensor, target: Tensor, dtype: str) -> str:
    """The dtype that a target needs, with the shape of the input where its own is another one."""
    return dtype if input.shape == target.shape else str(Tensor(dtype, input.shape))


def of_several(input: Tensor, target: Tensor) -> tuple[Any, ...]:
    """Scores for several classes and the right one of each row are for another loss, which takes scores."""
    if input.rank < 2 or input.shape[1] == 1 or target.shape != (input.shape[0], *input.shape[2:]):
        return ()
    become = ("become", "nn.CrossEntropyLoss")
    label = "Use nn.CrossEntropyLoss, which takes classes"
    return ((label, (become, ("skip", "input"))),) if input.bounds == (0.0, 1.0) else ((label, (become,)),)


def shaped(cast: tuple[str, tuple[Any, ...]], input: Tensor, target: Tensor) -> tuple[Any, ...]:
    """The cast together with what gives the target the shape of the input, where it has another."""
    if (wrong := same_shape(input, target)) is None:
        return ()
    return ((f"{cast[0]} and give it the input's shape", (*cast[1], *wrong.repairs[0][1])),)


def precise(dtype: str, port: str = "input") -> Misfit | None:
    """Some losses have no code for half precision on the CPU."""
    if dtype not in ("float16", "bfloat16"):
        return None
    cast = insert("Tensor.to", f"Insert Tensor.to float32 before the {port}", port)
    return Misfit(f"needs float32, got {dtype}", port, (cast,))


def of_classes(input: Tensor, target: Tensor) -> Loss | Misfit:
    """A class as a whole number for each row of scores, one a class."""
    wanted = (input.shape[0], *input.shape[2:])
    if target.dtype != "int64" and (target.dtype != "uint8" or input.rank > 2):
        return Misfit(
            f"needs classes as int64, got {target}", "target", as_whole(TO_CLASSES, target, "target", target=True)
        )
    if target.shape != wanted and target.shape == input.shape and input.shape[1] != 1:
        best = insert("torch.argmax", "Insert torch.argmax before the target", "target", dim=1)
        why = f"needs one class for each row of {input}, {Tensor('int64', wanted)}, got {target}"
        return Misfit(why, "target", (best, TO_FLOAT))
    if target.shape != wanted:
        before = ("Insert nn.Flatten before the last layer", (("flatten", "input"),))
        flat = insert("nn.Flatten", "Insert nn.Flatten before the input", "input")
        why = f"needs one class for each row of {input}, {Tensor('int64', wanted)}, got {target}"
        return Misfit(why, "target", (NARROW, before, flat))
    return Loss()


def beyond(input: Tensor, target: Tensor) -> list[Misfit]:
    """Labels for which there is no score."""
    scores = input.shape[1]
    if target.dtype in FLOATS or target.classes is None or not isinstance(scores, int) or target.classes <= scores:
        return []
    repair = ((f"Give the last layer {target.classes} outputs", (("widen", "input", target.classes),)),)
    told = "one class" if scores == 1 else f"{scores} classes"
    why = f"has scores for {told}, but labels go up to {target.classes - 1}"
    return [Misfit(f"{why}, so training would stop at the first of them", "input", repair)]


def alone(input: Tensor, target: Tensor) -> list[Misfit]:
    """The only score of a row is always the best."""
    if input.shape[1] != 1:
        return []
    wider = max(target.classes or 2, 2)
    repair = (f"Give the last layer {wider} outputs", (("widen", "input", wider),))
    return [
        Misfit("has one score a row, of which it makes a certainty, so that the loss is always 0", "input", (repair,))
    ]


def never_below(input: Tensor) -> list[Misfit]:
    """Scores behind a ReLU or its kin."""
    if input.bounds is None or input.bounds[0] < 0 or input.bounds[1] < inf:
        return []
    skip = ("Remove what keeps the scores above 0", (("skip", "input"),))
    why = f"gets no score below {input.bounds[0]:g}, so that it cannot rule a class out"
    return [Misfit(why, "input", (skip,))]


def weighted(self: Any, classes: Dim, parameter: str = "weight", what: str = "classes") -> Misfit | None:
    """One weight a class."""
    given = getattr(self, parameter)
    if given is None or len(given) == classes:
        return None
    repairs: list[tuple[str, tuple[Any, ...]]] = [("Use no weights", (("unset", "{node}", parameter),))]
    if isinstance(classes, int) and classes <= MOST:
        fitting = [*given, *[1.0] * classes][:classes]
        repairs.insert(0, (f"Make it {classes} weights", (("set", "{node}", parameter, fitting),)))
    return Misfit(f"needs a {parameter} for each of {classes} {what}, got {len(given)}", None, tuple(repairs))


def answered(self: Any, input: Tensor, parameter: str) -> Misfit | None:
    """One weight an answer, which lie along the last dimension, or one for all."""
    if getattr(self, parameter) is None or (input.shape and len(getattr(self, parameter)) == 1):
        return None
    return weighted(self, input.shape[-1] if input.shape else 0, parameter, "answers")


def squashed(input: Tensor) -> list[Misfit]:
    """Scores that were put through a softmax or a sigmoid already."""
    if input.bounds is None or input.bounds[1] - input.bounds[0] > SPAN:
        return []
    skip = ("Remove the squashing node", (("skip", "input"),))
    why = f"goes through a softmax in the loss itself, but brings {between(*input.bounds)}: no class is ever sure"
    return [Misfit(why, "input", (skip,))]


def outside(type: Tensor, low: float, high: float, port: str, what: str, *repairs: Any) -> list[Misfit]:
    """Numbers that may lie where a loss has no meaning for them; what nothing is known of passes."""
    if type.bounds is None or (low <= type.bounds[0] and type.bounds[1] <= high):
        return []
    return [Misfit(f"needs {what}, got {between(*type.bounds)}", port, repairs)]


def logarithms(type: Tensor, port: str, *repairs: Any, dim: int = -1) -> list[Misfit]:
    """Scores or probabilities where their logarithms are meant."""
    log = insert("torch.log", f"Insert torch.log before the {port}", port)
    shares = insert("nn.LogSoftmax", f"Insert nn.LogSoftmax before the {port}", port, dim=dim)
    last = log if type.bounds == (0.0, 1.0) else shares
    return outside(type, -inf, 0.0, port, "logarithms of probabilities, which are 0 at most", *repairs, last)


def shares(type: Tensor, port: str) -> list[Misfit]:
    """Scores where probabilities are meant."""
    repair = insert("nn.Softmax", f"Insert nn.Softmax before the {port}", port, dim=-1)
    return outside(type, 0.0, 1.0, port, "probabilities", repair)


def between(low: float, high: float) -> str:
    """Bounds in words."""
    if high == inf:
        return "any numbers" if low == -high else f"numbers of {low:g} or more"
    return f"numbers of {high:g} or less" if low == -inf else f"numbers from {low:g} to {high:g}"


def widen(port: str, size: Dim) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """The candidate that gives the last layer before a port so many outputs."""
    if not isinstance(size, int):
        return ()
    return ((f"Let the last layer before {port} give {size} numbers", (("widen", port, size),)),)


def signs(target: Tensor, *repairs: Any) -> list[Misfit]:
    """1 and -1 are wanted, but classes are counted from 0."""
    if target.classes is None:
        return []
    why = f"needs 1 for yes and -1 for no, got the numbers 0 to {target.classes - 1}, of which 0 counts for neither"
    return [Misfit(why, "target", repairs)]
