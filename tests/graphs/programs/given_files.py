"""The rows for a test are taken from the first file, those that are held out come from
the second.

Made with Torchweave from given_files.json.
"""

import argparse
import csv
import hashlib
import inspect
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
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
    "flowers": Path(__file__).parent / "data/flowers.csv",
    "flowers-validation": Path(__file__).parent / "data/flowers_held_out.csv",
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


def cached(
    folder: Path | None, make: Callable[..., Any], *given: Any, **named: Any
) -> Any:
    """What `make` gives; read from `folder` where it gave it before, of the same."""
    if folder is None:
        return make(*given, **named)
    key = hashlib.sha256()
    for each in content_of([make, *given, *named.items()]):
        key.update(hashlib.sha256(each).digest())
    name = f"{make.__name__}-{key.hexdigest()[:40]}"
    file, part = folder / f"{name}.pt", folder / f"{name}.{os.getpid()}.part"
    with suppress(Exception):  # whatever else lies there is made anew
        found = torch.load(file, weights_only=True)[name]
        os.utime(file)  # it was of use
        return found
    found = make(*given, **named)
    with suppress(OSError, RuntimeError):  # a full disk ends no training
        folder.mkdir(parents=True, exist_ok=True)
        torch.save({name: found}, part)
        os.replace(part, file)
    with suppress(OSError):
        part.unlink()  # of a disk that was full
    return found


def content_of(value: Any) -> Iterator[Any]:
    """All that a value depends on, as bytes: functions count by their source.

    Of a file of more than 1 MB it is the size, the time and 64 places in it.
    """
    if inspect.isgenerator(value):  # before its first step: what it was given
        value = inspect.getgeneratorlocals(value)
    value = [*value.items()] if isinstance(value, dict) else value
    if isinstance(value, list | tuple):
        yield repr(len(value)).encode()
        for each in value:
            yield from content_of(each)
    elif inspect.isfunction(value):
        yield "\n".join(sources_of(value, {}).values()).encode()
    elif isinstance(value, Tensor):
        yield repr((value.dtype, value.shape)).encode()
        yield value.contiguous().reshape(-1).view(torch.uint8).numpy()
    else:
        yield value if isinstance(value, bytes) else repr(value).encode()


def sources_of(function: Any, found: dict[str, str]) -> dict[str, str]:
    """The source of a function and of those beside it that it uses, by their names."""
    found[function.__name__] = text = inspect.getsource(function)
    for name in {*re.findall(r"\w+", text)} - found.keys():
        other = function.__globals__.get(name)
        beside = getattr(other, "__module__", "") == function.__module__
        if beside and inspect.isfunction(other) and name not in found:
            sources_of(other, found)
    return dict(sorted(found.items()))


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


def rows_of(batch: Mapping[str, Any]) -> int:
    """How many samples a batch holds."""
    return len(next(iter(batch.values())))


def in_parts(column: Any, rows: Tensor, size: int = 256) -> Iterator[Any]:
    """The given rows in their order, `size` at a time, as what is learnt adds them up."""
    for some in rows.split(size):
        yield gathered(column, some)


def mean_and_deviation(parts: Iterable[Tensor], of: str) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation over rows, added up in float64.

    There is one of each for each `number` of a sample, for each `channel` of pictures
    [C, H, W], or for `all`. Where all numbers are the same, the deviation is 1. Raises
    ValueError where numbers are missing.
    """
    count, dtype = 0, torch.float32
    mean = squares = low = high = torch.zeros((1,), dtype=torch.float64)
    for part in parts:
        if bool(part.isnan().any()):
            what = "a number is missing in the rows to train on"
            raise ValueError(f"{what}: put transform.Impute before it")
        numbers, dtype = part.double(), part.dtype
        rest = [dim for dim in range(part.dim()) if dim != part.dim() - 3]
        over = {"number": [0], "channel": rest, "all": list(range(part.dim()))}[of]
        least, most = numbers.amin(over, True), numbers.amax(over, True)
        low, high = (low.minimum(least), high.maximum(most)) if count else (least, most)
        own = numbers.mean(over, True)
        more, apart = numbers.numel() // own.numel(), own - mean
        squares = squares + (numbers - own).square().sum(over, True)
        squares = squares + apart.square() * (count * more / (count + more))
        mean = mean + apart * (more / (count + more))
        count += more
    deviation = (squares / max(count, 1)).sqrt()
    deviation = deviation.where(low < high, torch.ones_like(deviation))
    return mean[0].to(dtype), deviation[0].to(dtype)


def standardize_numbers(numbers: Tensor, fitted: tuple[Tensor, Tensor]) -> Tensor:
    """Less the mean, in standard deviations."""
    mean, deviation = fitted
    return (numbers - mean).div_(deviation)  # one copy, where there are many rows


def fillings(parts: Iterable[Tensor], strategy: str) -> Tensor:
    """A number for each place of a sample, to stand where numbers are missing (NaN).

    It is the mean, the median (the lower of two in the middle) or the most frequent
    one (the least of several). Raises ValueError where no row has a number.
    """
    known = torch.cat(list(parts))
    found = []
    for column in known.reshape(len(known), -1).T:
        numbers = column[~column.isnan()].double()
        if not len(numbers):
            raise ValueError("in some place no row to train on has a number")
        if strategy == "mean":
            found.append(numbers.mean())
        elif strategy == "median":
            found.append(numbers.median())
        else:
            values, counts = numbers.unique(return_counts=True)
            found.append(values[counts.argmax()])
    return torch.stack(found).reshape(known.shape[1:]).to(known.dtype)


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone: equal keys, equal numbers."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def split_parts(
    total: int, shares: tuple[float, float], seed: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Rows to train on, rows held out, and rows for a test at the end.

    They depend on these numbers alone; a test takes from what is trained on.
    """
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * shares[0])
    end = held + round(total * shares[1])
    training, held_out, test = mixed[end:], mixed[:held], mixed[held:end]
    return training.sort().values, held_out.sort().values, test.sort().values


