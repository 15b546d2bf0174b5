"""CPU time of training as the app does it, a window open that shows it, beside loops by hand and those of others."""

import os
import random
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from runtime.check.check import check
from runtime.generate.drawn import Drawn
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES, runs_folder
from runtime.spec.moved import moved
from runtime.train import gauges, keeping, not_finite, probes, worker
from runtime.train.at_work import take
from runtime.train.folder import arguments_of, prepare_run
from runtime.train.gauges import Gauges
from runtime.train.keeping import Keeping
from runtime.train.not_finite import Guard
from runtime.train.told import Told
from runtime.train.worker import imported, train
from tests.bench.beside import shown
from tests.bench.home import at_home
from tests.bench.memory import keep_memory
from tests.bench.others import LONG, OTHERS, Case, Hand, Loop, there
from tests.bench.program import ModelAfterModel, TextAndImage, TwoModels
from tests.runtime.generate.cases import imported as by_name
from tests.runtime.generate.cases import program_of
from tests.runtime.generate.test_hand_written import written
from tests.runtime.generate.test_whole_scripts import cut

MOST = 1.05  # of a loop by hand
SETTINGS = 8  # times that all are made anew: where their tensors lie in memory makes some hundredths
TURN = 0.05  # CPU seconds of a turn at least
FILE = "bench.json"  # the graph that the window has open
ROUNDS, FEWEST = 60, 4  # turns of each in a setting; of longer ones there are fewer


class Stopped(BaseException):
    """Ends the loop of a contender."""


class Contender:
    """A loop in a thread of its own, of which one at a time goes on for some epochs."""

    def __init__(self, loop: Loop) -> None:
        self.seldom: Seldom = getattr(loop, "seldom", Seldom())
        self.turn, self.back = threading.Semaphore(0), threading.Semaphore(0)
        self.left, self.over = 0, False
        self.thread = threading.Thread(target=self._live, args=(loop,), daemon=True)
        self.thread.start()

    def _live(self, loop: Loop) -> None:
        torch.set_num_threads(1)
        self.turn.acquire()
        try:
            if not self.over:
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

    def spent(self, epochs: int = 1) -> float:
        """CPU seconds of so many epochs, without what is done seldom."""
        self.left, begin = epochs, time.process_time() - self.seldom.took
        self.turn.release()
        self.back.acquire()
        if self.over:
            raise RuntimeError("a contender ended")
        return time.process_time() - self.seldom.took - begin

    def end(self) -> None:
        """Let the thread go."""
        self.over = True
        self.turn.release()
        self.thread.join()


class Seldom:
    """CPU seconds of what is done every few seconds, which is shared out among all turns: a median would not see it."""

    def __init__(self) -> None:
        self.took = 0.0

    def of(self, call: Any) -> Any:
        """The same function, whose time is counted here."""

        def counted(*arguments: Any, **more: Any) -> Any:
            begin = time.thread_time()
            try:
                return call(*arguments, **more)
            finally:
                self.took += time.thread_time() - begin

        return counted


class Clock:
    """The module `time` for ours alone: what is done so many times a second is not due while others have their turn."""

    def __init__(self) -> None:
        self.stood = 0.0  # seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def monotonic(self) -> float:
        """Seconds in which it was ours. A clock of the processor's time would be a call of the system at each step."""
        return time.monotonic() - self.stood


