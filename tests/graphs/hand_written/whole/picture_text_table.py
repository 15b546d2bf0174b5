"""Pictures, titles and numbers that meet in one model, written by hand."""

import argparse
import csv
import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn
from torch.nn import functional as F

CLASSES = [
    "animals",
    "buildings",
    "food",
    "geography",
    "office",
    "people",
    "plants",
    "recreation",
    "tools",
    "transportation",
]
NUMBERS = ["width", "height", "shapes"]
SIZE = 998  # of the vocabulary


class Model(nn.Module):
    """Picture, text and table."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)
        self.norm = nn.BatchNorm2d(16)
        self.meaning = nn.EmbeddingBag(1000, 32, padding_idx=0)
        self.sizes = nn.BatchNorm1d(3)
        self.hidden = nn.Linear(291, 64)
        self.final = nn.Linear(64, 10)

    def forward(self, picture: Tensor, words: Tensor, numbers: Tensor) -> Tensor:
        scaled = picture / 255.0  # float32[B, 3, 48, 48]
        conv = self.conv(scaled)  # float32[B, 16, 48, 48]
        norm = self.norm(conv)  # float32[B, 16, 48, 48]
        relu = F.relu(norm)  # float32[B, 16, 48, 48]
        pool = F.adaptive_avg_pool2d(relu, 4)  # float32[B, 16, 4, 4]
        flat = torch.flatten(pool, 1)  # float32[B, 256]
        meaning = self.meaning(words)  # float32[B, 32]
        sizes = self.sizes(numbers)  # float32[B, 3]
        joined = torch.cat([flat, meaning, sizes], dim=1)  # float32[B, 291]
        hidden = self.hidden(joined)  # float32[B, 64]
        gelu = F.gelu(hidden)  # float32[B, 64]
        return self.final(gelu)  # float32[B, 10]


def read(path: Path) -> tuple[list[Path], list[str], Tensor, Tensor]:
    """Files of pictures, their titles, three numbers each, and the numbers of classes.

    Raises ValueError with the line of what cannot be read.
    """
    files, titles, numbers, labels = [], [], [], []
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        for column in ("picture", "title", *NUMBERS, "folder"):
            if column not in (rows.fieldnames or ()):
                raise ValueError(f"{path.name} has no column {column!r}")
        for row in rows:
            picture = path.parent / row["picture"]
            try:
                if not picture.is_file():
                    raise ValueError(f"there is no file {picture}")
                found = [float(row[name]) for name in NUMBERS]
                if not all(map(isfinite, found)):
                    raise ValueError("a number is not finite")
                labels.append(CLASSES.index(row["folder"]))
            except (TypeError, ValueError) as error:
                raise ValueError(
                    f"{path.name}, line {rows.line_num}: {error}"
                ) from None
            files.append(picture)
            titles.append(row["title"] or "")
            numbers.append(found)
    return files, titles, torch.tensor(numbers), torch.tensor(labels)


def decoded(file: Path) -> Tensor:
    """A picture as uint8[3, 48, 48]. Raises ValueError where it cannot be opened."""
    try:
        with Image.open(file) as opened:
            opened.draft(None, (96, 96))
            picture = ImageOps.exif_transpose(opened)
            if picture.mode == "P" and "transparency" in picture.info:
                picture = picture.convert("RGBA")
            small = picture.convert("RGB").resize((48, 48), Image.Resampling.BILINEAR)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"{file} cannot be decoded: {error}") from None
    return torch.from_numpy(np.array(small)).permute(2, 0, 1).contiguous()


def words_of(title: str) -> list[str]:
    """The words and signs of a title."""
    return re.findall(r"\w+|[^\w\s]", title.lower())


def vocabulary(titles: list[str]) -> dict[str, int]:
    """Numbers for the most frequent words, from 2 on: 0 fills up, 1 is any other."""
    counts = Counter(word for title in titles for word in words_of(title))
    order = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: number for number, word in enumerate(order[:SIZE], start=2)}


def numbers_of(title: str, known: dict[str, int]) -> Tensor:
    """A title as the numbers of its words; an empty one is one unknown word."""
    return torch.tensor([known.get(word, 1) for word in words_of(title)] or [1])


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
        self.files, titles, self.numbers, self.label = read(options.drawings_path)
        self.training, self.held_out = split(self.label)
        known = vocabulary([titles[row] for row in self.training.tolist()])
        self.words = [numbers_of(title, known) for title in titles]
        for name, rows in (("training", self.training), ("validation", self.held_out)):
            if len(rows) == 0:
                raise ValueError(f"there is no batch for {name}: there are no rows")
        self.model = Model().to(self.device)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.005)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, 12)
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
                figures["validation"] = self.validate()
                figures["lr"] = {"adam": self.optimizer.param_groups[0]["lr"]}
                self.schedule.step()
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

    def forward(self, rows: Tensor, sums: Sums) -> Tensor:
        """The loss of some rows; it and the right answers are added to `sums`."""
        label = self.label[rows].to(self.device)
        pictures = torch.stack([decoded(self.files[row]) for row in rows.tolist()])
        words = [self.words[row] for row in rows.tolist()]
        padded = nn.utils.rnn.pad_sequence(words, batch_first=True)
        given = (pictures, padded, self.numbers[rows])
        scores = self.model(*(each.to(self.device) for each in given))
        loss = F.cross_entropy(scores, label)
        right = (scores.argmax(1) == label).sum()
        sums.add(loss, right, len(rows))
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
        return sums.averages()

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs to go on from here."""
        found = {
            "place": (self.epoch, self.batch, self.step),
            "sums": self.sums.fetch(),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
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
        self.schedule.load_state_dict(state["schedule"])
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
    return f"{text} | lr adam {event['lr']['adam']:g}"


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
    data = Path(__file__).parent / "data" / "drawings.csv"
    parser.add_argument("--drawings-path", type=Path, default=data)
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
