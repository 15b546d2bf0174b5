"""A training program.

Made with Torchweave from join.json.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import torch
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, open_csv  # type: ignore[import-untyped]
from torch import Tensor, nn
from torch.nn import functional as F

PATHS = {
    "people": Path(__file__).parent / "data/people.csv",
    "visits": Path(__file__).parent / "data/visits.csv",
}


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


def gathered(column: Any, rows: Tensor) -> Any:
    """The given rows of a tensor, or of a list."""
    if isinstance(column, Tensor):
        return column.index_select(0, rows)
    return [column[row] for row in rows.tolist()]


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone: equal keys, equal numbers."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def split_rows(total: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out; they depend on these numbers alone."""
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * share)
    return mixed[held:].sort().values, mixed[:held].sort().values


def as_list(titles: str | list[str]) -> list[str]:
    """The titles of the columns of a field, of which there may be one alone."""
    return [titles] if isinstance(titles, str) else titles


def titles_of(fields: Mapping[str, Any]) -> list[str]:
    """The titles of all columns that fields are made of, each once."""
    listed = [as_list(titles) for titles, _ in fields.values()]
    return list(dict.fromkeys(title for titles in listed for title in titles))


def kind_of(reads: Any) -> str:
    """What cells are read as, which is how the function is called."""
    return str(getattr(reads, "func", reads).__name__).replace("_", " ")


def as_number(cells: Any, dtype: str = "float32", decimal: str = ".") -> Any:
    """Finite numbers of this dtype."""
    if pa.types.is_string(cells.type):
        try:
            cells = pc.replace_substring(cells, decimal, ".").cast("float64")
        except pa.ArrowInvalid:  # some are none
            cells = pc.replace_substring(pc.utf8_trim_whitespace(cells), decimal, ".")
            number = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
            cells = pc.if_else(pc.match_substring_regex(cells, number), cells, None)
    if not pa.types.is_integer(cells.type):
        cells = cells.cast("float64", safe=False)
        cells = pc.if_else(pc.is_finite(cells), cells, None)
    return cells.cast(dtype, safe=False)


def as_text(cells: Any) -> list[str]:
    """Texts, of which a missing one is empty."""
    return [text or "" for text in cells.cast("string").to_pylist()]


def csv_trouble(
    error: Exception, encoding: str, place: Callable[[int], str], above: int = 1
) -> str:
    """What is wrong with a CSV file, in which row, and what to do.

    So many rows stand above the first one that counts.
    """
    why = str(error).splitlines()[0].removeprefix("CSV parse error: ")
    if "UTF" in why or isinstance(error, UnicodeError):
        return f": it cannot be read as {encoding}, set its encoding: {why}"
    uneven = re.match(r"Row #(\d+): Expected (\d+) columns, got (\d+): (.*)", why)
    if not uneven:
        return f": {why}"
    row, titled, cells, text = uneven.groups()
    what = f"its cells are {cells}, not {titled}: {text!r:.80}"
    todo = "correct it or take it out, or let bad_rows skip such rows"
    return f", {place(int(row) - above)}: {what}; {todo}"


def csv_titles(path: Path, separator: str, encoding: str, skip_rows: int) -> str:
    """The titles of a CSV file, with commas between them."""
    with path.open(newline="", encoding=encoding, errors="replace") as file:
        rows = csv.reader(islice(file, skip_rows, None), delimiter=separator)
        return ", ".join(next(rows, []))


