"""A learned token before the words, positions that are counted, and a mask that hides
what comes later.

Made with Torchweave from attention_by_hand.json.
"""

import argparse
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
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


def pick_device(wish: str) -> str:
    """The device that is asked for, or the best that is there."""
    found = torch.accelerator.current_accelerator(check_available=True)
    device = torch.device((found or "cpu") if wish == "auto" else wish)
    if device.type not in ("cpu", found and found.type):
        raise SystemExit(f"There is no {wish} device here; --device cpu always works.")
    if device.index:  # random numbers are kept of the current one
        torch.accelerator.set_device_index(device)
    return str(device)


def make_noise(
    fields: Mapping[str, str], length: int, classes: int, seed: int
) -> dict[str, Any]:
    """Random samples: normal numbers, whole numbers below `classes`, and words."""
    found: dict[str, Any] = {}
    for at, (name, declared) in enumerate(fields.items()):
        generator = seeded("noise", seed, at)
        if declared == "text":
            numbers = torch.randint(classes, (length, 4), generator=generator)
            found[name] = [
                " ".join(f"word{n}" for n in row) for row in numbers.tolist()
            ]
            continue
        dtype, _, shape = declared.rstrip("]").partition("[")
        sizes = [length, *(int(size) for size in shape.split(",") if size)]
        if dtype == "bool" or "int" in dtype:
            most = {"bool": 2, "uint8": 256, "int8": 128}.get(dtype, classes)
            drawn = torch.randint(min(classes, most), sizes, generator=generator)
        else:
            drawn = torch.randn(sizes, generator=generator)
        found[name] = drawn.to(getattr(torch, dtype))
    return found


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone: equal keys, equal numbers."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def split_rows(total: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out; they depend on these numbers alone."""
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * share)
    return mixed[held:].sort().values, mixed[:held].sort().values


def make_samples(options: argparse.Namespace) -> tuple[dict[str, Any], ...]:
    """The samples, and the rows to train on and those that are held out."""
    columns = make_noise(
        {"words": "int64[6]", "label": "int64[]"}, 256, 5, options.seed
    )
    training, held_out = split_rows(len(columns["words"]), share=0.2, seed=0)
    return columns, {"training": training, "validation": held_out}


class Model(nn.Module):
    """Attention drawn by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded = nn.Embedding(5, 8)
        self.placed = nn.Embedding(6, 8)
        self.token = nn.Parameter(0.02 * torch.randn(1, 8))
        self.queries = nn.Linear(8, 8)
        self.keys = nn.Linear(8, 8)
        self.head = nn.Linear(8, 5)

    def forward(self, words: Tensor) -> Tensor:
        embedded = self.embedded(words)  # float32[B, 6, 8]
        positions = torch.arange(words.shape[1], device=words.device)  # int64[6]
        placed = self.placed(positions)  # float32[6, 8]
        added = embedded + placed  # float32[B, 6, 8]
        tokens = self.token.expand(words.shape[0], -1, -1)  # float32[B, 1, 8]
        series = torch.cat([tokens, added], dim=1)  # float32[B, 7, 8]
        queries = self.queries(series)  # float32[B, 7, 8]
        keys = self.keys(series)  # float32[B, 7, 8]
        turned = torch.transpose(keys, 1, 2)  # float32[B, 8, 7]
        scores = queries @ turned  # float32[B, 7, 7]
        scaled = scores / 2.8  # float32[B, 7, 7]
        square = torch.ones((7, 7), device=words.device)  # float32[7, 7]
        later = torch.triu(square, diagonal=1)  # float32[7, 7]
        hidden = torch.gt(later, 0)  # bool[7, 7]
        masked = torch.masked_fill(scaled, hidden, float("-inf"))  # float32[B, 7, 7]
        weights = torch.softmax(masked, -1)  # float32[B, 7, 7]
        mixed = weights @ series  # float32[B, 7, 8]
        last = torch.select(mixed, 1, -1)  # float32[B, 8]
        return self.head(last)  # float32[B, 5]


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
        self.samples, self.rows = make_samples(options)
        self.model = Model().to(self.device)
        self.weights = [*self.model.parameters()]
        self.optimizer = torch.optim.AdamW(self.model.parameters())
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
            "steps_per_epoch": len(torch.split(self.rows["training"], 32)),
            "rows": {name: len(rows) for name, rows in self.rows.items()},
            "weights": sum(each.numel() for each in self.model.parameters()),
            "threads": torch.get_num_threads(),
            "seed": self.options.seed,
        }

    def feed(self, part: str, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch from number `start`; epoch 0 keeps the order."""
        rows = self.rows[part]
        if epoch:
            generator = seeded("order", self.options.seed, epoch)
            rows = rows[torch.randperm(len(rows), generator=generator)]
        for some in torch.split(rows, 32)[start:]:
            yield {k: v.index_select(0, some) for k, v in self.samples.items()}

    def train_step(self, batch: dict[str, Any]) -> dict[str, Any]:
        """One update of the weights; returns what to tell of it."""
        for weight in self.weights:
            weight.grad = None  # as zero_grad does, at a fraction of its cost
        found = self.compare(batch, self.sums)
        found["loss"].backward()
        self.optimizer.step()
        self.step, self.batch = self.step + 1, self.batch + 1
        now = {"event": "step", "step": self.step, "epoch": self.epoch}
        return now | {"loss": found["loss"].detach(), "samples": len(batch["words"])}

    def compare(self, batch: dict[str, Any], sums: Sums) -> dict[str, Tensor]:
        """The losses of a batch; they and the metrics are added to `sums`."""
        batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}
        result, rows = self.model(batch["words"]), len(batch["words"])
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
        if not len(rows):
            raise ValueError(f"there are no rows for {name}: change the split")
    if options.resume:
        saved = options.resume / "checkpoint.pt"
        run.restore(torch.load(saved, map_location="cpu", weights_only=True))
    return run


def options_from(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=5)
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
