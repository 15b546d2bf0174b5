"""A U-Net that takes noise out of drawings, written by hand."""

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


class DoubleConv(nn.Module):
    """Two convolutions of the same size."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(x)))


class Up(nn.Module):
    """Twice the size, joined with what the way down left there."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.larger = nn.ConvTranspose2d(in_channels, channels, 2, stride=2)
        self.convs = DoubleConv(in_channels, channels)

    def forward(self, skip: Tensor, x: Tensor) -> Tensor:
        x = self.larger(x)
        return self.convs(torch.cat([skip, x], dim=1))


class Model(nn.Module):
    """U-Net of three sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.first = DoubleConv(3, 16)
        self.second = DoubleConv(16, 32)
        self.third = DoubleConv(32, 64)
        self.up2 = Up(64, 32)
        self.up1 = Up(32, 16)
        self.mended = nn.Conv2d(16, 3, 1)

    def forward(self, picture: Tensor) -> Tensor:
        noise = torch.randn_like(picture)
        noisy = torch.add(picture, noise, alpha=0.3)
        first = self.first(noisy)  # 16 x 48 x 48
        halved = F.max_pool2d(first, 2)
        second = self.second(halved)  # 32 x 24 x 24
        quartered = F.max_pool2d(second, 2)
        third = self.third(quartered)  # 64 x 12 x 12
        x = self.up2(second, third)
        x = self.up1(first, x)
        return self.mended(x)


def read(path: Path) -> Tensor:
    """Drawings float32[N, 3, 48, 48] from 0 to 1.

    Raises ValueError where the file does not hold that.
    """
    with np.load(path, allow_pickle=False) as arrays:
        if "picture" not in arrays:
            raise ValueError(f"{path.name} has no array 'picture'")
        picture = arrays["picture"]
    if picture.shape[1:] != (3, 48, 48):
        why = f"has samples of shape {picture.shape[1:]}, not (3, 48, 48)"
        raise ValueError(f"{path.name}: picture {why}")
    if picture.dtype.kind == "f":
        why = f"holds {picture.dtype}, which uint8 would cut off"
        raise ValueError(f"{path.name}: picture {why}")
    return torch.from_numpy(picture).to(torch.uint8) / 255


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
    """Losses of an epoch, on the device until somebody asks."""

    def __init__(self, totals: list[float]) -> None:
        self.totals = totals  # of losses and of rows
        self.waiting: list[tuple[Tensor, int]] = []

    def add(self, loss: Tensor, rows: int) -> None:
        """Add what is known of a batch."""
        self.waiting.append((loss.detach(), rows))
        if len(self.waiting) == 4096:
            self.fetch()

    def fetch(self) -> list[float]:
        """The sums; the device is waited for once."""
        losses = torch.stack([each[0] for each in self.waiting] or [torch.zeros(())])
        for loss, (_, rows) in zip(losses.tolist(), self.waiting, strict=False):
            self.totals[0] += loss * rows
            self.totals[1] += rows
        self.waiting = []
        return self.totals

    def averages(self) -> dict[str, float]:
        """The loss of an epoch."""
        loss, rows = self.fetch()
        return {"loss": loss / rows}


class Run:
    """Training as an iterator of events; between two of them `state()` is exact."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.device = options, torch.device(options.device)
        self.picture = read(options.clipart_path)
        self.training, self.held_out = split(len(self.picture))
        for name, rows in (("training", self.training), ("validation", self.held_out)):
            if len(rows) == 0:
                raise ValueError(f"there is no batch for {name}: there are no rows")
        self.model = Model().to(self.device)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.002)
        self.epoch, self.batch, self.step = 1, 0, 0
        self.sums = Sums([0.0, 0])
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
                self.epoch, self.batch, self.sums = self.epoch + 1, 0, Sums([0.0, 0])
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
        return torch.split(self.training[mixed], 32)

    def forward(self, rows: Tensor, sums: Sums) -> Tensor:
        """The loss of some rows, which is added to `sums`."""
        picture = self.picture[rows].to(self.device)
        loss = F.mse_loss(self.model(picture), picture)
        sums.add(loss, len(rows))
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
        sums = Sums([0.0, 0])
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
    parser.add_argument("--epochs", type=int, default=3)
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
