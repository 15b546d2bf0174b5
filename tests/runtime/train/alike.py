"""Under torchrun: how far the figures of processes that train graphs together are from those of one that is alone.

``torchrun --nproc-per-node 2 -m tests.runtime.train.alike OUTPUT GRAPH...`` writes a line of JSON a graph.
"""

import faulthandler
import importlib.util
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import distributed, nn

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.train.pieces.parting import leave_others

EPOCHS = 2
BATCHES = 2  # whole ones in an epoch; five rows make a last one
STOP = 2  # after so many steps a run is stopped
LONGEST = 150.0  # seconds for a graph; processes that wait for each other longer show where, and end
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def program_of(file: Path, processes: int, folder: Path) -> ModuleType:
    """The program of a graph for so many processes, which looks for its data beside the graph."""
    graph = applied(load(file.read_bytes()), [("run", "processes", processes)])
    name = f"{file.stem}_{processes}_{os.environ['RANK']}"
    path = folder / f"{name}.py"
    text = generate(graph, check(graph), file.name).text
    path.write_text(text.replace("Path(__file__).parent", f"Path({str(file.parent)!r})"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def without_chance() -> Iterator[None]:
    """Dropout drops nothing, and noise is none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nn.functional, "dropout", lambda input, *_, **__: input)
        patch.setattr(torch, "randn_like", torch.zeros_like)
        yield


def prepared(module: ModuleType, size: int, *options: str, steady: bool = True) -> Any:
    """A run of few rows, as `size` make a batch; a steady one does nothing by chance."""
    run = module.prepare(module.options_from([f"--epochs={EPOCHS}", "--threads=1", "--device=cpu", *options]))
    for each in run.model.modules() if steady else ():
        if isinstance(each, nn.Dropout | nn.Dropout2d):
            each.p = 0.0
        if isinstance(each, nn.RNNBase | nn.MultiheadAttention):
            each.dropout = 0.0
        if isinstance(each, NORMS):  # which take what they know of the rows before
            each.eval()
            each.train = lambda mode=True, each=each: each  # type: ignore[method-assign]  # stays frozen
    batches = getattr(run, "batches", None)
    for part in run.rows:
        few = run.rows[part][: BATCHES * size + 5]
        run.rows[part] = few
        if batches:
            batches[part].rows = few
    return run


def told(events: Iterable[dict[str, Any]]) -> list[float]:
    """The losses of all steps, and the figures of each epoch."""
    found = []
    for event in events:
        if event["event"] == "step":
            found.append(float(event["loss"]))
        elif event["event"] == "epoch":
            found += [*event["train"].values(), *event.get("validation", {}).values()]
    return found


def seen(run: Any) -> list[int]:
    """The rows of the first epoch that this process has."""
    return [int(row) for rows in run.batches["training"].order(1) for row in rows]


def stopped(module: ModuleType, run: Any, folder: Path) -> Iterator[dict[str, Any]]:
    """The events of a run that is stopped in the midst of its first epoch and keeps where it was."""
    for event in module.with_others(run):
        yield event
        run.stopped = event.get("step") == STOP
        if event["event"] == "finished":
            torch.save(run.state(), folder / "checkpoint.pt")


def kept(module: ModuleType, run: Any, folder: Path) -> Iterator[dict[str, Any]]:
    """The events of a run that keeps where it is in its first epoch, as one that is paused, and goes on."""
    for event in module.with_others(run):
        yield event
        if event.get("step") == STOP:
            torch.save(run.state(), folder / "checkpoint.pt")


def compared(file: Path, folder: Path) -> dict[str, Any]:
    """How two processes train a graph; of every process but the first nothing."""
    collate = next(node for node in load(file.read_bytes()).nodes.values() if node.type == "Collate")
    size = collate.parameters.get("batch_size", 32)
    module = program_of(file, distributed.get_world_size(), folder)
    rows: list[Any] = [None] * distributed.get_world_size()
    with without_chance():
        alone = told(prepared(program_of(file, 1, folder), size))
        run = prepared(module, size)
        distributed.all_gather_object(rows, seen(run))
        shared = told(module.with_others(run))
    whole = told(module.with_others(prepared(module, size, steady=False)))
    broken = told(stopped(module, prepared(module, size, steady=False), folder))
    broken += told(module.with_others(prepared(module, size, f"--resume={folder}", steady=False)))
    paused = told(kept(module, prepared(module, size, steady=False), folder))
    rest = told(module.with_others(prepared(module, size, f"--resume={folder}", steady=False)))
    if distributed.get_rank():
        return {}
    assert len(alone) == len(shared)
    largest = max(abs(one - other) / max(1.0, abs(one)) for one, other in zip(alone, shared, strict=True))
    all_rows = [row for each in rows for row in each]
    once = len({*all_rows}) == len(all_rows) == len(run.rows["training"])
    goes_on = broken == whole == paused and rest == whole[STOP:]
    return {"graph": file.stem, "largest": largest, "figures": len(shared), "once": once, "goes_on": goes_on}


def main() -> None:
    """Compare graph after graph."""
    output, *files = map(Path, sys.argv[1:])
    sys.path.insert(0, str(output.parent))  # where loader workers find the programs
    distributed.init_process_group("gloo")
    for file in files:
        faulthandler.dump_traceback_later(LONGEST, exit=True)
        if found := compared(file.resolve(), output.parent):
            with output.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(found) + "\n")
    leave_others()
    os._exit(0)  # as the app's processes do


if __name__ == "__main__":
    main()
