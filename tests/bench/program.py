"""Speed of generated programs beside the same written by hand: the model forward, and the whole training step."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from runtime.check.check import check
from runtime.generate.drawn import Drawn
from runtime.graph.file import load
from tests.runtime.generate.cases import imported, program_of

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"
ROUNDS = 40
MOST_FORWARD, MOST_STEP = 1.05, 1.10
Work = Callable[[], object]


class TwoModels(nn.Module):
    """Example 1 as one would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, padding=1)
        self.dense = nn.Linear(64, 32)
        self.final = nn.Linear(160, 10)

    def forward(self, image: Tensor) -> Tensor:
        features = torch.flatten(F.max_pool2d(F.relu(self.conv(image)), 2), 1)
        dense = F.gelu(self.dense(torch.flatten(image, 1)))
        return self.final(torch.cat([features, dense], dim=1))


class ModelAfterModel(nn.Module):
    """Example 2 as one would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(30)
        self.first = nn.Linear(30, 16)
        self.second = nn.Linear(16, 2)

    def forward(self, features: Tensor) -> Tensor:
        return self.second(torch.sigmoid(self.first(self.norm(features))))


class TextAndImage(nn.Module):
    """Example 3 as one would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(4096, 32)
        self.shapes = nn.Linear(150528, 32)
        self.norm = nn.BatchNorm1d(32)
        self.final = nn.Linear(64, 10)

    def forward(self, image: Tensor, text: Tensor) -> Tensor:
        meaning = self.words(text).mean(1)
        shapes = F.relu(self.norm(self.shapes(torch.flatten(image / 255, 1))))
        return self.final(torch.cat([meaning, shapes], dim=1))


BY_HAND: dict[str, tuple[type[nn.Module], Callable[[Any], torch.optim.Optimizer]]] = {
    "two_models": (TwoModels, lambda weights: torch.optim.AdamW(weights, lr=0.003)),
    "model_after_model": (ModelAfterModel, lambda weights: torch.optim.Adam(weights, lr=0.01)),
    "text_and_image": (TextAndImage, lambda weights: torch.optim.AdamW(weights, lr=0.02)),
}


def compared(ours: Work, by_hand: Work, again: Work, repeats: int) -> tuple[float, float]:
    """CPU time of ours over that by hand, and of by hand made twice; interleaved, medians of the rounds."""
    works = (by_hand, ours, again)
    ratios: list[tuple[float, float]] = []
    for turn in range(ROUNDS):
        spent = [0.0] * len(works)
        for at in [(turn + step) % len(works) for step in range(len(works))]:
            begin = time.process_time()
            for _ in range(repeats):
                works[at]()
            spent[at] = time.process_time() - begin
        ratios.append((2 * spent[1] / (spent[0] + spent[2]), spent[2] / spent[0]))
    return statistics.median(ours for ours, _ in ratios), statistics.median(same for _, same in ratios)


def by_hand(
    kind: tuple[type[nn.Module], Callable[[Any], Any]], inputs: tuple[str, ...], batch: Any
) -> tuple[Work, Work]:
    """Forward, and a training step with its loss and accuracy added up, as in a loop by hand."""
    model = kind[0]()
    optimizer = kind[1](model.parameters())
    sums = [0.0, 0, 0]

    def step() -> None:
        result = model(*(batch[name] for name in inputs))
        loss = F.cross_entropy(result, batch["label"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rows = len(batch["label"])
        sums[0] += loss.item() * rows
        sums[1] += (result.argmax(1) == batch["label"]).sum().item()
        sums[2] += rows

    return lambda: model(*(batch[name] for name in inputs)), step


def main() -> None:
    """Print both ratios for each example."""
    torch.set_num_threads(1)
    for name, kind in BY_HAND.items():
        graph = load((EXAMPLES / f"{name}.json").read_bytes())
        with tempfile.TemporaryDirectory() as folder:
            program = imported(program_of(graph, name).text, Path(folder) / f"{name}.py", EXAMPLES)
            run = program.prepare(program.options_from(["--threads=1", "--device=cpu"]))
        batch = next(iter(run.feed("training", 1)))
        model, inputs = run.model, tuple(Drawn(graph, check(graph)).inputs)
        repeats = 3 if name == "text_and_image" else 50
        theirs = list(zip(by_hand(kind, inputs, batch), by_hand(kind, inputs, batch), strict=True))
        # Both are called before the next round of this loop binds its names anew.
        ours: tuple[Work, Work] = (lambda: model(*(batch[name] for name in inputs)), lambda: run.train_step(batch))  # noqa: B023
        for what, most, mine, other in zip(("forward", "step"), (MOST_FORWARD, MOST_STEP), ours, theirs, strict=True):
            ratio, same = compared(mine, *other, repeats)
            verdict = "" if ratio <= most * max(same, 1) else ": MISSED"
            print(f"{name} {what}: {ratio:.3f} of by hand (control {same:.3f}, at most {most}){verdict}")


if __name__ == "__main__":
    main()
