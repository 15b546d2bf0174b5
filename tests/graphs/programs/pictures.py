"""A training program.

Made with Torchweave from pictures.json.
"""

import argparse
import hashlib
import io
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

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


def as_gray(picture: Tensor, channels: int = 1) -> Tensor:
    """How bright red, green and blue of [..., 3, H, W] look together (ITU-R 601-2)."""
    red, green, blue = picture.to(torch.float32).unbind(-3)
    found = (0.299 * red + 0.587 * green + 0.114 * blue).unsqueeze(-3)
    if not picture.is_floating_point():
        found = found.round().to(picture.dtype)
    return found.expand(*picture.shape[:-3], channels, *picture.shape[-2:])


def jitter_at_random(
    picture: Tensor,
    brightness: float,
    contrast: float,
    saturation: float,
    hue: float,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Change the colours of each picture of [..., C, H, W], in an order of its own.

    Factors lie between 1 less and 1 more than a setting; hue turns by up to `hue` of a
    circle. Floats lie between 0 and 1.
    """
    most = 1.0 if picture.is_floating_point() else 255.0
    flat = picture.reshape(-1, *picture.shape[-3:]).to(torch.float32) / most
    settings = torch.tensor([brightness, contrast, saturation])
    found = []
    for each in flat:
        order = torch.randperm(4, generator=generator, device=each.device).tolist()
        drawn = torch.rand(4, generator=generator, device=each.device).cpu() * 2 - 1
        bright, steep, full = (1 + drawn[:3] * settings).clamp(min=0).tolist()
        for way in order:
            if way == 0:
                each = (each * bright).clamp(0, 1)
            elif way == 1:
                mean = (as_gray(each) if len(each) == 3 else each).mean()
                each = (mean + steep * (each - mean)).clamp(0, 1)
            elif way == 2 and len(each) == 3:
                plain = as_gray(each)
                each = (plain + full * (each - plain)).clamp(0, 1)
            elif way == 3 and len(each) == 3 and hue:
                each = turn_hue(each, drawn[3].item() * hue)
        found.append(each)
    jittered = torch.stack(found).reshape(picture.shape) * most
    return jittered if most == 1 else jittered.round().to(picture.dtype)


def turn_hue(picture: Tensor, turn: float) -> Tensor:
    """Turn the hue of [3, H, W], between 0 and 1, by a part of a circle."""
    most, least = picture.amax(0), picture.amin(0)
    spread = most - least
    red, green, blue = (most - picture) / spread.where(spread > 0, 1)
    hue = torch.where(most == picture[1], 2 + red - blue, 4 + green - red)
    hue = torch.where(most == picture[0], blue - green, hue) / 6 + turn
    # how far red, green and blue stand below the brightest, by where the hue stands
    places = torch.tensor([5.0, 3.0, 1.0], device=picture.device)[:, None, None]
    near = (places + 6 * hue).remainder(6)
    return most - spread * torch.minimum(near, 4 - near).clamp(0, 1)


def crop_center(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """The middle of [..., C, H, W]; zeros stand around what is smaller."""
    ends = []
    for wanted, there in zip(size[::-1], picture.shape[:-3:-1], strict=True):
        lack = wanted - there
        before = lack // 2 if lack > 0 else -round(-lack / 2)
        ends += [before, lack - before]
    return F.pad(picture, ends)


def crop_at_random(
    picture: Tensor,
    size: tuple[int, int],
    padding: int = 0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """A part of each picture of [..., C, H, W], which has zeros around it.

    Raises ValueError where a picture is smaller than the part.
    """
    device, padded = picture.device, F.pad(picture, [padding] * 4)
    flat = padded.reshape(-1, *padded.shape[-3:])
    count, channels, *room = flat.shape
    places = []
    for there, wanted in zip(room, size, strict=True):
        if there < wanted:
            told = f"a picture of {room[0]} x {room[1]} has no part of "
            raise ValueError(f"{told}{size[0]} x {size[1]}")
        last = there - wanted
        start = torch.randint(last + 1, (count, 1), generator=generator, device=device)
        places.append(start + torch.arange(wanted, device=device))
    rows, columns = places
    pictures = torch.arange(count, device=device)[:, None, None, None]
    planes = torch.arange(channels, device=device)[:, None, None]
    found = flat[pictures, planes, rows[:, None, :, None], columns[:, None, None, :]]
    return found.reshape(*picture.shape[:-2], *size)


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
        return torch.split(rows, self.batch_size)[: len(self)]


class Loader(Batches):
    """Batches from a DataLoader, whose workers make sample after sample."""

    def __init__(
        self,
        samples: "Dataset[dict[str, Any]]",
        collate: Callable[[list[dict[str, Any]]], dict[str, Any]],
        rows: Tensor,
        batch_size: int,
        loading: Mapping[str, Any] | None = None,
        **order: Any,
    ) -> None:
        super().__init__({}, rows, batch_size, **order)
        self.keys: list[list[tuple[int, int]]] = []  # of the epoch that goes on
        self.loader = DataLoader(
            samples,
            batch_sampler=self.keys,
            collate_fn=collate,
            generator=torch.Generator(),
            **(loading or {}),
        )

    def epoch(self, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch, from batch number `start`."""
        batches = self.order(epoch)[start:]
        self.keys[:] = [[(epoch, row) for row in rows.tolist()] for rows in batches]
        yield from self.loader


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


def flip_at_random(
    picture: Tensor, p: float, generator: torch.Generator | None = None
) -> Tensor:
    """Mirror each picture of [..., C, H, W] left to right with probability `p`."""
    drawn = torch.rand(picture.shape[:-3], generator=generator, device=picture.device)
    if not drawn.dim():  # a single one
        return picture.flip(-1) if drawn < p else picture
    flipped = (drawn < p).reshape(*picture.shape[:-3], 1, 1, 1)
    return torch.where(flipped, picture.flip(-1), picture)


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


class Samples(Dataset[dict[str, Any]]):
    """One sample at a time; its key is the epoch and the row."""

    def __init__(self, columns: Mapping[str, Any], seed: int, training: bool) -> None:
        self.columns, self.seed, self.training = columns, seed, training

    def __getitem__(self, key: tuple[int, int]) -> dict[str, Any]:
        epoch, row = key
        try:
            decoded = decode_picture(
                self.columns["picture"][row], size=(20, 20)
            )  # uint8[3, 20, 20]
            flip = decoded
            if self.training:
                flip = flip_at_random(
                    decoded, 0.5, seeded(self.seed, epoch, row, 0)
                )  # uint8[3, 20, 20]
            if self.training:
                crop = crop_at_random(
                    flip, (16, 16), 1, seeded(self.seed, epoch, row, 1)
                )  # uint8[3, 16, 16]
            else:
                crop = crop_center(flip, (16, 16))  # uint8[3, 16, 16]
            scale = crop / 255.0  # float32[3, 16, 16]
            return {"picture": scale, "label": self.columns["label"][row]}
        except Exception as error:
            error.add_note(f"(row {row} of the data, counted from 0)")
            raise


def collate_samples(samples: list[dict[str, Any]]) -> dict[str, Any]:
    """Samples put together into a batch."""
    return {
        "picture": torch.stack([sample["picture"] for sample in samples]),
        "label": torch.stack([sample["label"] for sample in samples]),
    }


def make_batches(options: argparse.Namespace) -> dict[str, Loader]:
    """The rows to train on and those that are held out, as batches."""
    columns = read_pictures(
        options.shapes_path, "picture", "label", ["circle", "cross"]
    )
    training, held_out = split_rows(len(columns["picture"]), share=0.25, seed=0)
    return {
        "training": Loader(
            Samples(columns, options.seed, training=True),
            collate_samples,
            training,
            4,
            shuffle=True,
            seed=options.seed,
        ),
        "validation": Loader(
            Samples(columns, options.seed, training=False), collate_samples, held_out, 4
        ),
    }


class Model(nn.Module):
    """Shapes in pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.final = nn.Linear(64, 2)

    def forward(self, picture: Tensor) -> Tensor:
        jitter = (
            jitter_at_random(picture, 0.2, 0.2, 0.2, 0.0) if self.training else picture
        )  # float32[B, 3, 16, 16]
        conv = self.conv(jitter)  # float32[B, 4, 14, 14]
        relu = F.relu(conv)  # float32[B, 4, 14, 14]
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
        self.batches = make_batches(options)
        self.rows = {name: each.rows for name, each in self.batches.items()}
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
