"""Rules of metrics: which task the wires tell, and whether scores and targets go with it."""

from math import inf
from typing import Any

from runtime.check.rules.loss import between, outside, same_shape, widen
from runtime.check.rules.repairs import insert
from runtime.check.rules.windows import empty
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Dim, Tensor

BINARY, MULTICLASS, MULTILABEL = "binary", "multiclass", "multilabel"
NARROW = insert("torch.squeeze", "Insert torch.squeeze before the input", "input", dim=-1)


def told(self: Any, input: Tensor, target: Tensor, tasks: tuple[str, ...]) -> dict[str, Any]:
    """The task, and how many classes or answers there are, as far as the wires tell them."""
    found: dict[str, Any] = {"task": _task(input, target, tasks)}
    task = self.task or found["task"]
    answers = input.shape[1] if input.rank > 1 and isinstance(input.shape[1], int) else None
    if task == MULTILABEL:
        found["num_labels"] = answers
    if task == MULTICLASS:
        known = max((each.classes or 0 for each in (input, target)), default=0) or None
        found["num_classes"] = answers if input.rank == target.rank + 1 else known
    return {name: value for name, value in found.items() if value is not None and hasattr(self, name)}


def _task(input: Tensor, target: Tensor, tasks: tuple[str, ...]) -> str:
    """Scores have a dimension more than classes; several columns of both are several answers."""
    several = input.rank > 1 and input.shape[1] != 1
    if input.rank == target.rank + 1 and several:
        return MULTICLASS
    if input.rank != target.rank or BINARY not in tasks:
        return MULTILABEL if several and input.rank == target.rank and MULTILABEL in tasks else tasks[0]
    if input.dtype not in FLOATS and (input.classes or target.classes or 3) > 2:
        return MULTICLASS
    return MULTILABEL if several and MULTILABEL in tasks and input.rank > 1 else BINARY


def classified(self: Any, input: Tensor, target: Tensor) -> Misfit | None:
    """Scores, or classes, against classes; or scores against yes and no."""
    if wrong := empty(input, 0):
        return wrong
    if self.task == MULTICLASS:
        return _multiclass(self, input, target)
    if input.shape != target.shape:
        if input.rank == target.rank + 1 and input.shape[1] == 1:
            return Misfit(f"needs one score for each of {target}, got {input}", "input", (NARROW,))
        return same_shape(input, target)
    if self.task == MULTILABEL:
        return _multilabel(self, input)
    return None


def _multilabel(self: Any, input: Tensor) -> Misfit | None:
    """Several answers a row."""
    answers = input.shape[1] if input.rank > 1 else 1
    if not isinstance(answers, int) or answers < 2:
        repair = (("Take the answers one by one", (("set", "{node}", "task", BINARY),)),)
        return Misfit(f"needs at least two answers a row for {MULTILABEL}, got {input}", "input", repair)
    return _pinned(self, "num_labels", answers, input)


def _multiclass(self: Any, input: Tensor, target: Tensor) -> Misfit | None:
    """One of several classes a row."""
    if input.rank == target.rank + 1:
        if input.dtype not in FLOATS:
            return Misfit(
                f"needs scores as float32, got {input}", "input", (insert("Tensor.to", "Insert Tensor.to", "input"),)
            )
        if (input.shape[0], *input.shape[2:]) != target.shape:
            shown = Tensor("int64", (input.shape[0], *input.shape[2:]))
            return Misfit(f"needs {shown} for scores {input}, got {target}", "target")
        classes = input.shape[1]
        if not isinstance(classes, int) or classes < 2:
            repair = (NARROW, *widen("input", max(2, target.classes or 2)))
            return Misfit(f"needs scores for at least two classes, got {input}", "input", repair)
        return _pinned(self, "num_classes", classes, input) or best(self, classes)
    if input.shape != target.shape or input.dtype in FLOATS:
        wanted = f"{input.dtype}[B, {self.num_classes or 'C'}, ...] or classes as int64"
        return Misfit(f"needs {wanted} for classes {target}, got {input}", "input")
    if self.num_classes is None:
        return Misfit("needs num_classes: the wires do not tell how many classes there are")
    return best(self, 1)


def _pinned(self: Any, parameter: str, came: int, input: Tensor) -> Misfit | None:
    given = getattr(self, parameter)
    if given == came:
        return None
    repair = ((f"Take {parameter} from the wire", (("unset", "{node}", parameter),)),)
    return Misfit(f"has {parameter} pinned to {given}, the wire brings {input}", "input", repair)


def best(self: Any, classes: Dim) -> Misfit | None:
    """How many of the highest scores count; classes come without scores."""
    most = getattr(self, "top_k", 1)
    if most == 1 or (isinstance(classes, int) and most <= classes):
        return None
    why = "needs a score for each class where top_k is set" if classes == 1 else f"has {classes} scores, not {most}"
    return Misfit(why, None, (("Set top_k to 1", (("unset", "{node}", "top_k"),)),))


def beyond(self: Any, target: Tensor) -> list[Misfit]:
    """Labels that the task does not know; most metrics stop at the first of them."""
    classes = self.num_classes if self.task == MULTICLASS else 2
    if target.classes is None or classes is None or target.classes <= classes:
        return []
    known = "0 and 1" if self.task != MULTICLASS else f"{classes} classes"
    why = f"knows {known}, but labels go up to {target.classes - 1}"
    return [Misfit(why, "target", widen("input", target.classes) if self.task == MULTICLASS else ())]


def raw(self: Any, input: Tensor, *tasks: str) -> list[Misfit]:
    """Scores where probabilities are meant: torchmetrics looks at each batch whether it has to squash them."""
    if self.task not in tasks or input.bounds is None or (input.bounds[0] >= 0 and input.bounds[1] <= 1):
        return []
    squash = insert("torch.sigmoid", "Insert torch.sigmoid before the input", "input")
    if self.task == MULTICLASS:
        squash = insert("nn.Softmax", "Insert nn.Softmax before the input", "input", dim=1)
    why = (
        f"takes probabilities, got {between(*input.bounds)}; torchmetrics squashes only batches with one outside 0 to 1"
    )
    return [Misfit(why, "input", (squash,))]


def level(self: Any, input: Tensor, target: Tensor) -> Misfit | None:
    """As many columns in every batch: what is measured of each is added up over an epoch."""
    if input.rank == 2 and not isinstance(input.shape[1], int):
        return Misfit(f"needs as many columns in every batch, got {input}", "input")
    return paired(self, input, target)


def paired(self: Any, input: Tensor, target: Tensor) -> Misfit | None:
    """As many numbers as there are targets, in the same shape."""
    return same_shape(input, target)


def columns(self: Any, input: Tensor, target: Tensor) -> Misfit | None:
    """One number a row, in a row or a column."""
    if input.rank > 1 and input.shape[1:] != (1,):
        return Misfit(f"needs one number a row, got {input}", "input", widen("input", 1))
    return same_shape(input, target)


def positive(input: Tensor) -> list[Misfit]:
    """Amounts below 0, of which no logarithm can be taken."""
    repair = insert("nn.Softplus", "Insert nn.Softplus before the input", "input")
    return outside(input, 0.0, inf, "input", "amounts of 0 or more", repair)
