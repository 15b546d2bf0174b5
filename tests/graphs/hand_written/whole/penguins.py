"""Penguins told apart by a table with holes, written by hand."""

import argparse
import csv
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from math import isinf, nan
from pathlib import Path
from typing import Any

import torch
import torchmetrics
from torch import Tensor, nn
from torch.nn import functional as F

MEASURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
KINDS = {
    "island": ["Biscoe", "Dream", "Torgersen"],
    "sex": ["", "female", "male"],
    "species": ["Adelie", "Chinstrap", "Gentoo"],
}
MISSING = ("", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?")


class Model(nn.Module):
    """A table with holes."""

    def __init__(self) -> None:
        super().__init__()
        self.place = nn.Embedding(3, 2)
        self.gender = nn.Embedding(3, 2)
        self.hidden = nn.Linear(8, 16)
        self.final = nn.Linear(16, 3)

    def forward(self, measures: Tensor, island: Tensor, sex: Tensor) -> Tensor:
        place = self.place(island)  # float32[B, 2]
        gender = self.gender(sex)  # float32[B, 2]
        joined = torch.cat([place, gender, measures], dim=1)  # float32[B, 8]
        hidden = self.hidden(joined)  # float32[B, 16]
        relu = F.relu(hidden)  # float32[B, 16]
        return self.final(relu)  # float32[B, 3]


def read(path: Path) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Four measures, NaN where they are missing, and the numbers of island, sex, species.

    Raises ValueError with the line of what cannot be read.
    """
    measures, kinds = [], []
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        for column in (*MEASURES, *KINDS):
            if column not in (rows.fieldnames or ()):
                raise ValueError(f"{path.name} has no column {column!r}")
        for row in rows:
            gone = {
                name: value.strip().lower() in MISSING for name, value in row.items()
            }
            try:
                numbers = [nan if gone[k] else float(row[k]) for k in MEASURES]
                if any(map(isinf, numbers)):
                    raise ValueError("a measure is infinite")
                words = {k: "" if k == "sex" and gone[k] else row[k] for k in KINDS}
                kinds.append([KINDS[k].index(word) for k, word in words.items()])
            except (TypeError, ValueError) as error:
                raise ValueError(
                    f"{path.name}, line {rows.line_num}: {error}"
                ) from None
            measures.append(numbers)
    island, sex, species = torch.tensor(kinds).unbind(1)
    return torch.tensor(measures, dtype=torch.float32), island, sex, species


def scaled(measures: Tensor, training: Tensor) -> Tensor:
    """Gaps filled with the median, then less the mean, in standard deviations.

    All three are of the rows to train on alone.
    """
    known = measures[training].double()
    median = torch.stack([c[~c.isnan()].median() for c in known.T]).float()
    filled = torch.where(measures.isnan(), median, measures)
    rows = filled[training].double()
    deviation = rows.std(0, correction=0).float()
    return (filled - rows.mean(0).float()) / deviation


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def split(label: Tensor) -> tuple[Tensor, Tensor]:
    """Rows to train on, and a fifth of each class that is held out."""
    generator = seeded("split", 0)
    training, held_out, seen = [], [], 0
    for number in range(int(label.max()) + 1):
        rows = (label == number).nonzero().flatten()
        mixed = rows[torch.randperm(len(rows), generator=generator)]
        held = round((seen + len(rows)) * 0.2) - round(seen * 0.2)
        seen += len(rows)
        held_out.append(mixed[:held])
        training.append(mixed[held:])
    return torch.cat(training).sort().values, torch.cat(held_out).sort().values


class Sums:
    """Losses and right answers of an epoch, on the device until somebody asks."""

    def __init__(self, totals: list[float]) -> None:
        self.totals = totals  # of losses, of right answers and of rows
        self.waiting: list[tuple[Tensor, Tensor, int]] = []

    def add(self, loss: Tensor, right: Tensor, rows: int) -> None:
        """Add what is known of a batch."""
        self.waiting.append((loss.detach(), right, rows))
        if len(self.waiting) == 4096:
            self.fetch()

    def fetch(self) -> list[float]:
        """The sums; the device is waited for once."""
        losses = torch.stack([each[0] for each in self.waiting] or [torch.zeros(())])
        rights = torch.stack([each[1] for each in self.waiting] or [torch.zeros(())])
        numbers = zip(losses.tolist(), rights.tolist(), self.waiting, strict=False)
        for loss, right, (_, _, rows) in numbers:
            self.totals[0] += loss * rows
            self.totals[1] += right
            self.totals[2] += rows
        self.waiting = []
        return self.totals

    def averages(self) -> dict[str, float]:
        """Loss and accuracy of an epoch."""
        loss, right, rows = self.fetch()
        return {"loss": loss / rows, "accuracy": right / rows}


class Run:
    """Training as an iterator of events; between two of them `state()` is exact."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.device = options, torch.device(options.device)
        measures, self.island, self.sex, self.label = read(options.penguins_path)
        self.training, self.held_out = split(self.label)
        self.measures = scaled(measures, self.training)
        for name, rows in (("training", self.training), ("validation", self.held_out)):
            if len(rows) == 0:
                raise ValueError(f"there is no batch for {name}: there are no rows")
        self.model = Model().to(self.device)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.01)
        f1 = torchmetrics.F1Score("multiclass", num_classes=3, average="macro")
        self.f1 = f1.to(self.device)
        self.epoch, self.batch, self.step = 1, 0, 0
        self.sums = Sums([0.0, 0, 0])
        self.stopped = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Train, and tell every step and every epoch."""
        begin = time.perf_counter()
        yield self.started()
        figures: dict[str, Any] = {}
        while self.epoch <= self.options.epochs and not self.stopped:
            self.model.train()
            for rows in self.order()[self.batch :]:
                loss = self.train_step(rows)
                yield {
                    "event": "step",
                    "step": self.step,
                    "epoch": self.epoch,
                    "loss": loss,
                    "samples": len(rows),
                    "seconds": time.perf_counter() - begin,
                }
                if self.stopped:
                    break
            else:
                figures = {"epoch": self.epoch, "train": self.sums.averages()}
                figures["train"]["f1_score"] = self.f1_score()
                figures["validation"] = self.validate()
                self.epoch, self.batch, self.sums = self.epoch + 1, 0, Sums([0.0, 0, 0])
                yield {"event": "epoch", **figures}
        yield {
            "event": "finished",
            **figures,
            "stopped": self.stopped,
            "seconds": time.perf_counter() - begin,
        }

    def started(self) -> dict[str, Any]:
        """What is about to be trained, on what and how long."""
        rows = {"training": len(self.training), "validation": len(self.held_out)}
        return {
            "event": "started",
            "device": str(self.device),
            "epochs": self.options.epochs,
            "steps_per_epoch": len(torch.split(self.training, 32)),
            "rows": rows,
            "weights": sum(each.numel() for each in self.model.parameters()),
            "threads": torch.get_num_threads(),
            "seed": self.options.seed,
        }

    def order(self) -> tuple[Tensor, ...]:
        """The rows of each batch of this epoch."""
        generator = seeded("order", self.options.seed, self.epoch)
        mixed = torch.randperm(len(self.training), generator=generator)
        return torch.split(self.training[mixed], 32)

    def f1_score(self) -> float:
        """The score of what it was shown, which it forgets."""
        found = float(self.f1.compute())
        self.f1.reset()
        return found

    def forward(self, rows: Tensor, sums: Sums) -> Tensor:
        """The loss of some rows; it and the right answers are added to `sums`."""
        label = self.label[rows].to(self.device)
        columns = (self.measures, self.island, self.sex)
        scores = self.model(*(each[rows].to(self.device) for each in columns))
        loss = F.cross_entropy(scores, label)
        right = (scores.argmax(1) == label).sum()
        sums.add(loss, right, len(rows))
        self.f1.update(scores.detach(), label)
        return loss

    def train_step(self, rows: Tensor) -> Tensor:
        """One update of the weights; returns the loss."""
        loss = self.forward(rows, self.sums)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.step, self.batch = self.step + 1, self.batch + 1
        return loss.detach()

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """Loss and accuracy on the rows that are held out."""
        self.model.eval()
        sums = Sums([0.0, 0, 0])
        for rows in torch.split(self.held_out, 32):
            self.forward(rows, sums)
        return {**sums.averages(), "f1_score": self.f1_score()}

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs to go on from here."""
        found = {
            "place": (self.epoch, self.batch, self.step),
            "sums": self.sums.fetch(),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "f1": self.f1.metric_state,
            "random": torch.get_rng_state(),
        }
        if self.device.type != "cpu":
            device = torch.get_device_module(self.device)
            found["random_on_device"] = device.get_rng_state()
        return found

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.epoch, self.batch, self.step = state["place"]
        self.sums = Sums(state["sums"])
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        for name, value in state["f1"].items() if self.batch else ():
            setattr(self.f1, name, value.to(self.device))
            self.f1._update_count = 1
        torch.set_rng_state(state["random"])
        if self.device.type != "cpu" and "random_on_device" in state:
            device = torch.get_device_module(self.device)
            device.set_rng_state(state["random_on_device"])


