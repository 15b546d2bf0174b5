"""A column says which notes are trained on; what is padded is as long as the longest
note of its batch.

Made with Torchweave from tokenized.json.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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

PATH = Path(__file__).parent / "data/notes.csv"


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


@dataclass
class Batches:
    """Batches of rows; their order depends on (seed, epoch) alone."""

    columns: Mapping[str, Any]
    rows: Tensor
    batch_size: int
    shuffle: bool = False
    seed: int = 0
    collate: Callable[[Mapping[str, Any], Tensor], dict[str, Any]] | None = None

    def __len__(self) -> int:
        """Batches in an epoch."""
        return len(range(0, len(self.rows), self.batch_size))

    def order(self, epoch: int) -> tuple[Tensor, ...]:
        """The rows of each batch of an epoch."""
        rows = self.rows
        if self.shuffle:
            generator = seeded("order", self.seed, epoch)
            rows = rows[torch.randperm(len(rows), generator=generator)]
        return torch.split(rows, self.batch_size)[: len(self)]

    def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch, from batch number `start`."""
        for rows in self.order(epoch)[start:]:
            yield self.collate(self.columns, rows)  # type: ignore[misc]


def gathered(column: Any, rows: Tensor) -> Any:
    """The given rows of a tensor, or of a list."""
    if isinstance(column, Tensor):
        return column.index_select(0, rows)
    return [column[row] for row in rows.tolist()]


def in_parts(column: Any, rows: Tensor, size: int = 256) -> Iterator[Any]:
    """The given rows in their order, `size` at a time, as what is learnt adds them up."""
    for some in rows.split(size):
        yield gathered(column, some)


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone: equal keys, equal numbers."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def split_told(
    told: Any, names: Sequence[str] | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Rows to train on, to hold out and for a test, as a column says it.

    1 and true are held out; `names` are those of numbered classes. Raises ValueError
    with the row for a value that is none of these.
    """
    words: dict[Any, int] = {"train": 0, "training": 0, "0": 0, 0: 0}
    words |= {"val": 1, "valid": 1, "validation": 1, "dev": 1, "1": 1, 1: 1, "test": 2}
    values = told.tolist() if isinstance(told, Tensor) else told
    parts: list[list[int]] = [[], [], []]
    for row, value in enumerate(values):
        word = names[value] if names else value
        side = words.get(word.strip().lower() if isinstance(word, str) else word)
        if side is None:
            why = f"row {row} (counted from 0) of split_by says {word!r:.40}"
            todo = "let it say train, validation or test, or 0 or 1"
            raise ValueError(f"{why}: {todo}")
        parts[side].append(row)
    if not parts[0]:
        why = "no row of split_by is to be trained on"
        raise ValueError(f"{why}: let some say train, or split another way")
    return as_rows(parts)


def as_rows(parts: Sequence[list[int]]) -> tuple[Tensor, Tensor, Tensor]:
    """The three parts in the order of the rows."""
    first, second, third = (torch.tensor(sorted(p), dtype=torch.int64) for p in parts)
    return first, second, third


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


def as_text(cells: Any) -> list[str]:
    """Texts, of which a missing one is empty."""
    return [text or "" for text in cells.cast("string").to_pylist()]


def as_class(cells: Any, classes: list[str]) -> Any:
    """The number of each cell's class."""
    texts = pc.fill_null(cells.cast("string"), "")
    return pc.index_in(texts, pa.array(classes)).cast("int64")


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


def tokens_of(text: str, by: str, lower: bool) -> list[str]:
    """The words and signs of a text, or its characters."""
    text = text.lower() if lower else text
    return list(text) if by == "characters" else re.findall(r"\w+|[^\w\s]", text)


def vocabulary_of(
    parts: Iterable[list[str]], size: int, by: str, lower: bool
) -> dict[str, int]:
    """Numbers for the most frequent tokens, from 2 on: 0 fills up, 1 is any other."""
    texts = (text for part in parts for text in part)
    counts = Counter(token for text in texts for token in tokens_of(text, by, lower))
    order = sorted(counts, key=lambda token: (-counts[token], token))
    return {token: number for number, token in enumerate(order[: size - 2], start=2)}


def tokenize_text(
    text: Any, vocabulary: Mapping[str, int], by: str, lower: bool, length: int
) -> Any:
    """The numbers of the tokens of a text as int64, or those of each of several texts.

    They are cut off or filled up to `length`, unless that is 0.
    """
    if isinstance(text, list):
        found = [tokenize_text(each, vocabulary, by, lower, length) for each in text]
        return torch.stack(found) if length else found
    return to_length([vocabulary.get(t, 1) for t in tokens_of(text, by, lower)], length)


