"""An epoch of pictures in folders, decoded and mirrored at random: ours beside a Dataset and DataLoader by hand."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.runtime.generate.cases import imported, program_of

CLASSES, EACH, SIDE, SIZE, WORKERS = 3, 200, 64, 32, 2
ROUNDS = 7
MOST = 1 / 0.95  # times as long as by hand
Work = Callable[[], int]


def written(folder: Path) -> Path:
    """JPEG files of 320 x 240 pixels, a folder a class."""
    rng = np.random.default_rng(0)
    for number in range(CLASSES):
        place = folder / "photos" / f"class_{number}"
        place.mkdir(parents=True)
        for at in range(EACH):
            small = Image.fromarray(rng.integers(0, 256, (30, 40, 3), dtype=np.uint8))
            small.resize((320, 240), Image.Resampling.BICUBIC).save(place / f"{at}.jpg", quality=85)
    return folder / "photos"


def graph(workers: int, keep: bool) -> Graph:
    """The folder, decoded and mirrored, into a layer."""
    label = {"type": "int64[]", "classes": [f"class_{number}" for number in range(CLASSES)]}
    sizes = {"size": [SIDE, SIDE], **({"keep": True} if keep else {})}
    settings = {"fields": ["picture", "label"], "batch_size": SIZE, "num_workers": workers}
    edits: list[Edit] = [
        (
            "add",
            "photos",
            "data.Pictures",
            {"path": "photos", "fields": {"picture": "picture", "label": label}},
            (0, 0),
        ),
        ("add", "decoded", "transform.Decode", sizes, (0, 0)),
        ("add", "mirrored", "transform.RandomHorizontalFlip", {}, (0, 0)),
        ("add", "scaled", "transform.Scale", {}, (0, 0)),
        ("add", "batches", "Collate", {**settings, "validation": 0.0}, (0, 0)),
        ("add", "flat", "nn.Flatten", {}, (0, 0)),
        ("add", "head", "nn.Linear", {"out_features": CLASSES}, (0, 0)),
        ("add", "loss", "nn.CrossEntropyLoss", {}, (0, 0)),
        ("add", "sgd", "optim.SGD", {}, (0, 0)),
    ]
    wires = """photos.picture decoded.input decoded.output mirrored.input mirrored.output scaled.input
        scaled.output batches.picture photos.label batches.label batches.picture flat.input flat.output head.input
        head.output loss.input batches.label loss.target loss.output sgd.loss""".split()
    return applied(Graph(), edits + [("connect", *pair) for pair in zip(wires[::2], wires[1::2], strict=True)])


class ByHand(Dataset[tuple[Tensor, int]]):
    """The same as one would write it."""

    def __init__(self, folder: Path) -> None:
        classes = sorted(folder.iterdir())
        self.files = [(file, number) for number, each in enumerate(classes) for file in sorted(each.iterdir())]

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, row: int) -> tuple[Tensor, int]:
        file, label = self.files[row]
        with Image.open(file) as opened:
            opened.draft("RGB", (2 * SIDE, 2 * SIDE))
            pixels = ImageOps.exif_transpose(opened).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        picture = torch.from_numpy(np.array(pixels)).permute(2, 0, 1).contiguous()
        if torch.rand(()) < 0.5:
            picture = picture.flip(-1)
        return picture / 255, label


def ours(folder: Path, workers: int, keep: bool) -> tuple[Work, float]:
    """An epoch of our program, and the seconds until its first could begin."""
    text = program_of(graph(workers, keep)).text
    program = imported(text, folder / f"ours_{workers}_{keep}.py", folder)
    begin = time.perf_counter()
    options = program.options_from([f"--photos-path={folder / 'photos'}"])
    batches: Any = program.make_batches(options)["training"]
    return lambda: sum(len(batch["label"]) for batch in batches.epoch(1)), time.perf_counter() - begin


def theirs(folder: Path, workers: int) -> Work:
    """An epoch by hand."""
    loader: Any = DataLoader(ByHand(folder / "photos"), SIZE, True, num_workers=workers, persistent_workers=workers > 0)
    return lambda: sum(len(label) for _, label in loader)


def spent(work: Work, clock: Callable[[], float]) -> float:
    begin = clock()
    assert work() == CLASSES * EACH
    return clock() - begin


def raced(mine: Work, hand: Work, again: Work, clock: Callable[[], float]) -> Iterator[float]:
    """Seconds of ours, times as long as by hand, and by hand made twice; interleaved, medians of the rounds."""
    works = (hand, mine, again)
    for work in works:  # workers begin
        work()
    rounds = []
    for turn in range(ROUNDS):
        times = [0.0] * 3
        for at in [(turn + step) % 3 for step in range(3)]:
            times[at] = spent(works[at], clock)
        rounds.append(times)
    yield statistics.median(times[1] for times in rounds)
    yield statistics.median(2 * times[1] / (times[0] + times[2]) for times in rounds)
    yield statistics.median(times[2] / times[0] for times in rounds)


def main() -> None:
    """Print how long an epoch takes beside one by hand, with workers, without, and kept."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        written(folder)
        rows = f"an epoch of {CLASSES * EACH:,} JPEG"
        for workers, clock in ((WORKERS, time.perf_counter), (0, time.process_time)):
            mine, _ = ours(folder, workers, keep=False)
            took, ratio, same = raced(mine, theirs(folder, workers), theirs(folder, workers), clock)
            verdict = "" if ratio <= MOST * max(same, 1) else ": MISSED"
            how = f"{workers} workers" if workers else "without workers, CPU time"
            print(f"{rows}, {how}: {took:.2f} s, {ratio:.3f} of by hand{verdict}")
            print(f"    control {same:.3f}, at most {MOST:.3f}")
        mine, first = ours(folder, 0, keep=True)
        took, ratio, same = raced(mine, theirs(folder, WORKERS), theirs(folder, WORKERS), time.perf_counter)
        print(f"{rows}, kept: {took:.2f} s after {first:.2f} s once, {ratio:.3f} of {WORKERS} workers by hand")
        print(f"    control {same:.3f}")


if __name__ == "__main__":
    main()
