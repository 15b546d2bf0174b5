"""As many rows an epoch as there are, drawn with replacement so that each class is
equally likely.

Made with Torchweave from sampled.json.
"""

import argparse
import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from sklearn.datasets import load_wine  # type: ignore[import-untyped]
from torch import Tensor, nn
from torch.nn import functional as F


class Sums:
    """What is added up over an epoch; on the device until somebody asks for it."""

    def __init__(self, totals: Mapping[str, tuple[float, int]]) -> None:
        self.totals = dict(totals)
        self.waiting: list[tuple[str, Tensor, int, int]] = []

    def add(self, name: str, amount: Tensor, rows: int, times: int = 1) -> None:
        """Add an amount that stands for so many rows; a mean counts `times` over."""
        self.waiting.append((name, amount.detach(), rows, times))
        if len(self.waiting) == 4096:  # which take room
            self.fetch()

    def fetch(self) -> dict[str, tuple[float, int]]:
        """The sum of each figure, and of how many rows; waits for the device once."""
        waiting, self.waiting = self.waiting, []
        found = torch.stack([each[1] for each in waiting] or [torch.zeros(())]).tolist()
        for (name, _, rows, times), number in zip(waiting, found, strict=False):
            total, count = self.totals.get(name, (0.0, 0))
            self.totals[name] = (total + number * times, count + rows)
        return self.totals

    def averages(self) -> dict[str, float]:
        """Each sum over its count."""
        return {k: total / rows for k, (total, rows) in self.fetch().items() if rows}


def read_wine() -> dict[str, Any]:
    """The wines of scikit-learn: features float32[13], label int64[]."""
    found = load_wine()
    features = torch.tensor(found.data, dtype=torch.float32)
    return {"features": features, "label": torch.tensor(found.target)}


def pick_device(wish: str) -> str:
    """The device that is asked for, or the best that is there."""
    found = torch.accelerator.current_accelerator(check_available=True)
    device = torch.device((found or "cpu") if wish == "auto" else wish)
    if device.type not in ("cpu", found and found.type):
        raise SystemExit(f"There is no {wish} device here; --device cpu always works.")
    if device.index:  # random numbers are kept of the current one
        torch.accelerator.set_device_index(device)
    return str(device)


@dataclass
class Batches:
    """Batches of rows; their order depends on (seed, epoch) alone."""

    columns: Mapping[str, Any]
    rows: Tensor
    batch_size: int
    shuffle: bool = False
    seed: int = 0
    drop_last: bool = False
    chances: Tensor | None = None  # of each of the rows

    def __len__(self) -> int:
        """Batches in an epoch."""
        if self.drop_last:
            return len(self.rows) // self.batch_size
        return len(range(0, len(self.rows), self.batch_size))

    def order(self, epoch: int) -> tuple[Tensor, ...]:
        """The rows of each batch of an epoch."""
        rows = self.rows
        if self.shuffle:
            generator = seeded("order", self.seed, epoch)
            rows = rows[torch.randperm(len(rows), generator=generator)]
        if self.chances is not None:
            generator = seeded("sampling", self.seed, epoch)
            rows = drawn_rows(self.rows, self.chances, generator)
        return torch.split(rows, self.batch_size)[: len(self)]

    def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch, from batch number `start`."""
        for rows in self.order(epoch)[start:]:
            yield {k: v.index_select(0, rows) for k, v in self.columns.items()}


def chances_of_classes(column: Any, rows: Tensor) -> Tensor:
    """A chance for each row, so that all classes are equally likely."""
    values = column.tolist() if isinstance(column, Tensor) else column
    classes = [values[row] for row in rows.tolist()]
    counts = Counter(classes)
    return torch.tensor([1 / counts[each] for each in classes], dtype=torch.float64)


def drawn_rows(rows: Tensor, chances: Tensor, generator: torch.Generator) -> Tensor:
    """As many of the rows, each drawn anew."""
    ends = chances.cumsum(0)
    points = torch.rand(len(rows), dtype=torch.float64, generator=generator)
    return rows[torch.searchsorted(ends, points * ends[-1], right=True)]


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone: equal keys, equal numbers."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def split_rows(total: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out; they depend on these numbers alone."""
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * share)
    return mixed[held:].sort().values, mixed[:held].sort().values


