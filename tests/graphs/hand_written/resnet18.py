"""ResNet-18 on the drawings of the Open Clip Art Library, written by hand: the model and all that trains it."""

import argparse
import json
import os
import time
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


def read(path: Path) -> dict[str, Tensor]:
    """Drawings and the folder that each lay in."""
    with np.load(path, allow_pickle=False) as arrays:
        picture, label = arrays["picture"], arrays["label"]
    if picture.shape[1:] != (3, 48, 48) or picture.dtype != np.uint8:
        raise ValueError(f"{path}: pictures are {picture.dtype}{picture.shape[1:]}")
    if len(picture) != len(label):
        raise ValueError(f"{path}: {len(picture)} pictures, {len(label)} labels")
    return {
        "picture": torch.from_numpy(picture),
        "label": torch.from_numpy(label).long(),
    }


def split(rows: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on, and rows held out."""
    order = torch.randperm(rows, generator=torch.Generator().manual_seed(seed))
    held = round(rows * share)
    return order[held:], order[:held]


class Trainer:
    """Model, data and optimizer, and where training is."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.device = options, torch.device(options.device)
        self.data = read(options.clipart_path)
        self.training, self.held_out = split(len(self.data["label"]), 0.2, seed=0)
        self.model = Model().to(self.device)
        self.optimizer = torch.optim.AdamW(self.model.parameters())
        self.epoch, self.step = 1, 0

    def batches(self, rows: Tensor) -> list[dict[str, Tensor]]:
        """The rows in batches of 64, on the device."""
        return [
            {name: column[chosen].to(self.device) for name, column in self.data.items()}
            for chosen in torch.split(rows, 64)
        ]

    def order(self) -> Tensor:
        """The rows to train on, as they are mixed in this epoch."""
        generator = torch.Generator().manual_seed(1000 * self.options.seed + self.epoch)
        mixed = torch.randperm(len(self.training), generator=generator)
        return self.training[mixed]

    def train_epoch(self) -> Any:
        """One epoch; gives what to log of each step and of the epoch."""
        self.model.train()
        sums: dict[str, float] = {}
        begin = time.perf_counter()
        for batch in self.batches(self.order()):
            scores = self.model(batch["picture"])
            loss = F.cross_entropy(scores, batch["label"])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.step += 1
            add(sums, loss, scores, batch["label"])
            yield {
                "event": "step",
                "step": self.step,
                "epoch": self.epoch,
                "loss": loss.item(),
                "samples": len(scores),
                "seconds": time.perf_counter() - begin,
            }
        yield {
            "event": "epoch",
            "epoch": self.epoch,
            "train": averages(sums),
            "validation": self.validate(),
        }
        self.epoch += 1

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """Loss and accuracy on the rows that are held out."""
        self.model.eval()
        sums: dict[str, float] = {}
        for batch in self.batches(self.held_out):
            scores = self.model(batch["picture"])
            add(sums, F.cross_entropy(scores, batch["label"]), scores, batch["label"])
        return averages(sums)

    def state(self) -> dict[str, Any]:
        """What a later run goes on from."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "step": self.step,
            "random": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.step = state["epoch"], state["step"]
        torch.set_rng_state(state["random"])


def add(sums: dict[str, float], loss: Tensor, scores: Tensor, label: Tensor) -> None:
    """Add a batch to the sums of its epoch."""
    right = (scores.argmax(1) == label).sum()
    found = {
        "loss": loss.item() * len(label),
        "right": right.item(),
        "rows": len(label),
    }
    for name, amount in found.items():
        sums[name] = sums.get(name, 0) + amount


def averages(sums: dict[str, float]) -> dict[str, float]:
    """Loss and accuracy of an epoch."""
    return {
        "loss": sums["loss"] / sums["rows"],
        "accuracy": sums["right"] / sums["rows"],
    }


def pick_device(wish: str) -> str:
    """The device that is asked for, or the best that is there."""
    if wish != "auto":
        return wish
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def options_from(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    threads = max(1, (os.cpu_count() or 2) - 1)
    parser.add_argument("--threads", type=int, default=threads)
    parser.add_argument("--run-dir", type=Path, help="keep log and checkpoint here")
    parser.add_argument("--resume", type=Path, help="a run folder to go on from")
    clipart = Path(__file__).parent / "data" / "clipart.npz"
    parser.add_argument("--clipart-path", type=Path, default=clipart)
    return parser.parse_args(arguments)


def prepare(options: argparse.Namespace) -> Trainer:
    """Seed everything, and go on where it was left."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.device = pick_device(options.device)
    trainer = Trainer(options)
    if options.resume:
        path = options.resume / "checkpoint.pt"
        trainer.restore(torch.load(path, map_location="cpu", weights_only=True))
    return trainer


def main() -> None:
    """Train, print a line an epoch, and keep what a run folder was asked to keep."""
    options = options_from()
    folder = options.run_dir
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    trainer = prepare(options)
    while trainer.epoch <= options.epochs:
        for event in trainer.train_epoch():
            if event["event"] == "epoch":
                print(event, flush=True)
            if folder:
                with (folder / "events.jsonl").open("a") as file:
                    file.write(json.dumps(event) + "\n")
        if folder:
            torch.save(trainer.state(), folder / "checkpoint.part")
            os.replace(folder / "checkpoint.part", folder / "checkpoint.pt")


if __name__ == "__main__":
    main()
