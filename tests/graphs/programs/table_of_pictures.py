"""Pictures, texts, numbers and labels of one table.

Made with Torchweave from table_of_pictures.json.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import torch
from PIL import Image
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, open_csv  # type: ignore[import-untyped]
from torch import Tensor, nn
from torch.nn import functional as F

PATH = Path(__file__).parent / "data/animals.csv"


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


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone: equal keys, equal numbers."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def split_rows(total: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out; they depend on these numbers alone."""
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * share)
    return mixed[held:].sort().values, mixed[:held].sort().values


def read_table(
    path: Path,
    parts: Iterable[Any],
    most: int,
    fields: Mapping[str, Any],
    place: Callable[[int], str],
) -> dict[str, Any]:
    """Columns of a table of at most so many rows, which comes in parts.

    A field has the title of its column, or those of several, and what reads cells.
    Raises ValueError with file and row.
    """
    found: dict[str, Any] = {}
    rows = 0
    for part in parts:
        if not part.num_rows and part.schema.names:  # its lists have no sizes
            continue
        for name, (titles, reads) in fields.items():
            columns = []
            for title in as_list(titles):
                cells = read_cells(path, part, title, reads)
                if (row := first_gap(cells)) >= 0:
                    cell, where = part[title][row].as_py(), place(rows + row + 1)
                    what = f"{cell!r:.200} in {title!r} cannot be read {kind_of(reads)}"
                    todo = "correct it, or let bad_rows skip such rows"
                    raise ValueError(f"{path.name}, {where}: {what}; {todo}")
                columns.append(values_of(cells))
            one = isinstance(titles, str)
            read = columns[0] if one else torch.stack(columns, dim=1)
            if isinstance(read, list):
                found.setdefault(name, []).extend(read)
                continue
            if name not in found:
                found[name] = read.new_empty([most, *read.shape[1:]])
            found[name][rows : rows + len(read)] = read
        rows += part.num_rows
    if not rows:
        raise ValueError(f"{path.name} has no rows")
    return {name: column[:rows] for name, column in found.items()}


def as_list(titles: str | list[str]) -> list[str]:
    """The titles of the columns of a field, of which there may be one alone."""
    return [titles] if isinstance(titles, str) else titles


def titles_of(fields: Mapping[str, Any]) -> list[str]:
    """The titles of all columns that fields are made of, each once."""
    listed = [as_list(titles) for titles, _ in fields.values()]
    return list(dict.fromkeys(title for titles in listed for title in titles))


def read_cells(path: Path, part: Any, title: str, reads: Callable[[Any], Any]) -> Any:
    """The cells of a column as a field wants them, null where that is impossible."""
    if title not in part.schema.names:
        there = ", ".join(part.schema.names)
        raise ValueError(f"{path.name} has no column {title!r}, only {there}")
    try:
        read = reads(part[title])
    except pa.ArrowException:
        kind = part[title].type
        what = f"{title!r} holds {kind}, which cannot be read {kind_of(reads)}"
        raise ValueError(f"{path.name}: {what}") from None
    return read(path.parent) if callable(read) else read


def kind_of(reads: Any) -> str:
    """What cells are read as, which is how the function is called."""
    return str(getattr(reads, "func", reads).__name__).replace("_", " ")


def first_gap(cells: Any) -> int:
    """The row of the first null, or -1."""
    if isinstance(cells, list):
        return cells.index(None) if None in cells else -1
    return int(pc.index(cells.is_null(), True).as_py()) if cells.null_count else -1


def values_of(cells: Any) -> Any:
    """Cells without gaps: numbers as a tensor, everything else as a list."""
    if isinstance(cells, list):
        return cells
    return torch.tensor(cells.to_numpy(zero_copy_only=False))


class BadRows:
    """Rows of a table with cells that cannot be read: they are left out."""

    def __init__(self) -> None:
        self.rows = self.count = 0
        self.numbers: list[int] = []  # of uneven rows and comments, counted from 1
        self.example = ""

    def uneven(
        self, row: Any, above: int, place: Callable[[int], str], comment: str
    ) -> str:
        """Count a row that has more or fewer cells than there are titles.

        What begins as a `comment` does is no row; where rows do, that is empty. So many
        rows stand above the first one that counts.
        """
        self.numbers.append(row.number - above)
        if not comment or not row.text.startswith(comment):
            self.rows, self.count = self.rows + 1, self.count + 1
            why = f"its cells are {row.actual_columns}, not {row.expected_columns}"
            self.example = self.example or f"{place(row.number - above)}: {why}"
        return "skip"

    def left_out(
        self,
        path: Path,
        parts: Iterable[Any],
        fields: Mapping[str, Any],
        place: Callable[[int], str],
    ) -> Iterator[Any]:
        """The parts without them; at the end it is told how many there were."""
        seen = 0
        for part in parts:
            good = np.ones(part.num_rows, bool)
            for titles, reads in fields.values():
                for title in as_list(titles):
                    cells = read_cells(path, part, title, reads)
                    if isinstance(cells, list):
                        good &= np.array([cell is not None for cell in cells], bool)
                    else:
                        good &= cells.is_valid().to_numpy(zero_copy_only=False)
                    if not self.example and (row := first_gap(cells)) >= 0:
                        what = f"{part[title][row].as_py()!r:.200} in {title!r}"
                        why = f"{what} cannot be read {kind_of(reads)}"
                        self.example = f"{place(seen + row + 1)}: {why}"
            seen += len(good)
            self.rows += len(good)
            self.count += len(good) - int(good.sum())
            yield part.filter(pa.array(good))
        if self.count:
            are = "is" if self.count == 1 else "are"
            such = "" if self.count == 1 else "such as "
            what = f"{self.count} of {self.rows} rows {are} left out"
            warnings.warn(f"{path.name}: {what}, {such}{self.example}", stacklevel=2)


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


