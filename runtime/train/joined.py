"""The first batch of a run: what the user's own functions of Collate give, held against what the graph says."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from runtime.generate.drawn import Drawn
from runtime.graph.model import End
from runtime.spec.tensor import Tensor
from runtime.train.gives import Otherwise

FILE = "batch.json"


def keep(drawn: Drawn, folder: Path) -> None:
    """Write into the folder of a run what the graph says of a batch, where functions of the user's make it."""
    node, found = drawn.collate, dict[str, dict[str, Any]]()
    if any(own.node == node for own in drawn.owned):
        ends = [End(node, port.name) for port in drawn.ports(node)[1]]
        types = {end.port: type for end in ends if isinstance(type := drawn.type(end), Tensor)}
        for port, type in types.items():
            sizes = [size if isinstance(size, int) else None for size in type.shape[1:]]
            found[port] = {"node": node, "type": str(type), "dtype": type.dtype, "sizes": sizes}
    (folder / FILE).write_text(json.dumps(found), encoding="utf-8")


def watch(run: Any, folder: Path) -> None:
    """Hold the first batch that a run trains on against the graph; Otherwise is raised where it is of another type.

    It is the batch that the run makes anyway, wherever it makes it: a function may do more than put samples together.
    """
    file = folder / FILE
    fields = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if not fields:
        return
    usual = run.feed

    def feed(part: str, epoch: int, start: int = 0) -> Iterator[Mapping[str, Any]]:
        batches = iter(usual(part, epoch, start))
        if part == "training":
            del run.feed
            for first in islice(batches, 1):
                _hold(first, fields)
                yield first
        yield from batches

    run.feed = feed


def _hold(batch: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    for field, about in fields.items():
        if field in batch and (told := _otherwise(batch[field], about)):
            why = f"{about['node']} gives {field} as {told}, but the graph says {about['type']}"
            raise Otherwise(about["node"], f"{why}. Change what its function gives, or its type in the inspector.")


def _otherwise(value: Any, about: Mapping[str, Any]) -> str | None:
    """What a field of a batch is, where that is not what the graph says."""
    import torch

    if not isinstance(value, torch.Tensor):
        return type(value).__name__
    dtype, sizes = str(value.dtype).removeprefix("torch."), [*value.shape]
    alike = len(sizes) == len(about["sizes"]) + 1 and dtype == about["dtype"]
    if alike and all(said in (None, size) for size, said in zip(sizes[1:], about["sizes"], strict=True)):
        return None
    return f"{dtype}{sizes}"