def make_batches(options: argparse.Namespace) -> dict[str, Batches]:
    """The rows to train on and those that are held out, as batches."""
    columns = read_wine()
    training, held_out = split_rows(len(columns["features"]), share=0.2, seed=0)
    return {
        "training": Batches(
            columns,
            training,
            16,
            chances=chances_of_classes(columns["label"], training),
            seed=options.seed,
            drop_last=True,
        ),
        "validation": Batches(columns, held_out, 16),
    }


class Model(nn.Module):
    """Rare classes as often as others."""

    def __init__(self) -> None:
        super().__init__()
        self.scores = nn.Linear(13, 3)

    def forward(self, features: Tensor) -> Tensor:
        return self.scores(features)  # float32[B, 3]


def line(event: Mapping[str, Any]) -> str:
    """One line for an epoch, every figure with all its digits."""
    text = f"epoch {event['epoch']}"
    for side in [name for name in ("train", "validation") if name in event]:
        figures = [f"{name} {value!r}" for name, value in event[side].items()]
        text += " | " + " ".join([side, *figures])
    return text


def as_json(event: Mapping[str, Any]) -> str:
    """One line of JSON, which has no NaN: "NaN" and "Infinity" become text.

    Losses that are on the device still are fetched.
    """
    numbers = re.compile(r'(?<=\w": )(-?Infinity|NaN)\b')
    return numbers.sub(r'"\1"', json.dumps(event, default=float))


