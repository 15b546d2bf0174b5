"""ResNet-18 on the drawings of the Open Clip Art Library, written by hand."""

import argparse
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F


class BasicBlock(nn.Module):
    """Two convolutions and a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.norm1(self.conv1(x)))
        out = self.norm2(self.conv2(out))
        return F.relu(out + x)


class DownBlock(nn.Module):
    """The same at half the size; the shortcut is a convolution."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, channels, kernel_size=3, stride=2, padding=1, bias=False
        )
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Conv2d(in_channels, channels, 1, stride=2, bias=False)
        self.shortcut_norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.norm1(self.conv1(x)))
        out = self.norm2(self.conv2(out))
        shortcut = self.shortcut_norm(self.shortcut(x))
        return F.relu(out + shortcut)


class Stage(nn.Module):
    """A block that halves the picture, and one that keeps its size."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.down = DownBlock(in_channels, channels)
        self.block = BasicBlock(channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.block(self.down(x))


class Model(nn.Module):
    """ResNet-18 for small pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 64, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(64)
        self.stage1 = nn.Sequential(BasicBlock(64), BasicBlock(64))
        self.stage2 = Stage(64, 128)
        self.stage3 = Stage(128, 256)
        self.stage4 = Stage(256, 512)
        self.final = nn.Linear(512, 10)

    def forward(self, picture: Tensor) -> Tensor:
        x = picture / 255
        x = self.stem(x)  # 64 x 48 x 48
        x = self.norm(x)
        x = F.relu(x)
        x = F.max_pool2d(x, 2)  # 64 x 24 x 24
        x = self.stage1(x)
        x = self.stage2(x)  # 128 x 12 x 12
        x = self.stage3(x)  # 256 x 6 x 6
        x = self.stage4(x)  # 512 x 3 x 3
        x = F.adaptive_avg_pool2d(x, 1)
        x = torch.flatten(x, 1)
        return self.final(x)


def read(path: Path) -> tuple[Tensor, Tensor]:
    """Drawings uint8[N, 3, 48, 48], and for each the number of its folder.

    Raises ValueError where the file does not hold that.
    """
    found = {}
    with np.load(path, allow_pickle=False) as arrays:
        for name, shape in {"picture": (3, 48, 48), "label": ()}.items():
            if name not in arrays:
                raise ValueError(f"{path.name} has no array {name!r}")
            found[name] = arrays[name]
            if found[name].shape[1:] != shape:
                why = f"has samples of shape {found[name].shape[1:]}, not {shape}"
                raise ValueError(f"{path.name}: {name} {why}")
            if found[name].dtype.kind == "f":
                why = f"holds {found[name].dtype}, which whole numbers would cut off"
                raise ValueError(f"{path.name}: {name} {why}")
    picture, label = map(torch.from_numpy, found.values())
    if len(picture) != len(label):
        raise ValueError(f"{path.name}: {len(picture)} pictures, {len(label)} labels")
    return picture.to(torch.uint8), label.to(torch.int64)


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def split(total: int) -> tuple[Tensor, Tensor]:
    """Rows to train on, and a fifth of all rows that is held out."""
    mixed = torch.randperm(total, generator=seeded("split", 0))
    held = round(total * 0.2)
    return mixed[held:].sort().values, mixed[:held].sort().values


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
        self.picture, self.label = read(options.clipart_path)
        self.training, self.held_out = split(len(self.label))
        for name, rows in (("training", self.training), ("validation", self.held_out)):
            if len(rows) == 0:
                raise ValueError(f"there is no batch for {name}: there are no rows")
        self.model = Model().to(self.device)
        self.optimizer = torch.optim.AdamW(self.model.parameters())
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
            "steps_per_epoch": len(self.order()),
            "rows": rows,
            "weights": sum(each.numel() for each in self.model.parameters()),
            "threads": torch.get_num_threads(),
            "seed": self.options.seed,
        }

    def order(self) -> tuple[Tensor, ...]:
        """The rows of each batch of this epoch."""
        generator = seeded("order", self.options.seed, self.epoch)
        mixed = torch.randperm(len(self.training), generator=generator)
        return torch.split(self.training[mixed], 64)

    def forward(self, rows: Tensor, sums: Sums) -> Tensor:
        """The loss of some rows; it and the right answers are added to `sums`."""
        label = self.label[rows].to(self.device)
        scores = self.model(self.picture[rows].to(self.device))
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
        for rows in torch.split(self.held_out, 64):
            self.forward(rows, sums)
        return sums.averages()

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs to go on from here."""
        found = {
            "place": (self.epoch, self.batch, self.step),
            "sums": self.sums.fetch(),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
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
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    threads = max(1, (os.cpu_count() or 2) - 1)
    parser.add_argument("--threads", type=int, default=threads)
    parser.add_argument("--run-dir", type=Path, help="keep the run here (else nothing)")
    parser.add_argument("--resume", type=Path, help="a run folder to go on in")
    clipart = Path(__file__).parent / "data" / "clipart.npz"
    parser.add_argument("--clipart-path", type=Path, default=clipart)
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
    if options.resume and not (options.resume / "checkpoint.pt").exists():
        raise SystemExit(f"There is no checkpoint.pt in {options.resume}.")
    folder = options.run_dir or options.resume
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
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
            if event["event"] != "step" or time.monotonic() - written > 0.1:
                with (folder / "events.jsonl").open("a") as file:
                    file.writelines(as_json(each) + "\n" for each in waiting)
                waiting, written = [], time.monotonic()
            if event["event"] == "epoch":
                save(run, folder)


if __name__ == "__main__":
    main()
