"""A generator that draws digits against a discriminator, written by hand."""

import argparse
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from sklearn.datasets import load_digits  # type: ignore[import-untyped]
from torch import Tensor, nn
from torch.nn import functional as F


class Generator(nn.Module):
    """From random numbers to a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Linear(32, 128)
        self.norm = nn.BatchNorm1d(128)
        self.pixels = nn.Linear(128, 64)

    def forward(self, noise: Tensor) -> Tensor:
        x = F.relu(self.norm(self.wide(noise)))
        x = torch.sigmoid(self.pixels(x))
        return x.view(-1, 1, 8, 8)


class Discriminator(nn.Module):
    """From a picture to one score."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Linear(64, 64)
        self.score = nn.Linear(64, 1)

    def forward(self, picture: Tensor) -> Tensor:
        x = picture.flatten(1)
        x = F.leaky_relu(self.wide(x), 0.2)
        x = F.dropout(x, 0.3, training=self.training)
        return self.score(x)


class Model(nn.Module):
    """Both, and the three times that the discriminator is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = Generator()
        self.discriminator = Discriminator()

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        noise = torch.randn(len(image), 32, device=image.device)
        drawn = self.generator(noise)
        on_real = self.discriminator(image)
        kept = drawn.detach()  # teaches the generator nothing
        on_kept = self.discriminator(kept)
        on_drawn = self.discriminator(drawn)
        return {
            "picture": drawn,
            "discriminator": on_real,
            "on_kept": on_kept,
            "on_drawn": on_drawn,
        }


def read() -> Tensor:
    """The digits of scikit-learn, float32[N, 1, 8, 8] from 0 to 1."""
    return torch.tensor(load_digits().images, dtype=torch.float32).unsqueeze(1) / 16


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
    """Four losses of an epoch, on the device until somebody asks."""

    def __init__(self, totals: list[float]) -> None:
        self.totals = totals  # of each loss and of rows
        self.waiting: list[tuple[Tensor, int]] = []

    def add(self, losses: Tensor, rows: int) -> None:
        """Add what is known of a batch."""
        self.waiting.append((losses.detach(), rows))
        if len(self.waiting) == 4096:
            self.fetch()

    def fetch(self) -> list[float]:
        """The sums; the device is waited for once."""
        losses = torch.stack([each[0] for each in self.waiting] or [torch.zeros(4)])
        for each, (_, rows) in zip(losses.tolist(), self.waiting, strict=False):
            for at, loss in enumerate(each):
                self.totals[at] += loss * rows
            self.totals[-1] += rows
        self.waiting = []
        return self.totals

    def averages(self) -> dict[str, float]:
        """The losses of an epoch."""
        *losses, rows = self.fetch()
        names = ("loss", "real_loss", "fake_loss", "fooled_loss")
        return {name: loss / rows for name, loss in zip(names, losses, strict=True)}


class Run:
    """Training as an iterator of events; between two of them `state()` is exact."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.device = options, torch.device(options.device)
        self.image = read()
        self.training, self.held_out = split(len(self.image))
        for name, rows in (("training", self.training), ("validation", self.held_out)):
            if len(rows) == 0:
                raise ValueError(f"there is no batch for {name}: there are no rows")
        self.model = Model().to(self.device)
        self.judging = torch.optim.Adam(self.model.discriminator.parameters())
        self.drawing = torch.optim.Adam(self.model.generator.parameters())
        self.epoch, self.batch, self.step = 1, 0, 0
        self.sums = Sums([0.0] * 5)
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
                self.epoch, self.batch, self.sums = self.epoch + 1, 0, Sums([0.0] * 5)
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

    def forward(self, rows: Tensor, sums: Sums) -> dict[str, Tensor]:
        """The losses of some rows, which are added to `sums`."""
        result = self.model(self.image[rows].to(self.device))
        wanted = torch.ones(len(rows), 1, device=self.device)
        compared = F.binary_cross_entropy_with_logits
        found = {
            "real_loss": compared(result["discriminator"], wanted),
            "fake_loss": compared(result["on_kept"], torch.zeros_like(wanted)),
            "fooled_loss": compared(result["on_drawn"], wanted),
        }
        found = {"loss": torch.stack([*found.values()]).sum(), **found}
        sums.add(torch.stack([*found.values()]), len(rows))
        return found

    def train_step(self, rows: Tensor) -> Tensor:
        """One update of the weights of both; returns the sum of the losses."""
        found = self.forward(rows, self.sums)
        self.model.zero_grad()
        judges = found["real_loss"] + found["fake_loss"]
        own = [*self.model.discriminator.parameters()]
        judges.backward(inputs=own, retain_graph=True)
        found["fooled_loss"].backward(inputs=[*self.model.generator.parameters()])
        self.judging.step()
        self.drawing.step()
        self.step, self.batch = self.step + 1, self.batch + 1
        return found["loss"].detach()

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """The losses on the rows that are held out."""
        self.model.eval()
        sums = Sums([0.0] * 5)
        for rows in torch.split(self.held_out, 64):
            self.forward(rows, sums)
        return sums.averages()

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs to go on from here."""
        found = {
            "place": (self.epoch, self.batch, self.step),
            "sums": self.sums.fetch(),
            "model": self.model.state_dict(),
            "judging": self.judging.state_dict(),
            "drawing": self.drawing.state_dict(),
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
        self.judging.load_state_dict(state["judging"])
        self.drawing.load_state_dict(state["drawing"])
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
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    threads = max(1, (os.cpu_count() or 2) - 1)
    parser.add_argument("--threads", type=int, default=threads)
    parser.add_argument("--run-dir", type=Path, help="keep the run here (else nothing)")
    parser.add_argument("--resume", type=Path, help="a run folder to go on in")
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