class Run:
    """Training as an iterator of events; between two of them `state()` is exact."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.device = options, torch.device(options.device)
        self.batches = make_batches(options)
        self.rows = {name: each.rows for name, each in self.batches.items()}
        self.model = Model().to(self.device)
        self.weights = [*self.model.parameters()]
        self.optimizer = torch.optim.Adam(self.model.parameters())
        device = torch.get_device_module(self.device)  # has random numbers of its own
        self.generators = [torch] if self.device.type == "cpu" else [torch, device]
        self.epoch, self.batch, self.step = 1, 0, 0
        self.sums, self.stopped = Sums({}), False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Train, and tell every step and every epoch."""
        begin, figures = time.perf_counter(), dict[str, Any]()
        yield self.started()
        while self.epoch <= self.options.epochs and not self.stopped:
            self.model.train()
            for batch in self.feed("training", self.epoch, self.batch):
                yield {**self.train_step(batch), "seconds": time.perf_counter() - begin}
                if self.stopped:
                    break
            else:
                figures = {"epoch": self.epoch, "train": self.sums.averages()}
                figures["validation"] = self.evaluate("validation")
                self.epoch, self.batch, self.sums = self.epoch + 1, 0, Sums({})
                yield {"event": "epoch", **figures}
        seconds, stopped = time.perf_counter() - begin, self.stopped
        yield {"event": "finished", **figures, "stopped": stopped, "seconds": seconds}

    def started(self) -> dict[str, Any]:
        """What is about to be trained, on what and how long."""
        return {
            "event": "started",
            "device": str(self.device),
            "epochs": self.options.epochs,
            "steps_per_epoch": len(self.rows["training"]) // 16,
            "rows": {name: len(rows) for name, rows in self.rows.items()},
            "weights": sum(each.numel() for each in self.model.parameters()),
            "threads": torch.get_num_threads(),
            "seed": self.options.seed,
        }

    def feed(self, part: str, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch from number `start`; epoch 0 keeps the order."""
        yield from self.batches[part].epoch(epoch, start)

    def train_step(self, batch: dict[str, Any]) -> dict[str, Any]:
        """One update of the weights; returns what to tell of it."""
        for weight in self.weights:
            weight.grad = None  # as zero_grad does, at a fraction of its cost
        found = self.compare(batch, self.sums)
        found["loss"].backward()
        self.optimizer.step()
        self.step, self.batch = self.step + 1, self.batch + 1
        now = {"event": "step", "step": self.step, "epoch": self.epoch}
        return now | {"loss": found["loss"].detach(), "samples": len(batch["features"])}

    def compare(self, batch: dict[str, Any], sums: Sums) -> dict[str, Tensor]:
        """The losses of a batch; they and the metrics are added to `sums`."""
        batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}
        result, rows = self.model(batch["features"]), len(batch["features"])
        found = {"loss": F.cross_entropy(result, batch["label"])}
        for name, loss in found.items():
            sums.add(name, loss, rows, times=rows)
        return found

    @torch.no_grad()
    def evaluate(self, part: str) -> dict[str, float]:
        """Losses and metrics on rows that are not trained on."""
        self.model.eval()
        sums = Sums({})
        for batch in self.feed(part, 0):
            self.compare(batch, sums)
        return sums.averages()

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs to go on from here."""
        return {
            "place": (self.epoch, self.batch, self.step),
            "sums": self.sums.fetch(),
            "model": self.model.state_dict(),
            "optimizers": {"adam": self.optimizer.state_dict()},
            "random": [each.get_rng_state() for each in self.generators],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.epoch, self.batch, self.step = state["place"]
        self.sums = Sums(state["sums"])
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizers"]["adam"])
        # Not the rate of the checkpoint: that of now.
        self.optimizer.param_groups[0].update(lr=self.optimizer.defaults["lr"])
        for each, numbers in zip(self.generators, state["random"], strict=False):
            each.set_rng_state(numbers)  # a device's only where there was one


def prepare(options: argparse.Namespace) -> Run:
    """Seed everything, read the data, make the model, and go on where it was left."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.device = pick_device(options.device)
    run = Run(options)
    for name, rows in run.rows.items():
        size = 16 if name == "training" else 1
        if len(rows) < size:
            told = f"{len(rows)} rows for {name} make no batch of {size}"
            raise ValueError(f"{told}: change the split or batch_size")
    if options.resume:
        saved = options.resume / "checkpoint.pt"
        run.restore(torch.load(saved, map_location="cpu", weights_only=True))
    return run


def options_from(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--threads", type=int, default=(os.cpu_count() or 2) - 1 or 1)
    parser.add_argument("--run-dir", type=Path, help="keep the run here (else nothing)")
    parser.add_argument("--resume", type=Path, help="a run folder to go on in")
    return parser.parse_args(arguments)


def save(state: dict[str, Any], file: Path) -> None:
    """Write a checkpoint whole or not at all."""
    torch.save(state, file.with_suffix(".part"))
    os.replace(file.with_suffix(".part"), file)


def main() -> None:
    """Train, print a line an epoch, and keep what a run folder was asked to keep."""
    options = options_from()
    if options.resume and not (options.resume / "checkpoint.pt").exists():
        raise SystemExit(f"There is no checkpoint.pt in {options.resume}.")
    if folder := options.run_dir or options.resume:
        folder.mkdir(parents=True, exist_ok=True)
        script = Path(__file__).read_text(encoding="utf-8")
        same = options.resume and folder.samefile(options.resume)
        if not same and (folder / "checkpoint.pt").exists():
            raise SystemExit(f"{folder} holds a run: give another, or --resume.")
    run = prepare(options)
    waiting, written = list[dict[str, Any]](), 0.0
    for event in run:
        if event["event"] == "epoch":
            print(line(event), flush=True)
        if folder:
            waiting.append(event)
            # Losses are fetched ten times a second, so that the device need not wait.
            if event["event"] != "step" or time.monotonic() - written > 0.1:
                with (folder / "events.jsonl").open("a") as file:
                    file.writelines(as_json(each) + "\n" for each in waiting)
                waiting, written = [], time.monotonic()
            if event["event"] == "epoch":
                save({"script": script, **run.state()}, folder / "checkpoint.pt")


if __name__ == "__main__":
    main()
