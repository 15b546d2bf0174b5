"""A training program.

Made with Torchweave from kept_pictures.json.
"""

import argparse
import hashlib
import inspect
import io
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor, nn
from torch.nn import functional as F

PATH = Path(__file__).parent / "data/shapes"


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
    if inspect.ismethod(value):
        value = [value.__func__, vars(value.__self__)]
    if isinstance(value, Path) and value.is_file():
        about = value.stat()
        size, large = about.st_size, about.st_size > 2**20
        yield repr((size, large and about.st_mtime_ns)).encode()
        with value.open("rb") as file:
            for place in range(0, size, max(2**14, size // 64)):
                file.seek(place)
                yield file.read(2**14)
        return
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


def decode_picture(
    picture: Any, mode: str = "RGB", size: tuple[int, int] | None = None
) -> Tensor:
    """A picture, its file or its bytes as uint8[C, H, W]; of several frames the first.

    Raises ValueError where it is no picture, ends early or is too large to open.
    """
    called = "a picture"
    if isinstance(picture, str | Path):
        called = "/".join(Path(picture).parts[-2:])
        if Path(picture).is_fifo():  # which would be waited for
            raise ValueError(f"{called} is no file but a pipe")
    elif isinstance(picture, bytes):
        called, picture = f"a picture of {len(picture)} bytes", io.BytesIO(picture)
    try:
        is_open = isinstance(picture, Image.Image)
        with picture.copy() if is_open else Image.open(picture) as opened:
            if size:  # JPEG can be read at half its size, or less, for the half of time
                opened.draft(None, (2 * max(size), 2 * max(size)))
            ImageOps.exif_transpose(opened, in_place=True)  # as the camera was held
            pixels = as_bytes(opened, mode)
            if size:
                pixels = pixels.resize(size[::-1], Image.Resampling.BILINEAR)
            values = torch.from_numpy(np.array(pixels))
    except UnidentifiedImageError:
        raise ValueError(f"{called} is not a picture that Pillow knows") from None
    except Image.DecompressionBombError as error:
        raise ValueError(f"{called} is too large to be decoded: {error}") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        why = getattr(error, "strerror", None) or error
        raise ValueError(f"{called} cannot be decoded: {why}") from None
    return values[None] if mode == "L" else values.permute(2, 0, 1).contiguous()


def decode_pictures(
    pictures: Sequence[Any], mode: str = "RGB", size: tuple[int, int] = (224, 224)
) -> Tensor:
    """Pictures of one size as uint8[N, C, h, w], several decoded at a time."""
    channels = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
    found = torch.empty((len(pictures), channels, *size), dtype=torch.uint8)

    def decode(row: int) -> None:
        try:
            found[row] = decode_picture(pictures[row], mode, size)
        except ValueError as error:
            error.add_note(f"(row {row} of the data, counted from 0)")
            raise

    with ThreadPoolExecutor(torch.get_num_threads()) as threads:
        for _ in threads.map(decode, range(len(pictures))):
            pass
    return found


def as_bytes(picture: Image.Image, mode: str) -> Image.Image:
    """The picture in RGB, RGBA or L, whose numbers lie between 0 and 255."""
    if picture.mode == "F":
        raise ValueError("it holds fractions, for which no range is known")
    if picture.mode.startswith("I"):  # 16 bits, of which the upper 8 are kept
        values = np.asarray(picture).astype(np.int64).clip(0, 65535)
        picture = Image.fromarray((values >> 8).astype(np.uint8))
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    return picture if picture.mode == mode else picture.convert(mode)


def pick_device(wish: str) -> str:
    """The device that is asked for, or the best that is there."""
    found = torch.accelerator.current_accelerator(check_available=True)
    device = torch.device((found or "cpu") if wish == "auto" else wish)
    if device.type not in ("cpu", found and found.type):
        raise SystemExit(f"There is no {wish} device here; --device cpu always works.")
    if device.index:  # random numbers are kept of the current one
        torch.accelerator.set_device_index(device)
    return str(device)


def files_in(folder: Path, kinds: tuple[str, ...]) -> list[Path]:
    """The files of some kinds in a folder and in those within it, sorted.

    Hidden ones are left out; links are followed, but into no folder twice.
    """
    found: list[Path] = []
    seen = {os.path.realpath(folder)}
    for place, folders, files in os.walk(folder, followlinks=True):
        fresh = []
        for each in sorted(folders):
            real = os.path.realpath(os.path.join(place, each))
            if not each.startswith(".") and real not in seen:
                fresh.append(each)
                seen.add(real)
        folders[:] = fresh
        names = (each for each in sorted(files) if not each.startswith("."))
        found += [Path(place, each) for each in names if each.lower().endswith(kinds)]
    return found


def read_pictures(
    path: Path,
    picture: str,
    label: str = "",
    classes: Sequence[str] = (),
    kept: Callable[[Path, list[Path]], list[Path]] | None = None,
) -> dict[str, Any]:
    """The files of pictures below a folder, sorted; they are opened one by one later.

    With a `label` each folder is a class; `kept` says which files are used. Raises
    ValueError where there are no pictures, and where folders and `classes` differ.
    """
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}")
    files = picture_files(path, least=0 if label else 1)
    if not label:
        return {picture: kept(path, files) if kept else files}
    places = [file.relative_to(path).parts for file in files]
    within = [file for file, parts in zip(files, places, strict=True) if parts[1:]]
    found = {parts[0] for parts in places if parts[1:]}
    for name in sorted(found ^ {*classes}):
        if name in found:
            todo = f"add it to the classes of {label}, or move the folder away"
            raise ValueError(f"{path.name} has pictures of {name!r}: {todo}")
        todo = f"add pictures, or take it out of the classes of {label}"
        raise ValueError(f"{path.name} has no folder {name!r} with pictures: {todo}")
    files = kept(path, within) if kept else within
    numbers = {name: number for number, name in enumerate(classes)}
    labels = [numbers[file.relative_to(path).parts[0]] for file in files]
    return {picture: files, label: torch.tensor(labels, dtype=torch.int64)}


def picture_files(folder: Path, least: int = 1) -> list[Path]:
    """The pictures in a folder and in those within it, sorted; hidden ones are left out.

    Raises ValueError where there are fewer than `least`.
    """
    kinds = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff")
    found = files_in(folder, kinds)
    if len(found) < least:
        raise ValueError(f"{folder.name} has no pictures ({', '.join(kinds)})")
    return found


def seeded(*key: object) -> torch.Generator:
    """A generator that depends on `key` alone: equal keys, equal numbers."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def split_rows(total: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out; they depend on these numbers alone."""
    mixed = torch.randperm(total, generator=seeded("split", seed))
    held = round(total * share)
    return mixed[held:].sort().values, mixed[:held].sort().values


def make_samples(options: argparse.Namespace) -> tuple[dict[str, Any], ...]:
    """The samples, and the rows to train on and those that are held out."""
    columns = read_pictures(
        options.shapes_path, "picture", "label", ["circle", "cross"]
    )
    training, held_out = split_rows(len(columns["picture"]), share=0.25, seed=0)
    decoded = cached(
        options.cache, decode_pictures, columns["picture"], size=(20, 20)
    )  # each uint8[3, 20, 20]
    scale = decoded / 255.0  # each float32[3, 20, 20]
    samples = {"picture": scale, "label": columns["label"]}
    return samples, {"training": training, "validation": held_out}


class Model(nn.Module):
    """Shapes in pictures that are decoded once."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.final = nn.Linear(64, 2)

    def forward(self, picture: Tensor) -> Tensor:
        conv = self.conv(picture)  # float32[B, 4, 18, 18]
        relu = F.relu(conv)  # float32[B, 4, 18, 18]
        pool = F.adaptive_avg_pool2d(relu, 4)  # float32[B, 4, 4, 4]
        flat = torch.flatten(pool, 1)  # float32[B, 64]
        return self.final(flat)  # float32[B, 2]


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
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.01)
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
        return now | {"loss": found["loss"].detach(), "samples": len(batch["picture"])}

    def compare(self, batch: dict[str, Any], sums: Sums) -> dict[str, Tensor]:
        """The losses of a batch; they and the metrics are added to `sums`."""
        batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}
        result, rows = self.model(batch["picture"]), len(batch["picture"])
        found = {"loss": F.cross_entropy(result, batch["label"])}
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
    parser.add_argument("--shapes-path", type=Path, default=PATH, help="read this")
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