def join_files(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The columns of several files, the rows of one behind those of another."""
    found: dict[str, Any] = {}
    for name, first in parts[0].items():
        columns = [part[name] for part in parts]
        lists = not isinstance(first, Tensor)
        found[name] = (
            [v for each in columns for v in each] if lists else torch.cat(columns)
        )
    return found


def rows_of_each(parts: Sequence[Mapping[str, Any]]) -> tuple[Tensor, ...]:
    """The rows of each file where `join_files` puts them."""
    counts = [rows_of(part) for part in parts]
    rows: tuple[Tensor, ...] = torch.arange(sum(counts)).split(counts)
    return rows


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


def make_samples(options: argparse.Namespace) -> tuple[dict[str, Any], ...]:
    """The samples, and the rows to train on and those that are held out."""
    files = [
        read_plain_csv(
            file,
            {
                "features": (
                    ["sepal length", "sepal width", "petal length"],
                    as_number,
                ),
                "remark": ("remark", as_text),
                "kind": (
                    "kind of flower",
                    partial(as_class, classes=['iris "blue"', "rose"]),
                ),
            },
        )
        for file in (options.flowers_path, options.flowers_validation_path)
    ]
    columns = join_files(files)
    training, held_out = rows_of_each(files)
    training, _, tested = split_parts(len(training), (0.0, 0.2), 0)
    filled_fitted = fillings(in_parts(columns["features"], training), "median")
    filled = torch.where(
        columns["features"].isnan(), filled_fitted, columns["features"]
    )  # each float32[3]
    centred_fitted = mean_and_deviation(in_parts(filled, training), "number")
    centred = standardize_numbers(filled, centred_fitted)  # each float32[3]
    tokens_fitted = cached(
        options.cache,
        vocabulary_of,
        in_parts(columns["remark"], training),
        8,
        "words",
        True,
    )
    tokens = cached(
        options.cache, tokenize_text, columns["remark"], tokens_fitted, "words", True, 3
    )  # each int64[3]
    samples = {"features": centred, "remark": tokens, "kind": columns["kind"]}
    return samples, {"training": training, "validation": held_out, "test": tested}


class Model(nn.Module):
    """Flowers with a file that is held out."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_up = nn.Embedding(8, 4)
        self.head = nn.Linear(15, 2)

    def forward(self, features: Tensor, remark: Tensor) -> Tensor:
        looked_up = self.looked_up(remark)  # float32[B, 3, 4]
        flat = torch.flatten(looked_up, 1)  # float32[B, 12]
        both = torch.cat([flat, features], dim=1)  # float32[B, 15]
        return self.head(both)  # float32[B, 2]


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
        self.samples, self.rows = make_samples(options)
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
            "steps_per_epoch": len(torch.split(self.rows["training"], 8)),
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
        for some in torch.split(rows, 8)[start:]:
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
        return now | {"loss": found["loss"].detach(), "samples": len(batch["features"])}

    def compare(self, batch: dict[str, Any], sums: Sums) -> dict[str, Tensor]:
        """The losses of a batch; they and the metrics are added to `sums`."""
        batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}
        result, rows = (
            self.model(batch["features"], batch["remark"]),
            len(batch["features"]),
        )
        found = {"loss": F.cross_entropy(result, batch["kind"])}
        for name, loss in found.items():
            sums.add(name, loss, rows, times=rows)
        right = result.argmax(1) == batch["kind"]
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
    new = "read this"
    for name, path in PATHS.items():
        parser.add_argument(f"--{name}-path", type=Path, default=path, help=new)
    parser.add_argument("--cache", type=Path, help="keep what took long here")
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