def to_length(numbers: list[int], length: int) -> Tensor:
    """Numbers of tokens as a tensor; those of an empty text are one unknown token."""
    numbers = numbers or [1]
    if length:
        numbers = (numbers + [0] * length)[:length]
    return torch.tensor(numbers, dtype=torch.int64)


def collate_rows(samples: Mapping[str, Any], rows: Tensor) -> dict[str, Any]:
    """The batch of some rows."""
    return {
        "note": nn.utils.rnn.pad_sequence(
            [samples["note"][i] for i in rows.tolist()], batch_first=True
        ),
        "mood": samples["mood"].index_select(0, rows),
    }


def make_batches(options: argparse.Namespace) -> dict[str, Batches]:
    """The rows to train on and those that are held out, as batches."""
    columns = read_plain_csv(
        options.notes_path,
        {
            "note": ("note", as_text),
            "mood": ("mood", partial(as_class, classes=["bad", "good"])),
            "part": ("part", as_text),
        },
    )
    training, held_out, tested = split_told(columns["part"])
    tokens_fitted = vocabulary_of(
        in_parts(columns["note"], training), 20, "words", True
    )
    tokens = tokenize_text(
        columns["note"], tokens_fitted, "words", True, 0
    )  # each int64[T]
    samples = {"note": tokens, "mood": columns["mood"]}
    found = {
        "training": Batches(
            samples, training, 4, shuffle=True, seed=options.seed, collate=collate_rows
        ),
        "validation": Batches(samples, held_out, 4, collate=collate_rows),
        "test": Batches(samples, tested, 4, collate=collate_rows),
    }
    return {name: each for name, each in found.items() if len(each.rows)}


class Model(nn.Module):
    """Notes as numbers of their words."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_up = nn.Embedding(20, 8, padding_idx=0)
        self.head = nn.Linear(8, 2)

    def forward(self, note: Tensor) -> Tensor:
        looked_up = self.looked_up(note)  # float32[B, note.T, 8]
        mean = torch.mean(looked_up, dim=(1,))  # float32[B, 8]
        return self.head(mean)  # float32[B, 2]


def line(event: Mapping[str, Any]) -> str:
    """One line for an epoch, every figure with all its digits."""
    text = f"epoch {event['epoch']}"
    for side in [name for name in ("train", "validation") if name in event]:
        figures = [f"{name} {value!r}" for name, value in event[side].items()]
        text += " | " + " ".join([side, *figures])
    return text


def test_line(event: Mapping[str, Any]) -> str:
    """One line for the rows that were kept for the end of a run."""
    return " ".join(["test", *[f"{k} {value!r}" for k, value in event["test"].items()]])


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
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.05)
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
                if "validation" in self.rows:
                    figures["validation"] = self.evaluate("validation")
                self.epoch, self.batch, self.sums = self.epoch + 1, 0, Sums({})
                yield {"event": "epoch", **figures}
        if "test" in self.rows and not self.stopped:
            figures["test"] = self.evaluate("test")
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
        yield from self.batches[part].epoch(epoch, start)

    def train_step(self, batch: dict[str, Any]) -> dict[str, Any]:
        """One update of the weights; returns what to tell of it."""
        for weight in self.weights:
            weight.grad = None  # as zero_grad does, at a fraction of its cost
        found = self.compare(batch, self.sums)
        found["loss"].backward()
        self.optimizer.step()
        self.step, self.batch = self.step + 1, self.batch + 1
        now = {"event": "step", "step": self.step, "epoch": self.epoch}
        return now | {"loss": found["loss"].detach(), "samples": len(batch["note"])}

    def compare(self, batch: dict[str, Any], sums: Sums) -> dict[str, Tensor]:
        """The losses of a batch; they and the metrics are added to `sums`."""
        batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}
        result, rows = self.model(batch["note"]), len(batch["note"])
        found = {"loss": F.cross_entropy(result, batch["mood"])}
        for name, loss in found.items():
            sums.add(name, loss, rows, times=rows)
        right = result.argmax(1) == batch["mood"]
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
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--threads", type=int, default=(os.cpu_count() or 2) - 1 or 1)
    parser.add_argument("--run-dir", type=Path, help="keep the run here (else nothing)")
    parser.add_argument("--resume", type=Path, help="a run folder to go on in")
    parser.add_argument("--notes-path", type=Path, default=PATH, help="read this")
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
        if "test" in event:
            print(test_line(event), flush=True)
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
