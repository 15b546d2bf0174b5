"""A small table of houses: its rows, a graph that tells their price, and edits that make another graph of it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runtime.export.order import Order
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load

HOUSES = {
    "format": "torchweave",
    "version": 1,
    "nodes": {
        "houses": {
            "type": "data.Table",
            "parameters": {
                "path": "houses.csv",
                "fields": {
                    "features": {"type": "float32[3]", "columns": ["area", "rooms", "age"]},
                    "place": {"type": "int64[]", "column": "town", "classes": ["Ulm", "Bonn"]},
                    "price": {"type": "float32[1]", "columns": ["price"]},
                },
            },
        },
        "standard": {"type": "transform.Standardize"},
        "batches": {"type": "Collate", "parameters": {"fields": ["features", "place", "price"], "batch_size": 4}},
        "town": {"type": "nn.Embedding", "parameters": {"num_embeddings": 2, "embedding_dim": 2}},
        "joined": {"type": "torch.cat", "parameters": {"dim": 1}},
        "final": {"type": "nn.Linear", "parameters": {"out_features": 1}},
        "loss": {"type": "nn.MSELoss"},
        "adam": {"type": "optim.Adam"},
    },
    "edges": [
        ["houses.features", "standard.input"],
        ["standard.output", "batches.features"],
        ["houses.place", "batches.place"],
        ["houses.price", "batches.price"],
        ["batches.place", "town.input"],
        ["batches.features", "joined.tensors"],
        ["town.output", "joined.tensors"],
        ["joined.output", "final.input"],
        ["final.output", "loss.input"],
        ["batches.price", "loss.target"],
        ["loss.output", "adam.loss"],
    ],
}
ROWS = [f"{40 + 7 * at % 90},{at % 5},{at * 3 % 50},{'Ulm' if at % 3 else 'Bonn'},{100 + at}" for at in range(20)]
ROW = {"area": 77.0, "rooms": 3.0, "age": 12.0, "town": "Bonn"}
PRICED: list[Edit] = [
    ("insert", "priced", "transform.Standardize", {}, "houses.price", "batches.price", "input", "output")
]
# Whether a house is in Bonn is told.
IS_BONN: list[Edit] = [
    ("remove", "joined"),
    ("remove", "town"),
    ("retype", "loss", "nn.BCEWithLogitsLoss", {}),
    ("add", "as_float", "Tensor.to", {}),
    ("add", "one_wide", "torch.unsqueeze", {"dim": 1}),
    ("disconnect", "batches.price", "loss.target"),
    ("connect", "batches.features", "final.input"),
    ("disconnect", "houses.place", "batches.place"),
    ("connect", "houses.place", "as_float.input"),
    ("connect", "as_float.output", "batches.place"),
    ("connect", "batches.place", "one_wide.input"),
    ("connect", "one_wide.output", "loss.target"),
]


def by_hand(field: str, made: str, output: str) -> Edit:
    """The edit that lets a function of one's own make a field of the batch."""
    lines = ["import torch", "", "", "def own(samples: list[torch.Tensor]) -> torch.Tensor:", f"    return {made}"]
    return ("set", "batches", "collate", {field: {"function": lines, "output": output}})


def graph_text(folder: Path, edits: Sequence[Edit] = ()) -> str:
    """The graph after some edits, whose table is in a folder now."""
    (folder / "houses.csv").write_text("\n".join(["area,rooms,age,town,price", *ROWS]), encoding="utf-8")
    return dump(applied(load(json.dumps(HOUSES).encode()), [*edits]))


def houses(folder: Path, output: str, edits: Sequence[Edit] = (), **more: Any) -> Order:
    """The order to export it untrained."""
    return Order(graph_text(folder, edits), "houses.json", str(folder), str(folder / output), untrained=True, **more)
