"""What the generator writes for a graph, here by hand, so that the loop is an ordinary file that runs."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import torchmetrics
from torch import Tensor, nn
from torch.nn import functional as F

from runtime.train.pieces.bundled import read_wine
from runtime.train.pieces.feed import Batches
from runtime.train.pieces.folds import fold_rows, seed_of
from runtime.train.pieces.split import split_rows
from runtime.train.pieces.weights import take_weights

INPUTS = ("features",)
FIELD = "features"  # the first of a batch
BATCH_SIZE = 32
METRIC = "accuracy"
OPTIMIZER = "adam"
OPTION, PATH = "--wine-path", Path()
EPOCHS, SEED = 2, 0
ACCUMULATE, PATIENCE, WATCHED = 2, 3, "loss"
PRECISION = torch.bfloat16
FOLDS = 2
DEVICE = "auto"
PATHS: dict[str, Path] = {}
WEIGHTS: dict[str, Path] = {}
MINIMISES = {"adam": ("grower",), "sgd": ("distance",)}
EACH_BATCH = ("adam",)
EACH_EPOCH: tuple[str, ...] = ()
ON_LOSS = ("sgd",)
LEAST_ROWS = {"recall": 1}


class Model(nn.Module):
    """Two layers over one table."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(13)
        self.final = nn.Linear(13, 3)
        self.other = nn.Linear(13, 1)

    def forward(self, features: Tensor) -> dict[str, Tensor]:
        norm = self.norm(features)
        return {"final": self.final(norm), "other": self.other(norm)}


def load_weights(model: Model, options: argparse.Namespace) -> None:
    """Begin with weights from files."""
    for name in WEIGHTS:
        take_weights(model, getattr(options, f"{name}_weights"), {"": ""})


def losses(result: Any, batch: Mapping[str, Any]) -> dict[str, Tensor]:
    """What is minimised."""
    wanted = torch.unsqueeze(batch["label"], 1).to(torch.float32)
    each = {
        "grower": F.cross_entropy(result["final"], batch["label"]),
        "distance": F.mse_loss(result["other"], wanted),
    }
    return {"loss": torch.stack([*each.values()]).sum(), **each}


def metrics(result: Any, batch: Mapping[str, Any]) -> dict[str, Tensor]:
    """What is right and what is not."""
    return {"accuracy": result["final"].argmax(1) == batch["label"]}


def make_metrics() -> dict[str, torchmetrics.Metric]:
    """What adds up over an epoch."""
    return {"recall": torchmetrics.Recall("multiclass", num_classes=3, average="macro")}


def measure(
    metrics: Mapping[str, torchmetrics.Metric], result: Any, batch: Mapping[str, Any]
) -> None:
    """Show a batch to what adds up over an epoch."""
    metrics["recall"].update(result["final"].detach(), batch["label"])


def make_optimizers(model: Model) -> dict[str, torch.optim.Optimizer]:
    """Who changes which weights."""
    return {
        "adam": torch.optim.Adam([*model.norm.parameters(), *model.final.parameters()]),
        "sgd": torch.optim.SGD(model.other.parameters(), lr=0.01),
    }


def make_schedules(
    optimizers: Mapping[str, torch.optim.Optimizer], steps: int = 0
) -> dict[str, Any]:
    """How learning rates change within so many steps."""
    return {
        "adam": torch.optim.lr_scheduler.OneCycleLR(optimizers["adam"], 0.01, steps),
        "sgd": torch.optim.lr_scheduler.ReduceLROnPlateau(optimizers["sgd"]),
    }


def clip_gradients(model: Model) -> None:
    """Keep the gradients small."""
    nn.utils.clip_grad_norm_(model.final.parameters(), 1.0)


def make_batches(options: argparse.Namespace) -> dict[str, Batches]:
    """What is trained on, and what is held out."""
    columns = read_wine()
    rows = torch.arange(len(columns["label"]))
    training, held_out = fold_rows(rows, FOLDS, options.fold, 0)
    seed = seed_of(options)
    return {
        "training": Batches(
            columns, training, 32, shuffle=True, seed=seed, collate=collate_rows
        ),
        "validation": Batches(columns, held_out, 32, collate=collate_rows),
    }


def make_samples(options: argparse.Namespace) -> tuple[dict[str, Any], ...]:
    """The samples; and the rows of those to train on and of those held out."""
    columns = read_wine()
    training, held_out = split_rows(len(columns["label"]), 0.2, 0)
    return columns, {"training": training, "validation": held_out}


def collate_rows(samples: Mapping[str, Any], rows: Tensor) -> dict[str, Any]:
    """The batch of some rows."""
    return {name: column.index_select(0, rows) for name, column in samples.items()}
