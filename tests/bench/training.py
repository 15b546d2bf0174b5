"""CPU time of training as the app does it, events and figures told, beside loops by hand and those of others."""

import random
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from runtime.check.check import check
from runtime.generate.drawn import Drawn
from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from runtime.train import gauges, keeping, not_finite, probes, told
from runtime.train.folder import arguments_of, prepare_run
from runtime.train.gauges import Gauges
from runtime.train.told import Told
from runtime.train.worker import imported, train
from tests.bench.others import LONG, OTHERS, Case, Hand, Loop, there
from tests.bench.program import ModelAfterModel, TextAndImage, TwoModels
from tests.runtime.generate.cases import imported as by_name
from tests.runtime.generate.cases import program_of
from tests.runtime.generate.test_hand_written import written
from tests.runtime.generate.test_whole_scripts import cut

MOST = 1.05  # of a loop by hand
ROUNDS = 15


class Stopped(BaseException):
    """Ends the loop of a contender."""


class Contender:
    """A loop in a thread of its own, of which one at a time goes on for some epochs."""

    def __init__(self, loop: Loop) -> None:
        self.turn, self.back = threading.Semaphore(0), threading.Semaphore(0)
        self.left, self.over = 0, False
        self.thread = threading.Thread(target=self._live, args=(loop,), daemon=True)
        self.thread.start()

    def _live(self, loop: Loop) -> None:
        torch.set_num_threads(1)
        self.turn.acquire()
        try:
            loop(self._hand)
        except Stopped:
            pass
        finally:
            self.over = True
            self.back.release()

    def _hand(self) -> None:
        """An epoch is over."""
        self.left -= 1
        if self.left <= 0:
            self.back.release()
            self.turn.acquire()
            if self.over:
                raise Stopped

    def spent(self, epochs: int) -> float:
        """CPU seconds of so many epochs."""
        self.left, begin = epochs, time.process_time()
        self.turn.release()
        self.back.acquire()
        if self.over:
            raise RuntimeError("a contender ended")
        return time.process_time() - begin

    def end(self) -> None:
        """Let the thread go."""
        self.over = True
        self.turn.release()
        self.thread.join()


class Clock:
    """The module `time` for ours alone: what is done so many times a second is not due while others have their turn."""

    def __init__(self) -> None:
        self.stood = 0.0  # seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def monotonic(self) -> float:
        """Seconds in which it was ours."""
        return time.monotonic() - self.stood


def ours(case: Case, folder: Path) -> Loop:
    """What the process that trains does, files and all."""
    clock = Clock()
    for each in (gauges, keeping, not_finite, probes, told):
        vars(each)["time"] = clock
    options = {"threads": 1, "device": "cpu", "epochs": LONG}
    run = prepare_run(case.graph, EXAMPLES / "bench.json", options, folder / "run", trusting=True)
    arguments = [*arguments_of(run), *(["--clipart-path", str(folder / "drawings.npz")] if case.rows else [])]

    class Handing(Told):
        """Hands over after each epoch; nothing is kept of it, as by hand."""

        hand: Hand

        def write(self, event: dict[str, Any]) -> bool:
            written = super().write(event)
            if event["event"] == "epoch":
                begin = time.monotonic()
                self.hand()
                clock.stood += time.monotonic() - begin
            return written

    def loop(hand: Hand) -> None:
        with closing(Handing(run)) as telling, closing(Gauges()) as measuring:
            telling.hand = hand
            train(imported(run / "program.py"), run, arguments, telling, measuring)

    return loop


def fed(run: Any, part: str, size: int) -> Callable[[], Iterator[dict[str, Any]]]:
    """The batches of an epoch as a careful hand feeds them: rows by index; where samples take more, as ours does it."""
    columns = getattr(run, "samples", {"": None})
    if not all(isinstance(each, Tensor) for each in columns.values()):
        return lambda: run.feed(part, 1 if part == "training" else 0)

    def gathered() -> Iterator[dict[str, Any]]:
        rows = run.rows[part]
        order = rows[torch.randperm(len(rows))] if part == "training" else rows
        for some in torch.split(order, size):
            yield {name: column[some] for name, column in columns.items()}

    return gathered


def by_hand(case: Case, run: Any, size: int) -> Loop:
    """A loop as a careful person writes it, with loss and accuracy of the training rows and of those held out."""
    training, held_out = (fed(run, part, size) for part in ("training", "validation"))

    def loop(hand: Hand) -> None:
        model = case.model()
        optimizer = case.optimizer(model.parameters())

        def compared(batch: dict[str, Any], sums: list[float]) -> Tensor:
            result = model(*(batch[name] for name in case.inputs))
            loss = F.cross_entropy(result, batch["label"])
            sums[0] += loss.item() * len(result)
            sums[1] += (result.argmax(1) == batch["label"]).sum().item()
            sums[2] += len(result)
            return loss

        while True:
            sums = [0.0, 0, 0]
            model.train()
            for batch in training():
                loss = compared(batch, sums)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                for batch in held_out():
                    compared(batch, [0.0, 0, 0])
            hand()

    return loop