def ours(case: Case, folder: Path) -> Loop:
    """What the process that trains does, files and all. Nothing of this bench is called at a step."""
    seldom, clock = Seldom(), Clock()
    for each in (gauges, keeping, not_finite, probes):
        vars(each)["time"] = clock
    vars(not_finite)["Guard"] = type("Guard", (Guard,), {"_copy": seldom.of(Guard._copy)})
    options, file, graph = (
        {"threads": 1, "device": "cpu", "epochs": LONG},
        folder / FILE,
        moved(case.graph, EXAMPLES, folder),
    )
    file.write_text(dump(graph), encoding="utf-8")
    run = prepare_run(graph, file, options, runs_folder(file) / "run", trusting=True)
    take(run)
    arguments = [*arguments_of(run), *(["--clipart-path", str(folder / "drawings.npz")] if case.rows else [])]

    def loop(hand: Hand) -> None:
        class Handing(Keeping):
            """Hands over after each epoch."""

            keep = seldom.of(Keeping.keep)

            def after(self, event: Mapping[str, Any]) -> None:
                super().after(event)
                if event["event"] == "epoch":
                    begin = time.monotonic()
                    hand()
                    stood = time.monotonic() - begin
                    clock.stood += stood
                    self.told.flushed, self.told.epoch = self.told.flushed + stood, self.told.epoch + stood

        vars(worker)["Keeping"] = Handing
        with closing(Told(run)) as telling, closing(Gauges()) as measuring:
            train(imported(run / "program.py"), run, arguments, telling, measuring)

    vars(loop)["seldom"] = seldom
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
        "two_models": Case(drawn["two_models"], TwoModels, adamw(0.003), ("image",)),
        "model_after_model": Case(drawn["model_after_model"], ModelAfterModel, adam(0.01), ("features",)),
        "text_and_image": Case(drawn["text_and_image"], TextAndImage, adamw(0.02), ("image", "text"), rows=160),
        "mlp at batch size 32": Case(mlp(), dense, adamw(0.001), ("image",)),
        "resnet18": Case(drawn["resnet18"], residual, adamw(0.001), ("picture",), rows=80),
        "transformer": Case(drawn["transformer"], attentive, adamw(0.0005), ("text",), rows=640),
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
    """Print the ratio of each contender to the loop by hand: the median of all turns and its 95 % interval."""
    settings = []
    for seed in range(SETTINGS):
        with tempfile.TemporaryDirectory() as place:
            contenders = {who: Contender(loop) for who, loop in loops(case, Path(place)).items()}
            try:
                for each in contenders.values():
                    each.spent()  # of this one nothing is counted: caches are cold, and the window has no run to show
                with shown(Path(place) / FILE):
                    settings.append(worked(contenders, random.Random(seed)))
            finally:
                for each in contenders.values():
                    each.end()
    for who in settings[0]:
        if who != "by hand":
            ratios = [[a / b for a, b in zip(each[who], each["by hand"], strict=True)] for each in settings]
            middle, low, high = interval(ratios)
            verdict = f", at most {MOST}{'' if middle <= MOST else ': MISSED'}" if who == "ours" else ""
            print(f"{name}, {who}: {middle:.3f} of by hand, 95 % between {low:.3f} and {high:.3f}{verdict}", flush=True)
    turns = [each for setting in settings for each in setting["by hand"]]
    print(f"{name}: {len(turns)} turns of {statistics.median(turns):.2f} s at a load of {pressed()}", flush=True)


def loops(case: Case, folder: Path) -> dict[str, Loop]:
    """All who take part, the loop by hand twice."""
    if case.rows:
        cut(folder, case.rows)
    program = by_name(program_of(case.graph, "bench").text, folder / "bench.py", EXAMPLES)
    data = ["--clipart-path", str(folder / "drawings.npz")] if case.rows else []
    run = program.prepare(program.options_from(["--threads=1", "--device=cpu", *data]))
    size = case.graph.nodes[Drawn(case.graph, check(case.graph)).collate].parameters.get("batch_size", 32)
    found = {
        "by hand": by_hand(case, run, size),
        "ours": ours(case, folder),
        "by hand again": by_hand(case, run, size),
    }
    return found | {rival: made(case, run, size) for rival, made in OTHERS.items() if there(rival)}


def worked(contenders: dict[str, Contender], mixed: random.Random) -> dict[str, list[float]]:
    """What each took for each of its turns, which come in another order each time."""
    took = min(contenders["by hand"].spent() for _ in range(2))
    epochs = max(1, round(TURN / took))
    rounds = max(FEWEST, min(ROUNDS, round(ROUNDS * TURN / took / epochs)))
    before = {who: each.seldom.took for who, each in contenders.items()}
    spent: dict[str, list[float]] = {who: [] for who in contenders}
    for _ in range(rounds):
        for who in mixed.sample([*contenders], len(contenders)):
            spent[who].append(contenders[who].spent(epochs))
    for who, each in contenders.items():
        share = (each.seldom.took - before[who]) / rounds
        spent[who] = [turn + share for turn in spent[who]]
    return spent


def pressed() -> str:
    """How many processes wanted a core, on how many cores; a busy machine makes all of this less certain."""
    return f"{os.getloadavg()[1]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else "unknown"


def interval(ratios: list[list[float]]) -> tuple[float, float, float]:
    """The median and the interval that holds it with 95 %, by drawing settings and their turns anew (Efron)."""
    mixed = random.Random(0)
    drawn = (mixed.choices(ratios, k=len(ratios)) for _ in range(1000))
    medians = sorted(
        statistics.median(ratio for each in some for ratio in mixed.choices(each, k=len(each))) for some in drawn
    )
    return statistics.median(ratio for each in ratios for ratio in each), medians[25], medians[-26]


def main() -> None:
    """Race every case, or those that the command line names."""
    keep_memory()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # what the others have to say about small data
    with at_home():
        for name, case in cases().items():
            if not sys.argv[1:] or name in sys.argv[1:]:
                raced(name, case)


if __name__ == "__main__":
    main()