def line(event: dict[str, Any]) -> str:
    """One line for an epoch, every figure with all its digits."""
    text = f"epoch {event['epoch']}"
    for side in ("train", "validation"):
        figures = [f"{name} {value!r}" for name, value in event[side].items()]
        text += " | " + " ".join([side, *figures])
    return text


def as_json(event: dict[str, Any]) -> str:
    """One line of JSON, which has no NaN: "NaN" and "Infinity" become text."""
    numbers = re.compile(r'(?<=\w": )(-?Infinity|NaN)\b')
    return numbers.sub(r'"\1"', json.dumps(event, default=float))


def pick_device(wish: str) -> str:
    """The device that is asked for, or the best that is there."""
    found = torch.accelerator.current_accelerator(check_available=True)
    best = found.type if found else "cpu"
    if wish == "auto":
        return best
    if torch.device(wish).type not in (best, "cpu"):
        raise SystemExit(f"There is no {wish} device here; --device cpu always works.")
    return wish


def options_from(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    threads = max(1, (os.cpu_count() or 2) - 1)
    parser.add_argument("--threads", type=int, default=threads)
    parser.add_argument("--run-dir", type=Path, help="keep events and checkpoint here")
    parser.add_argument("--resume", type=Path, help="a run folder to go on from")
    data = Path(__file__).parent / "data" / "penguins.csv"
    parser.add_argument("--penguins-path", type=Path, default=data)
    return parser.parse_args(arguments)


def prepare(options: argparse.Namespace) -> Run:
    """Seed everything, and go on where it was left."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.device = pick_device(options.device)
    run = Run(options)
    if options.resume:
        saved = options.resume / "checkpoint.pt"
        run.restore(torch.load(saved, map_location="cpu", weights_only=True))
    return run


def save(run: Run, folder: Path) -> None:
    """Write the checkpoint whole or not at all."""
    torch.save(run.state(), folder / "checkpoint.part")
    os.replace(folder / "checkpoint.part", folder / "checkpoint.pt")


def main() -> None:
    """Train, print a line an epoch, and keep what a run folder was asked to keep."""
    options = options_from()
    folder = options.run_dir
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    run = prepare(options)
    waiting, written = list[dict[str, Any]](), 0.0
    for event in run:
        if event["event"] == "epoch":
            print(line(event), flush=True)
        if folder:
            waiting.append(event)
            if event["event"] != "step" or time.monotonic() - written > 0.1:
                with (folder / "events.jsonl").open("a") as file:
                    file.writelines(as_json(each) + "\n" for each in waiting)
                waiting, written = [], time.monotonic()
            if event["event"] == "epoch":
                save(run, folder)


if __name__ == "__main__":
    main()
