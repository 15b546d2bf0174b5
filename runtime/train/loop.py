"""The training loop: plain torch, told to whoever iterates over it. A program holds the blocks that its graph uses."""

import argparse
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from runtime.train.drawn import (
    EPOCHS,
    INPUTS,
    MINIMISES,
    PATHS,
    SEED,
    Model,
    losses,
    make_batches,
    make_optimizers,
    metrics,
)
from runtime.train.line import line

VALIDATION = True  # some rows are held out
METRICS = True  # the graph has metrics
SEVERAL = True  # there are several optimizers
LISTS = True  # batches may hold more than tensors
FILES = True  # data is read from files


class Run:
    """Training as an iterator of events; between two of them `state()` is exact."""

    def __init__(
        self,
        model: nn.Module,
        optimizers: Mapping[str, torch.optim.Optimizer],
        batches: Mapping[str, Any],
        options: argparse.Namespace,
    ) -> None:
        self.model, self.optimizers, self.batches = model, optimizers, batches
        self.options, self.device = options, torch.device(options.device)
        self.epoch, self.batch, self.step = 1, 0, 0
        self.sums: dict[str, list[float]] = {}
        self.stopped = False

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs to go on from here."""
        return {
            "epoch": self.epoch,
            "batch": self.batch,
            "step": self.step,
            "sums": self.sums,
            "model": self.model.state_dict(),
            "optimizers": {k: each.state_dict() for k, each in self.optimizers.items()},
            "random": torch.get_rng_state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.epoch, self.batch = state["epoch"], state["batch"]
        self.step, self.sums = state["step"], state["sums"]
        self.model.load_state_dict(state["model"])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        torch.set_rng_state(state["random"])

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Train, and tell every step and every epoch."""
        begin = time.perf_counter()
        yield self.started()
        figures: dict[str, Any] = {}
        while self.epoch <= self.options.epochs and not self.stopped:
            self.model.train()
            for batch in self.batches["training"].epoch(self.epoch, self.batch):
                loss, rows = self.train_step(batch)
                seconds = time.perf_counter() - begin
                about = {"step": self.step, "epoch": self.epoch, "loss": loss}
                yield {"event": "step", **about, "samples": rows, "seconds": seconds}
                if self.stopped:
                    break
            else:
                figures = {"epoch": self.epoch, "train": averages(self.sums)}
                if VALIDATION:
                    figures["validation"] = self.validate()
                self.epoch, self.batch, self.sums = self.epoch + 1, 0, {}
                yield {"event": "epoch", **figures}
        seconds = time.perf_counter() - begin
        stopped = self.stopped
        yield {"event": "finished", **figures, "stopped": stopped, "seconds": seconds}

    def started(self) -> dict[str, Any]:
        """What is about to be trained, on what and how long."""
        rows = {name: len(batches.rows) for name, batches in self.batches.items()}
        return {
            "event": "started",
            "device": str(self.device),
            "epochs": self.options.epochs,
            "steps_per_epoch": len(self.batches["training"]),
            "rows": rows,
            "weights": sum(each.numel() for each in self.model.parameters()),
            "threads": torch.get_num_threads(),
            "seed": self.options.seed,
        }

    def train_step(self, batch: Mapping[str, Any]) -> tuple[float, int]:
        """One update of the weights; returns the loss and the number of rows."""
        batch = moved(batch, self.device)
        result = self.model(*(batch[name] for name in INPUTS))
        found = losses(result, batch)
        if SEVERAL:
            for name, optimizer in self.optimizers.items():
                optimizer.zero_grad()
                own = [w for group in optimizer.param_groups for w in group["params"]]
                loss = total(found, MINIMISES[name])
                loss.backward(inputs=own, retain_graph=True)
            for optimizer in self.optimizers.values():
                optimizer.step()
        else:
            for optimizer in self.optimizers.values():
                optimizer.zero_grad()
                total(found, found).backward()
                optimizer.step()
        self.step, self.batch = self.step + 1, self.batch + 1
        rows = rows_of(batch)
        return self.count(self.sums, result, batch, found, rows), rows

    def count(
        self,
        sums: dict[str, list[float]],
        result: Any,
        batch: Mapping[str, Any],
        found: Mapping[str, Tensor],
        rows: int,
    ) -> float:
        """Add a batch to the sums of its epoch; returns its loss."""
        loss = total(found, found).item()
        add(sums, "loss", loss * rows, rows)
        if len(found) > 1:
            for name, each in found.items():
                add(sums, name, each.item() * rows, rows)
        if METRICS:
            with torch.no_grad():
                for name, (amount, of) in metrics(result, batch).items():
                    add(sums, name, float(amount), of)
        return loss

    if VALIDATION:

        def validate(self) -> dict[str, float]:
            """Losses and metrics on the rows that are held out."""
            self.model.eval()
            sums: dict[str, list[float]] = {}
            with torch.no_grad():
                for batch in self.batches["validation"].epoch(0):
                    batch = moved(batch, self.device)
                    result = self.model(*(batch[name] for name in INPUTS))
                    found = losses(result, batch)
                    self.count(sums, result, batch, found, rows_of(batch))
            return averages(sums)