def mlp() -> Graph:
    """Two layers over the digits, 32 rows a batch."""
    edits: list[Edit] = [
        ("add", "digits", "data.Digits", {}, (0, 0)),
        ("add", "batches", "Collate", {"fields": ["image", "label"], "batch_size": 32}, (0, 0)),
        ("add", "flat", "nn.Flatten", {}, (0, 0)),
        ("add", "hidden", "nn.Linear", {"out_features": 128}, (0, 0)),
        ("add", "relu", "nn.ReLU", {}, (0, 0)),
        ("add", "final", "nn.Linear", {"out_features": 10}, (0, 0)),
        ("add", "loss", "nn.CrossEntropyLoss", {}, (0, 0)),
        ("add", "accuracy", "metric.Accuracy", {}, (0, 0)),
        ("add", "adam", "optim.AdamW", {}, (0, 0)),
    ]
    wires = """digits.image batches.image digits.label batches.label batches.image flat.input flat.output hidden.input
        hidden.output relu.input relu.output final.input final.output loss.input batches.label loss.target
        final.output accuracy.input batches.label accuracy.target loss.output adam.loss""".split()
    return applied(Graph(), edits + [("connect", *pair) for pair in zip(wires[::2], wires[1::2], strict=True)])


def cases() -> dict[str, Case]:
    """The three of the mission, a small dense model, a convolutional one and a transformer."""
    drawn = {file.stem: load(file.read_bytes()) for file in EXAMPLES.glob("*.json")}
    residual, attentive = (written_as(name) for name in ("resnet18", "transformer"))
    return {
        "two_models": Case(drawn["two_models"], TwoModels, adamw(0.003), ("image",), 8, True),
        "model_after_model": Case(drawn["model_after_model"], ModelAfterModel, adam(0.01), ("features",), 20, True),
        "text_and_image": Case(drawn["text_and_image"], TextAndImage, adamw(0.02), ("image", "text"), 1, rows=160),
        "mlp at batch size 32": Case(mlp(), dense, adamw(0.001), ("image",), 8, True),
        "resnet18": Case(drawn["resnet18"], residual, adamw(0.001), ("picture",), 1, rows=80),
        "transformer": Case(drawn["transformer"], attentive, adamw(0.0005), ("text",), 1, rows=640),
    }


def adam(lr: float) -> Callable[[Any], torch.optim.Optimizer]:
    """Adam with this rate."""
    return lambda weights: torch.optim.Adam(weights, lr=lr)


def adamw(lr: float) -> Callable[[Any], torch.optim.Optimizer]:
    """AdamW with this rate."""
    return lambda weights: torch.optim.AdamW(weights, lr=lr)


def dense() -> nn.Module:
    """The small dense model."""
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))


def written_as(name: str) -> Callable[[], nn.Module]:
    """The model of a script that a person wrote."""
    with tempfile.TemporaryDirectory() as folder:
        made: Callable[[], nn.Module] = by_name(written(name), Path(folder) / f"{name}.py", EXAMPLES).Model
    return made


def raced(name: str, case: Case) -> None:
    """Print the ratio of each contender to the loop by hand: the median of the rounds and its 95 % interval."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if case.rows:
            cut(folder, case.rows)
        program = by_name(program_of(case.graph, "bench").text, folder / "bench.py", EXAMPLES)
        data = ["--clipart-path", str(folder / "drawings.npz")] if case.rows else []
        run = program.prepare(program.options_from(["--threads=1", "--device=cpu", *data]))
        size = case.graph.nodes[Drawn(case.graph, check(case.graph)).collate].parameters.get("batch_size", 32)
        loops = {
            "by hand": by_hand(case, run, size),
            "ours": ours(case, folder),
            "by hand again": by_hand(case, run, size),
        }
        if case.raced:
            loops |= {rival: made(case, run, size) for rival, made in OTHERS.items() if there(rival)}
        contenders = {who: Contender(loop) for who, loop in loops.items()}
        try:
            show(name, case, contenders)
        finally:
            for each in contenders.values():
                each.end()


def show(name: str, case: Case, contenders: dict[str, Contender]) -> None:
    """Let them work in turns, in another order each round."""
    spent: dict[str, list[float]] = {who: [] for who in contenders}
    mixed = random.Random(0)
    for turn in range(ROUNDS + 1):  # of the first nothing is counted: caches are cold
        for who in mixed.sample([*contenders], len(contenders)):
            took = contenders[who].spent(case.epochs)
            if turn:
                spent[who].append(took)
    for who in contenders:
        if who != "by hand":
            middle, low, high = interval([a / b for a, b in zip(spent[who], spent["by hand"], strict=True)])
            verdict = f", at most {MOST}{'' if middle <= MOST else ': MISSED'}" if who == "ours" else ""
            print(f"{name}, {who}: {middle:.3f} of by hand, 95 % between {low:.3f} and {high:.3f}{verdict}", flush=True)


def interval(ratios: list[float]) -> tuple[float, float, float]:
    """The median and the interval that holds it with 95 %, by drawing the rounds anew (Efron's bootstrap)."""
    mixed = random.Random(0)
    medians = sorted(statistics.median(mixed.choices(ratios, k=len(ratios))) for _ in range(2000))
    return statistics.median(ratios), medians[50], medians[-51]


def main() -> None:
    """Race every case, or those that the command line names."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # what the others have to say about small data
    for name, case in cases().items():
        if not sys.argv[1:] or name in sys.argv[1:]:
            raced(name, case)


if __name__ == "__main__":
    main()