def as_number_or_nan(
    cells: Any, dtype: str = "float32", decimal: str = ".", odd: bool = False
) -> Any:
    """The same, and NaN where a cell is missing, or with `odd` where it is no number."""
    read = as_number(cells, dtype, decimal)
    gaps = read.is_null() if odd else are_missing(cells)
    return pc.if_else(gaps, pa.scalar(float("nan"), dtype), read)


def as_text(cells: Any) -> list[str]:
    """Texts, of which a missing one is empty."""
    return [text or "" for text in cells.cast("string").to_pylist()]


def as_class(cells: Any, classes: list[str]) -> Any:
    """The number of each cell's class."""
    texts = pc.fill_null(cells.cast("string"), "")
    return pc.index_in(texts, pa.array(classes)).cast("int64")


def as_class_or_empty(cells: Any, classes: list[str]) -> Any:
    """The same, and the class without a name where a cell is missing."""
    return as_class(pc.if_else(are_missing(cells), "", cells.cast("string")), classes)


def as_picture(cells: Any) -> Callable[[Path], list[Path | bytes | None]]:
    """Encoded pictures, or files of them in a folder that is yet to be told."""
    return partial(pictures_in, cells.to_pylist())


def pictures_in(cells: list[Any], folder: Path) -> list[Path | bytes | None]:
    """Encoded pictures, or files of them in this folder; None where there is none."""
    found: list[Path | bytes | None] = []
    for held in cells:
        if isinstance(held, str):
            held = folder / held if (folder / held).is_file() else None
        found.append(held or None)
    return found


def are_missing(cells: Any) -> Any:
    """For each cell whether it holds nothing, or a word that says so."""
    if not pa.types.is_string(cells.type):
        return pc.is_null(cells, nan_is_null=True)
    words = ["", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"]
    cells = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(cells, "")))
    return pc.is_in(cells, value_set=pa.array(words))


def read_csv(
    path: Path,
    fields: Mapping[str, Any],
    separator: str = ",",
    encoding: str = "utf-8",
    skip_rows: int = 0,
    bad_rows: Any = None,
    bad_files: Any = None,
) -> dict[str, Any]:
    """Columns of a CSV file whose titles stand below `skip_rows` lines.

    Raises ValueError with file and line for what cannot be read.
    """
    place: Any = partial(csv_line, path, separator, encoding, skip_rows)
    uneven = None
    if bad_rows:
        hashed = rows_begin_with_hash(path, separator, encoding, skip_rows)
        comment, above = "" if hashed else "#", skip_rows + 1
        uneven = partial(bad_rows.uneven, above=above, place=place, comment=comment)
        place = place_without(bad_rows.numbers, place)
    titles = titles_of(fields)
    try:
        with path.open("rb") as file:
            parts = open_csv(
                file,
                read_options=ReadOptions(
                    use_threads=False, skip_rows=skip_rows, encoding=encoding
                ),
                parse_options=ParseOptions(
                    delimiter=separator,
                    newlines_in_values=True,
                    invalid_row_handler=uneven,
                ),
                convert_options=ConvertOptions(
                    include_columns=titles,
                    column_types=dict.fromkeys(titles, pa.string()),
                ),
            )
            bad = (bad_rows, bad_files)
            parts, place = without_bad(path, parts, fields, place, *bad)
            return read_table(path, parts, lines_in(path), fields, place)
    except KeyError as error:
        title = str(error).removeprefix("Column ").partition(" in include")[0]
        there = csv_titles(path, separator, encoding, skip_rows)
        raise ValueError(f"{path.name} has no column {title}, only {there}") from None
    except (pa.ArrowException, UnicodeError) as error:
        told = csv_trouble(error, encoding, place, skip_rows + 1)
        raise ValueError(f"{path.name}{told}") from None


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


def lines_in(path: Path) -> int:
    """How many lines a file has, or one more."""
    with path.open("rb") as file:
        blocks = iter(lambda: file.read(2**20), b"")
        ends = ((b.count(b"\n"), b.count(b"\r"), b.count(b"\r\n")) for b in blocks)
        return 1 + sum(line + turn - both for line, turn, both in ends)