def total(found: Mapping[str, Tensor], names: Any) -> Tensor:
    """The sum of the named losses."""
    first, *others = [found[name] for name in names]
    return sum(others, first)


def add(sums: dict[str, list[float]], name: str, amount: float, rows: int) -> None:
    """Add to one sum and its count."""
    entry = sums.setdefault(name, [0.0, 0])
    entry[0] += amount
    entry[1] += rows


def averages(sums: Mapping[str, list[float]]) -> dict[str, float]:
    """Each sum over its count."""
    return {name: amount / rows for name, (amount, rows) in sums.items() if rows}


def moved(batch: Mapping[str, Any], device: torch.device) -> dict[str, Any]:
    """The batch on the device."""
    if LISTS:
        return {
            name: value.to(device, non_blocking=True)
            if isinstance(value, Tensor)
            else [
                each.to(device) if isinstance(each, Tensor) else each for each in value
            ]
            for name, value in batch.items()
        }
    return {name: value.to(device, non_blocking=True) for name, value in batch.items()}


def rows_of(batch: Mapping[str, Any]) -> int:
    """How many samples a batch holds."""
    return len(next(iter(batch.values())))


def pick_device(wish: str) -> str:
    """The device that is there, unless one is asked for by name."""
    if wish != "auto":
        return wish
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def prepare(options: argparse.Namespace) -> Run:
    """Seed everything, read the data, and make model, optimizers and run."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.device = pick_device(options.device)
    batches = make_batches(options)
    model = Model().to(options.device)
    run = Run(model, make_optimizers(model), batches, options)
    if options.resume:
        saved = Path(options.resume) / "checkpoint.pt"
        run.restore(torch.load(saved, map_location="cpu", weights_only=True))
    return run


def options_from(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    threads = max(1, (os.cpu_count() or 2) - 1)
    parser.add_argument("--threads", type=int, default=threads)
    parser.add_argument("--run-dir", type=Path, help="keep events and checkpoint here")
    parser.add_argument("--resume", help="a run folder to go on from")
    if FILES:
        for name, path in PATHS.items():
            default = Path(__file__).parent / path
            parser.add_argument(f"--{name}-path", type=Path, default=default)
    return parser.parse_args(arguments)


def save(run: Run, folder: Path) -> None:
    """Write the checkpoint whole or not at all."""
    torch.save(run.state(), folder / "checkpoint.part")
    os.replace(folder / "checkpoint.part", folder / "checkpoint.pt")


def main() -> None:
    """Train, print a line an epoch, and keep what a run folder was asked to keep."""
    options = options_from()
    run = prepare(options)
    if options.run_dir:
        options.run_dir.mkdir(parents=True, exist_ok=True)
    for event in run:
        if event["event"] == "epoch":
            print(line(event), flush=True)
        if options.run_dir:
            with (options.run_dir / "events.jsonl").open("a") as file:
                file.write(json.dumps(event) + "\n")
            if event["event"] == "epoch":
                save(run, options.run_dir)


if __name__ == "__main__":
    main()
