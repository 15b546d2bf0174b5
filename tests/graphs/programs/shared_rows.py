"""A training program.

Made with Torchweave from shared_rows.json.
"""

import argparse
import atexit
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from sklearn.datasets import load_wine  # type: ignore[import-untyped]
from torch import Tensor, distributed, nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

MINIMISES = {"adam": ("loss_alone",), "sgd": ("distance",)}


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
        self.totals = of_all(self.fetch())
        return {k: total / rows for k, (total, rows) in self.fetch().items() if rows}


def read_wine() -> dict[str, Any]:
    """The wines of scikit-learn: features float32[13], label int64[]."""
    found = load_wine()
    features = torch.tensor(found.data, dtype=torch.float32)
    return {"features": features, "label": torch.tensor(found.target)}


def on_device(value: Any, device: torch.device) -> Any:
    """A tensor, or a list of them, on the device; text stays where it is."""
    if isinstance(value, Tensor):
        return value.to(device, non_blocking=True)
    if isinstance(value, list):
        return [on_device(each, device) for each in value]
    return value


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

    def __len__(self) -> int:
        """Batches in an epoch."""
        return len(range(0, len(self.rows), self.batch_size))

    def order(self, epoch: int) -> tuple[Tensor, ...]:
        """The rows of each batch of an epoch."""
        rows = self.rows
        if self.shuffle:
            generator = seeded("order", self.seed, epoch)
            rows = rows[torch.randperm(len(rows), generator=generator)]
        batches = torch.split(rows, self.batch_size)[: len(self)]
        return tuple(map(rows_for_us, batches))

    def shared(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The same for this process, each with as many numbers as it has in all."""
        for at, batch in enumerate(self.epoch(epoch, start), start):
            rest = len(self.rows) - at * self.batch_size
            yield {**batch, "samples": range(min(self.batch_size, rest))}

    def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch, from batch number `start`."""
        for rows in self.order(epoch)[start:]:
            yield {k: v.index_select(0, rows) for k, v in self.columns.items()}


def wait_for_threads() -> None:
    """Let threads of torch put away what they sent, for which they need Python.

    While one still does, an end of the group or of Python would hang or abort this process.
    """
    if distributed.is_initialized():
        time.sleep(0.5)


def leave_others() -> None:
    """Part from the other processes, a moment after the last word."""
    wait_for_threads()
    distributed.destroy_process_group()


def parts_of(losses: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """Losses of such a share of the rows as they make up those of all rows.

    What is averaged counts by its share, what is added up as it is.
    """
    return {k: loss * share for k, loss in losses.items()}


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone: equal keys, equal numbers."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def meet_others(device: str) -> str:
    """Join the processes that torchrun has started; returns the device of this one."""
    kind, place = torch.device(device).type, int(os.environ.get("LOCAL_RANK", "0"))
    if kind == "mps":
        told = "Processes cannot share a model on mps"
        raise SystemExit(f"{told}: use --device cpu, or set processes to 1.")
    if kind != "cpu":
        there = torch.accelerator.device_count()
        if place >= there:
            told = f"{there} {kind} device{'s are' if there > 1 else ' is'} here"
            raise SystemExit(f"Each process needs a device, but only {told}.")
        torch.accelerator.set_device_index(place)
        device = f"{kind}:{place}"
    if not distributed.is_initialized():
        atexit.register(wait_for_threads)  # also where an error ends this process
        if "RANK" in os.environ:
            long = timedelta(days=20)  # the others wait for one that stands still
            distributed.init_process_group(timeout=long)
        else:  # not started by torchrun
            alone = "tcp://localhost:0"
            distributed.init_process_group(init_method=alone, rank=0, world_size=1)
    return device


def rows_for_us(rows: Any) -> Any:
    """The rows of a batch for this process: two or more; of a small batch all."""
    world = distributed.get_world_size()
    return rows[distributed.get_rank() :: world] if len(rows) >= 2 * world else rows


def counts_here(rows: int) -> bool:
    """Whether this process counts what it has of a batch of so many rows.

    Of a small batch all have everything, and the first one counts it.
    """
    small = rows < 2 * distributed.get_world_size()
    return not small or distributed.get_rank() == 0


def shares_of(losses: Mapping[str, Tensor], rows: int) -> dict[str, Tensor]:
    """Losses of our part of a batch of so many rows, whose mean is that of the batch.

    So the mean of the gradients of all processes is that of the batch too.
    """
    times = distributed.get_world_size() * float(counts_here(rows))
    found = parts_of(losses, len(rows_for_us(range(rows))) / rows)
    return {name: loss * times for name, loss in found.items()}


def mean_of_all(loss: Tensor) -> Tensor:
    """The mean of what all processes have."""
    found = loss.clone()
    distributed.all_reduce(found)
    return found / distributed.get_world_size()


def with_others(run: Any) -> Iterator[dict[str, Any]]:
    """The events of a run, to the first process; the others do as that one says."""
    for event in run:
        if event["event"] == "step":
            event["loss"] = mean_of_all(event["loss"])
        if distributed.get_rank() == 0:
            yield event
            say_to_all("stop" if run.stopped else "go")
        else:
            while (word := say_to_all()) == "state":
                run.state()
            run.stopped = word == "stop"


def say_to_all(word: str = "go") -> str:
    """A word of the first process to all, between two steps."""
    words = ("go", "stop", "state")
    told = torch.tensor(words.index(word))
    distributed.broadcast(told, src=0)
    return words[int(told)]


def data_parallel(
    model: nn.Module, optimizers: Mapping[str, torch.optim.Optimizer]
) -> DistributedDataParallel:
    """The model as all processes have it: gradients become the mean of theirs."""
    groups = [group for each in optimizers.values() for group in each.param_groups]
    changed = {weight for group in groups for weight in group["params"]}
    for weight in model.parameters():
        weight.requires_grad_(weight in changed)
    found = DistributedDataParallel(model)
    if rank := distributed.get_rank():  # what is drawn from here on differs
        torch.manual_seed(torch.initial_seed() + rank)
    return found


def of_all(sums: Mapping[str, tuple[float, int]]) -> dict[str, tuple[float, int]]:
    """What all processes have added up, put together."""
    each: list[Any] = [None] * distributed.get_world_size()
    distributed.all_gather_object(each, sums)
    zero = 0.0, 0
    return {
        name: (
            sum(found.get(name, zero)[0] for found in each),
            sum(found.get(name, zero)[1] for found in each),
        )
        for name in each[0]
    }


def state_of_all(
    state: Mapping[str, Any], metrics: Mapping[str, Any]
) -> dict[str, Any]:
    """What is another in the state of each process, put together."""
    if distributed.get_rank() == 0:
        say_to_all("state")
    each: list[Any] = [None] * distributed.get_world_size()
    own = {k: state[k] for k in ("random", "metrics", "sums") if k in state}
    distributed.all_gather_object(each, own)
    return {"sums": of_all(state["sums"]), "of_each": each}


def ours_of(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state that this process goes on from; of what is common the first has all."""
    rank, each = distributed.get_rank(), state.get("of_each", ())
    found = {**state}
    if rank:
        found |= {"sums": {}, "metrics": {}, "random": []}
    if len(each) == distributed.get_world_size():
        found |= each[rank]
    return found


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
        "training": Batches(columns, training, 32, shuffle=True, seed=options.seed),
        "validation": Batches(columns, held_out, 32),
    }


class Model(nn.Module):
    """Shared rows."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(13)
        self.grower = nn.Linear(13, 3)
        self.number = nn.Linear(13, 1)

    def forward(self, features: Tensor) -> dict[str, Tensor]:
        norm = self.norm(features)  # float32[B, 13]
        grower = self.grower(norm)  # float32[B, 3]
        number = self.number(features)  # float32[B, 1]
        return {"grower": grower, "number": number}


def losses(result: dict[str, Tensor], batch: Mapping[str, Any]) -> dict[str, Tensor]:
    """What is minimised."""
    wide = torch.unsqueeze(batch["label"], 1)  # int64[B, 1]
    floats = wide.to(torch.float32)  # float32[B, 1]
    each = {
        "loss_alone": F.cross_entropy(result["grower"], batch["label"]),
        "distance": F.mse_loss(result["number"], floats),
    }
    return {"loss": torch.stack([*each.values()]).sum(), **each}


def make_optimizers(model: Model) -> dict[str, torch.optim.Optimizer]:
    """What changes which weights."""
    return {
        "adam": torch.optim.Adam(
            [*model.norm.parameters(), *model.grower.parameters()],
            lr=0.01,
            betas=(0.8, 0.99),
        ),
        "sgd": torch.optim.SGD(model.number.parameters(), lr=1e-06),
    }


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
        self.optimizers = make_optimizers(self.model)
        self.ddp = data_parallel(self.model, self.optimizers)
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
        yield from self.batches[part].shared(epoch, start)

    def train_step(self, batch: dict[str, Any]) -> dict[str, Any]:
        """One update of the weights; returns what to tell of it."""
        for weight in self.weights:
            weight.grad = None  # as zero_grad does, at a fraction of its cost
        found = self.compare(batch, self.sums)
        for name, optimizer in self.optimizers.items():
            groups = optimizer.param_groups
            own = [w for group in groups for w in group["params"]]
            loss = torch.stack([found[each] for each in MINIMISES[name]]).sum()
            loss.backward(inputs=own, retain_graph=True)
        for optimizer in self.optimizers.values():
            optimizer.step()
        self.step, self.batch = self.step + 1, self.batch + 1
        now = {"event": "step", "step": self.step, "epoch": self.epoch}
        return now | {"loss": found["loss"].detach(), "samples": len(batch["samples"])}

    def compare(self, batch: dict[str, Any], sums: Sums) -> dict[str, Tensor]:
        """The losses of a batch; they and the metrics are added to `sums`."""
        batch = {k: on_device(each, self.device) for k, each in batch.items()}
        result, rows = self.ddp(batch["features"]), len(batch["samples"])
        found = losses(result, batch)
        found = shares_of(found, rows)
        for name, loss in found.items():
            sums.add(name, loss, rows, times=rows)
        if not counts_here(rows):
            return found
        right = result["grower"].argmax(1) == batch["label"]
        sums.add("accuracy", right.sum(dtype=torch.float32), right.numel())
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
        found = {
            "place": (self.epoch, self.batch, self.step),
            "sums": self.sums.fetch(),
            "model": self.model.state_dict(),
            "optimizers": {k: each.state_dict() for k, each in self.optimizers.items()},
            "random": [each.get_rng_state() for each in self.generators],
        }
        found |= state_of_all(found, {})
        return found

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.epoch, self.batch, self.step = state["place"]
        self.sums = Sums(state["sums"])
        self.model.load_state_dict(state["model"])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
            # Not the rate of the checkpoint: that of now.
            optimizer.param_groups[0].update(lr=optimizer.defaults["lr"])
        for each, numbers in zip(self.generators, state["random"], strict=False):
            each.set_rng_state(numbers)  # a device's only where there was one


def prepare(options: argparse.Namespace) -> Run:
    """Seed everything, read the data, make the model, and go on where it was left."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.device = pick_device(options.device)
    options.device = meet_others(options.device)
    run = Run(options)
    for name, rows in run.rows.items():
        if not len(rows):
            raise ValueError(f"there are no rows for {name}: change the split")
    if options.resume:
        saved = options.resume / "checkpoint.pt"
        state = torch.load(saved, map_location="cpu", weights_only=True)
        run.restore(ours_of(state))
    return run


def options_from(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--threads", type=int, default=(os.cpu_count() or 2) - 1 or 1)
    each = parser.get_default("threads") // int(os.getenv("LOCAL_WORLD_SIZE", "1"))
    parser.set_defaults(threads=max(1, each))
    parser.add_argument("--run-dir", type=Path, help="keep the run here (else nothing)")
    parser.add_argument("--resume", type=Path, help="a run folder to go on in")
    return parser.parse_args(arguments)


def save(state: dict[str, Any], file: Path) -> None:
    """Write a checkpoint whole or not at all."""
    torch.save(state, file.with_suffix(".part"))
    os.replace(file.with_suffix(".part"), file)


def accompany(options: argparse.Namespace) -> None:
    """Train beside the first process, which alone tells and keeps."""
    for _ in with_others(prepare(options)):
        pass
    leave_others()


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
    if os.environ.get("RANK", "0") != "0":
        accompany(options)
        return
    run = prepare(options)
    waiting, written = list[dict[str, Any]](), 0.0
    for event in with_others(run):
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
    leave_others()


if __name__ == "__main__":
    main()