def csv_line(
    path: Path, separator: str, encoding: str, skip_rows: int, row: int
) -> str:
    """The line on which a row of a CSV file ends."""
    with path.open(newline="", encoding=encoding, errors="replace") as file:
        rows = csv.reader(islice(file, skip_rows, None), delimiter=separator)
        next(islice(filter(None, rows), row, None), [])
        return f"line {skip_rows + rows.line_num}"


def rows_begin_with_hash(
    path: Path, separator: str, encoding: str, skip_rows: int
) -> bool:
    """Whether rows of a CSV file do, so that ``#`` is no sign of a comment there."""
    with path.open(newline="", encoding=encoding, errors="replace") as file:
        rows = csv.reader(islice(file, skip_rows, None), delimiter=separator)
        titles = next(rows, [])
        first = [row[0] for row in islice(rows, 200) if len(row) == len(titles) > 0]
        return sum(cell.startswith("#") for cell in first) > len(first) / 10


def place_without(
    numbers: list[int], place: Callable[[int], str]
) -> Callable[[int], str]:
    """The place of a row that is counted without those of these numbers."""

    def of(number: int) -> str:
        for left_out in numbers:
            number += left_out <= number
        return place(number)

    return of


def without_bad(
    path: Path,
    parts: Iterable[Any],
    fields: Mapping[str, Any],
    place: Callable[[int], str],
    bad_rows: Any,
    bad_files: Any,
) -> tuple[Iterable[Any], Callable[[int], str]]:
    """Parts without what cannot be read, and the places of the rows that are left."""
    if bad_files:
        parts = bad_files.left_out(path, parts, fields, place)
        place = place_without(bad_files.numbers, place)
    if bad_rows:
        parts = bad_rows.left_out(path, parts, fields, place)
    return parts, place


# ------------------------ your own function of batches.picture ------------------------


def decode(pictures):
    small = [Image.open(file).convert("RGB").resize((1, 1)) for file in pictures]
    return torch.tensor([each.getpixel((0, 0)) for each in small]) / 255


# --------------------------------------------------------------------------------------


def make_samples(options: argparse.Namespace) -> tuple[dict[str, Any], ...]:
    """The samples, and the rows to train on and those that are held out."""
    columns = read_csv(
        options.table_path,
        {
            "numbers": (["weight", "age"], partial(as_number_or_nan, decimal=",")),
            "picture": ("picture", as_picture),
            "remark": ("remark", as_text),
            "colour": (
                "colour",
                partial(as_class_or_empty, classes=["", "brown", "red"]),
            ),
            "kind": ("kind", partial(as_class, classes=["fox", "owl", "pig"])),
        },
        separator=";",
        skip_rows=1,
        bad_rows=BadRows(),
    )
    training, held_out = split_rows(len(columns["numbers"]), share=0.2, seed=0)
    filled = torch.nan_to_num(columns["numbers"])  # each float32[2]
    samples = {
        "numbers": filled,
        "picture": columns["picture"],
        "colour": columns["colour"],
        "kind": columns["kind"],
    }
    return samples, {"training": training, "validation": held_out}


class Model(nn.Module):
    """What lies between the batch and the losses."""

    def __init__(self) -> None:
        super().__init__()
        self.colours = nn.Embedding(1000, 2)
        self.final = nn.Linear(7, 3)

    def forward(self, numbers: Tensor, picture: Tensor, colour: Tensor) -> Tensor:
        colours = self.colours(colour)  # float32[B, 2]
        joined = torch.cat([numbers, picture, colours], dim=1)  # float32[B, 7]
        return self.final(joined)  # float32[B, 3]


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
            "steps_per_epoch": len(torch.split(self.rows["training"], 6)),
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
        for some in torch.split(rows, 6)[start:]:
            yield {
                "numbers": self.samples["numbers"].index_select(0, some),
                "picture": decode([self.samples["picture"][i] for i in some.tolist()]),
                "colour": self.samples["colour"].index_select(0, some),
                "kind": self.samples["kind"].index_select(0, some),
            }

    def train_step(self, batch: dict[str, Any]) -> dict[str, Any]:
        """One update of the weights; returns what to tell of it."""
        for weight in self.weights:
            weight.grad = None  # as zero_grad does, at a fraction of its cost
        found = self.compare(batch, self.sums)
        found["loss"].backward()
        self.optimizer.step()
        self.step, self.batch = self.step + 1, self.batch + 1
        now = {"event": "step", "step": self.step, "epoch": self.epoch}
        return now | {"loss": found["loss"].detach(), "samples": len(batch["numbers"])}

    def compare(self, batch: dict[str, Any], sums: Sums) -> dict[str, Tensor]:
        """The losses of a batch; they and the metrics are added to `sums`."""
        batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}
        result, rows = (
            self.model(batch["numbers"], batch["picture"], batch["colour"]),
            len(batch["numbers"]),
        )
        found = {"loss": F.cross_entropy(result, batch["kind"])}
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
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--threads", type=int, default=(os.cpu_count() or 2) - 1 or 1)
    parser.add_argument("--run-dir", type=Path, help="keep the run here (else nothing)")
    parser.add_argument("--resume", type=Path, help="a run folder to go on in")
    parser.add_argument("--table-path", type=Path, default=PATH, help="read this")
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
