"""What a trained model predicts for the validation rows, beside what is true; written into the run's folder at its end.

``predictions.json`` holds of classes how often each was taken for each, of numbers pairs of true and predicted, and of
pictures the worst and some others. Nothing of this is in the program: its own `evaluate` is listened to.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import nlargest
from math import inf
from pathlib import Path
from typing import Any

import torch
from torch import distributed

from runtime.graph.save import write_whole
from runtime.train.control import STOP, asked
from runtime.train.look_thumbnails import png
from runtime.train.predictable import ASKED, FILE, OF_FOLD, SCORES, YES_OR_NO

PAIRS = 10_000  # at most, of true and predicted numbers: of more rows every n-th
SHOWN = 24  # pictures of the worst, and as many of others


def predict(run: Any, folder: Path, name: str = FILE, within: float | None = None) -> bool:
    """Evaluate the validation rows once more and write what was predicted; False where nothing of that is asked for.

    Of several processes that train together none does, for each has seen a share of the rows.

    Ends early, with nothing written, where the run is asked to stop; with `within` after so many seconds instead.
    """
    file = folder / ASKED
    together = distributed.is_available() and distributed.is_initialized()
    if "validation" not in run.rows or not file.is_file() or together:
        return False
    about = json.loads(file.read_text(encoding="utf-8"))
    seen = Seen(about, folder / "control", None if within is None else time.monotonic() + within)
    random = [each.get_rng_state() for each in run.generators]
    try:
        with _listening(run, seen):
            run.evaluate("validation")
    except Stopped:
        return False
    finally:
        for each, numbers in zip(run.generators, random, strict=True):  # a fold may measure test rows after this
            each.set_rng_state(numbers)
        for metric in getattr(run, "metrics", {}).values():  # it has what was seen up to an error
            metric.reset()
    found = seen.told(run.rows["validation"])
    write_whole(folder / name, json.dumps({**found, "epoch": run.epoch - 1}).encode())
    return True


def put_together(folder: Path) -> None:
    """Write what was predicted in all folds, where each row is held out once, in one file."""
    files = folder.glob(OF_FOLD.format("*"))
    parts: list[dict[str, Any]] = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(files)]
    if not parts:
        return
    found = {**parts[-1], **{key: sum(part[key] for part in parts) for key in ("count", "left_out")}}
    if "table" in found:
        found["table"] = torch.tensor([part["table"] for part in parts]).sum(0).tolist()
    for side in ("true", "predicted") if "true" in found else ():
        values = [value for part in parts for value in part[side]]
        found[side] = values[:: max(-(-len(values) // PAIRS), 1)]
    pictures = [each for part in parts for each in part["pictures"]]
    worst = nlargest(SHOWN, [each for each in pictures if each["worst"]], key=_how_wrong)
    found["pictures"] = [*worst, *[each for each in pictures if not each["worst"]][:SHOWN]]
    write_whole(folder / FILE, json.dumps(found).encode())


def _how_wrong(picture: dict[str, Any]) -> float:
    return inf if picture["wrong"] is None else float(picture["wrong"])


class Stopped(Exception):
    """The run is asked to stop, or it takes too long."""


@contextmanager
def _listening(run: Any, seen: "Seen") -> Iterator[None]:
    """Show each batch of an evaluation, and what the model makes of it."""
    feed, batches = run.feed, list[Any]()

    def noted(part: str, epoch: int, start: int = 0) -> Iterator[Any]:
        for batch in feed(part, epoch, start):
            batches[:] = [batch]
            yield batch

    def hear(model: Any, given: Any, result: Any) -> None:
        seen.take(result, batches[0])

    run.feed, hook = noted, run.model.register_forward_hook(hear)
    try:
        yield
    finally:
        hook.remove()
        del run.feed


@dataclass(frozen=True)
class Shown:
    """A picture, how wrong the model is about it, and the how manieth of the rows that were compared it is."""

    wrong: float
    number: int
    pixels: Any


class Seen:
    """What came of the batches so far."""

    def __init__(self, about: dict[str, Any], control: Path, until: float | None = None) -> None:
        self.about, self.control, self.until = about, control, until
        self.true: list[Any] = []
        self.predicted: list[Any] = []
        self.at: list[Any] = []  # which rows these are, counted as they came
        self.worst: list[Shown] = []  # so far
        self.others: list[Shown] = []
        self.count = self.compared = 0

    def take(self, result: Any, batch: dict[str, Any]) -> None:
        """Another batch; `result` is what the model gives for it."""
        if asked(self.control) == STOP if self.until is None else time.monotonic() > self.until:
            raise Stopped
        if key := self.about.get("result"):
            result = result[key]
        goal = batch[self.about["target"]].to(result.device)
        here = self._with_class(goal).nonzero()[:, 0]
        true, predicted, wrong = self._compared(result.detach().float()[here], goal[here])
        for kept, values in ((self.true, true), (self.predicted, predicted), (self.at, here + self.count)):
            kept.append(values.cpu())
        if field := self.about["picture"]:
            self._look(wrong.cpu(), here.cpu(), batch[field])
        self.count += len(goal)

    def _with_class(self, goal: Any) -> Any:
        """Which rows have one of the classes: others are left out of the loss."""
        if self.about["loss"] not in SCORES:
            return (goal == goal).reshape(len(goal))
        return (goal >= 0) & (goal < len(self.about["classes"]))

    def _compared(self, result: Any, goal: Any) -> tuple[Any, Any, Any]:
        kind = self.about["loss"]
        if kind in SCORES:
            chances = result.exp() if kind == "nn.NLLLoss" else result.softmax(1)
            return goal, result.argmax(1), 1 - chances.gather(1, goal[:, None])[:, 0]
        result, goal = result.reshape(len(result)), goal.reshape(len(goal))
        if kind in YES_OR_NO:
            chances = result.sigmoid() if kind == "nn.BCEWithLogitsLoss" else result
            return (goal > 0.5).long(), (result > YES_OR_NO[kind]).long(), (chances - goal).abs()
        return goal, result, (result - goal).abs()

    def _look(self, wrong: Any, here: Any, pixels: Any) -> None:
        """Keep the pictures of the worst rows, and those of the first."""

        def shown(at: int) -> Shown:
            return Shown(float(wrong[at]), self.compared + at, pixels[here[at]].cpu().clone())

        worst = wrong.nan_to_num(nan=float("inf")).topk(min(SHOWN, len(wrong))).indices.tolist()
        self.worst = nlargest(SHOWN, [*self.worst, *map(shown, worst)], key=lambda each: each.wrong)
        self.others += map(shown, range(min(SHOWN - len(self.others), len(wrong))))
        self.compared += len(wrong)

    def told(self, rows: Any) -> dict[str, Any]:
        """All of it as JSON can hold it; `rows` are the numbers of the rows in the data."""
        true, predicted, at = (torch.cat(each) for each in (self.true, self.predicted, self.at))
        found: dict[str, Any] = {"count": len(true), "left_out": self.count - len(true)}
        if field := self.about.get("field"):
            found["field"] = field
        classes = self.about.get("classes")
        if classes:
            many = len(classes)
            table = torch.bincount(true.long() * many + predicted, minlength=many * many).reshape(many, many)
            found |= {"classes": classes, "table": table.tolist()}
        else:
            every = max(-(-len(true) // PAIRS), 1)
            found |= {"true": _finite(true[::every]), "predicted": _finite(predicted[::every])}
        pictures = [*self.worst, *self.others]
        wrong = _finite(torch.tensor([each.wrong for each in pictures]))
        found["pictures"] = [
            {
                "row": int(rows[at[each.number]]),
                "worst": number < len(self.worst),
                "true": _said(true[each.number], classes),
                "predicted": _said(predicted[each.number], classes),
                "wrong": wrong[number],
                "png": png,
            }
            for number, (each, png) in enumerate(zip(pictures, _drawn(pictures), strict=True))
        ]
        return found


def _said(value: Any, classes: list[str] | None) -> str:
    return classes[int(value)] if classes else f"{float(value):.4g}"


def _finite(values: Any) -> list[float | None]:
    """JSON has no numbers that are not finite: None stands for them."""
    return [value if abs(value) < float("inf") else None for value in values.double().tolist()]


def _drawn(pictures: list[Shown]) -> list[str]:
    """Each as PNG in base64; floats are stretched from the lowest to the highest of all."""
    if not pictures:
        return []
    low = min(float(each.pixels.min()) for each in pictures)
    high = max(float(each.pixels.max()) for each in pictures)
    stretch = 255 / ((high - low) or 1.0)
    bytes_ = [
        each.pixels if each.pixels.dtype.itemsize == 1 else (each.pixels.float() - low) * stretch for each in pictures
    ]
    return [png(each.numpy()) for each in bytes_]