def read_plain_csv(path: Path, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a CSV file in UTF-8.

    A field has the title of its column, or those of several, and what reads cells.
    Raises ValueError with file and line for what cannot be read.
    """
    texts = dict.fromkeys(titles_of(fields), pa.string())
    converted = ConvertOptions(include_columns=[*texts], column_types=texts)
    parsed = ParseOptions(newlines_in_values=True)
    in_order = ReadOptions(use_threads=False)  # so that errors name their row
    try:
        with path.open("rb") as file:
            table = open_csv(file, in_order, parsed, converted).read_all()
    except KeyError as error:
        title = str(error).removeprefix("Column ").partition(" in include")[0]
        there = csv_titles(path, ",", "utf-8", 0)
        raise ValueError(f"{path.name} has no column {title}, only {there}") from None
    except pa.ArrowException as error:
        told = csv_trouble(error, "utf-8", partial(csv_line, path, ",", "utf-8", 0))
        raise ValueError(f"{path.name}{told}") from None
    if not table.num_rows:
        raise ValueError(f"{path.name} has no rows")
    found = {}
    for name, (titles, reads) in fields.items():
        columns = [read_column(path, table, title, reads) for title in as_list(titles)]
        one = isinstance(titles, str)
        found[name] = columns[0] if one else torch.stack(columns, dim=1)
    return found


def read_column(path: Path, table: Any, title: str, reads: Callable[[Any], Any]) -> Any:
    """The cells of a column as a field wants them: a tensor, or a list of texts."""
    cells = reads(table[title])
    if isinstance(cells, list):
        return cells
    if cells.null_count:
        row = pc.index(cells.is_null(), True).as_py()
        what = f"{table[title][row].as_py()!r:.200} in {title!r}"
        todo = "correct it, or let bad_rows skip such rows"
        why = f"{what} cannot be read {kind_of(reads)}; {todo}"
        line = csv_line(path, ",", "utf-8", 0, row + 1)
        raise ValueError(f"{path.name}, {line}: {why}")
    return torch.tensor(cells.to_numpy())


def csv_line(
    path: Path, separator: str, encoding: str, skip_rows: int, row: int
) -> str:
    """The line on which a row of a CSV file ends."""
    with path.open(newline="", encoding=encoding, errors="replace") as file:
        rows = csv.reader(islice(file, skip_rows, None), delimiter=separator)
        next(islice(filter(None, rows), row, None), [])
        return f"line {skip_rows + rows.line_num}"


def join_rows(
    keys: Mapping[str, Any], left: Mapping[str, Any], right: Mapping[str, Any]
) -> dict[str, Any]:
    """Rows of two datasets that have the same key, in the order of the first.

    A row is repeated for each partner that it has; it warns of those that have none.
    Raises ValueError where none has.
    """
    (one, first), (other, second) = keys.items()
    ours, theirs = (
        column.tolist() if isinstance(column, Tensor) else list(column)
        for column in (first, second)
    )
    places: dict[Any, list[int]] = {}
    for at, key in enumerate(theirs):
        places.setdefault(key, []).append(at)
    pairs = [(row, at) for row, key in enumerate(ours) for at in places.get(key, ())]
    if not pairs:
        keys_of = f"{one} has {ours[:2]!s:.60}, {other} has {theirs[:2]!s:.60}"
        todo = "take columns that hold the same keys"
        raise ValueError(f"no key in common, {keys_of}: {todo}")
    rows, partners = torch.tensor(pairs).unbind(1)
    for name, total, met in ((one, ours, rows), (other, theirs, partners)):
        if alone := len(total) - len(met.unique()):
            have, are = ("has", "is") if alone == 1 else ("have", "are")
            what = f"{have} no partner and {are} left out"
            told = f"{alone} of {len(total)} rows {what}"
            warnings.warn(f"{name}: {told}", stacklevel=2)
    return {
        **{name: gathered(column, rows) for name, column in left.items()},
        **{name: gathered(column, partners) for name, column in right.items()},
    }


def kept_together(*keys: Any) -> Tensor:
    """For each row the first one of those that stay together with it.

    They have an equal value in one of the columns, or are led to each other by others.
    A row with values of its own is alone.
    """
    first = list(range(len(keys[0])))

    def first_of(row: int) -> int:
        while first[row] != row:
            first[row] = first[first[row]]
            row = first[row]
        return row

    for column in keys:
        seen: dict[Any, int] = {}
        values = column.tolist() if isinstance(column, Tensor) else column
        for row, key in enumerate(values):
            one, other = sorted((first_of(seen.setdefault(key, row)), first_of(row)))
            first[other] = one
    return torch.tensor([first_of(row) for row in range(len(first))])


def with_partners(first: Tensor, *parts: Tensor) -> tuple[Tensor, ...]:
    """The rows of each part of a split of the first rows, and all that stay with them.

    Raises ValueError where the first rows are too few for the shares.
    """
    firsts = first.unique()
    if len(firsts) < len(first) and not all(len(part) for part in parts):
        why = f"rows that share a key stay in one part, and those of {len(firsts)} keys"
        todo = "change the shares, or let a column say the parts"
        raise ValueError(f"{why} leave a part without rows: {todo}")
    return tuple(torch.isin(first, firsts[part]).nonzero().flatten() for part in parts)


def make_samples(options: argparse.Namespace) -> tuple[dict[str, Any], ...]:
    """The samples, and the rows to train on and those that are held out."""
    people = read_plain_csv(
        options.people_path, {"age": (["age"], as_number), "name": ("name", as_text)}
    )
    visits = read_plain_csv(
        options.visits_path, {"days": ("days", as_number), "who": ("who", as_text)}
    )
    columns = join_rows(
        {"people": people["name"], "visits": visits["who"]},
        {"age": people["age"], "matched.key": people["name"]},
        {"days": visits["days"]},
    )
    first = kept_together(columns.pop("matched.key"))
    training, held_out = split_rows(len(first.unique()), share=0.2, seed=0)
    training, held_out = with_partners(first, training, held_out)
    scaled = columns["age"] / 100.0  # each float32[1]
    samples = {"age": scaled, "days": columns["days"]}
    return samples, {"training": training, "validation": held_out}


class Model(nn.Module):
    """What lies between the batch and the losses."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, age: Tensor) -> Tensor:
        linear = self.linear(age)  # float32[B, 1]
        return torch.squeeze(linear, 1)  # float32[B]


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
            "steps_per_epoch": len(torch.split(self.rows["training"], 4)),
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
        for some in torch.split(rows, 4)[start:]:
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
        return now | {"loss": found["loss"].detach(), "samples": len(batch["age"])}

    def compare(self, batch: dict[str, Any], sums: Sums) -> dict[str, Tensor]:
        """The losses of a batch; they and the metrics are added to `sums`."""
        batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}
        result, rows = self.model(batch["age"]), len(batch["age"])
        found = {"loss": F.mse_loss(result, batch["days"])}
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
    new = "read this"
    for name, path in PATHS.items():
        parser.add_argument(f"--{name}-path", type=Path, default=path, help=new)
    return parser.parse_args(arguments)


def save(state: dict[str, Any], file: Path) -> None:
    """Write a checkpoint whole or not at all."""
    torch.save(state, file.with_suffix(".part"))
    os.replace(file.with_suffix(".part"), file)


def main() -> None:
    """Train, print a line an epoch, and keep what a run folder was asked to keep."""
    options = options_from()
    for key, path in vars(options).items():
        if key.endswith("_path") and not path.exists():
            raise SystemExit(f"There is no {path}: give --{key.replace('_', '-')}.")
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
