"""What a program does with the loop: its options, what is prepared before a run, what is printed and kept of it."""

import argparse
import os
import time
from pathlib import Path
from typing import Any

import torch

from runtime.train.pieces.device import pick_device
from runtime.train.pieces.drawn import (
    BATCH_SIZE,
    DEVICE,
    EPOCHS,
    LEAST_ROWS,
    OPTION,
    PATH,
    PATHS,
    SEED,
    WEIGHTS,
)
from runtime.train.pieces.each_fold import Folds
from runtime.train.pieces.line import as_json, folds_line, line, test_line
from runtime.train.pieces.loop import Run
from runtime.train.pieces.parting import leave_others
from runtime.train.pieces.shared import meet_others, ours_of, with_others

DROP_LAST = True  # a small last batch is left out
TEST = True  # some rows are measured once at the end
COMPARED = True  # some metrics have no figure for a few rows
FILES = True  # data is read from files
ONE_FILE = True  # from one
CACHED = True  # what takes long to prepare may be kept
LOADED = True  # weights are read from files
FOLDED = True  # rows are parted into folds, each of which is held out once
BEST = True  # a figure tells which epoch is best
KEPT = True  # more checkpoints than the last one are kept
DISTRIBUTED = False  # processes share the rows of each batch
DETERMINISTIC = False  # what a GPU adds up comes out the same again


def prepare(options: argparse.Namespace) -> Run:
    """Seed everything, read the data, make the model, and go on where it was left."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.device = pick_device(options.device)
    if DISTRIBUTED:
        options.device = meet_others(options.device)
    if DETERMINISTIC:
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # as cuBLAS asks for
        torch.use_deterministic_algorithms(True, warn_only=True)
    if FOLDED:
        run: Run = Folds(options)
    else:
        run = Run(options)
    for name, rows in run.rows.items():
        if DROP_LAST:
            size = BATCH_SIZE if name == "training" else 1
            if len(rows) < size:
                told = f"{len(rows)} rows for {name} make no batch of {size}"
                raise ValueError(f"{told}: change the split or batch_size")
        else:
            if not len(rows):
                raise ValueError(f"there are no rows for {name}: change the split")
        if COMPARED:
            for metric, least in LEAST_ROWS.items():
                if DROP_LAST:  # noqa: SIM108 - a program holds one of the two
                    there = len(rows) // size * size
                else:
                    there = len(rows)
                if there < least:
                    few = f"{metric} needs {least} rows for {name}, not {there}"
                    raise ValueError(f"{few}: change the split")
    if options.resume:
        saved = options.resume / "checkpoint.pt"
        if DISTRIBUTED:
            state = torch.load(saved, map_location="cpu", weights_only=True)
            run.restore(ours_of(state))
        else:
            run.restore(torch.load(saved, map_location="cpu", weights_only=True))
    return run


def options_from(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--device", default=DEVICE, help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--threads", type=int, default=(os.cpu_count() or 2) - 1 or 1)
    if DISTRIBUTED:
        each = parser.get_default("threads") // int(os.getenv("LOCAL_WORLD_SIZE", "1"))
        parser.set_defaults(threads=max(1, each))
    parser.add_argument("--run-dir", type=Path, help="keep the run here (else nothing)")
    parser.add_argument("--resume", type=Path, help="a run folder to go on in")
    if FILES:
        if ONE_FILE:
            parser.add_argument(OPTION, type=Path, default=PATH, help="read this")
        else:
            new = "read this"
            for name, path in PATHS.items():
                parser.add_argument(f"--{name}-path", type=Path, default=path, help=new)
    if CACHED:
        parser.add_argument("--cache", type=Path, help="keep what took long here")
    if LOADED:
        for name, path in WEIGHTS.items():
            parser.add_argument(f"--{name}-weights", type=Path, default=path)
    if FOLDED:
        parser.set_defaults(fold=1)  # which is trained; each has its turn
    return parser.parse_args(arguments)


def save(state: dict[str, Any], file: Path) -> None:
    """Write a checkpoint whole or not at all."""
    torch.save(state, file.with_suffix(".part"))
    os.replace(file.with_suffix(".part"), file)


def keep_epoch(state: dict[str, Any], folder: Path, event: dict[str, Any]) -> None:
    """Write an epoch's checkpoint; where it has no room, no best weights go ahead."""
    names = [f"checkpoint-{event['fold']}", "checkpoint"] if FOLDED else ["checkpoint"]
    if BEST:  # noqa: SIM102 - a program holds the inner one alone
        if event["best"] == event["epoch"]:
            names.insert(0, f"best-{event['fold']}" if FOLDED else "best")
    for name in names:
        torch.save(state, folder / f"{name}.part")
    for name in names:  # the checkpoint last: what it tells of is there
        os.replace(folder / f"{name}.part", folder / f"{name}.pt")


def accompany(options: argparse.Namespace) -> None:
    """Train beside the first process, which alone tells and keeps."""
    for _ in with_others(prepare(options)):
        pass
    leave_others()


def main() -> None:
    """Train, print a line an epoch, and keep what a run folder was asked to keep."""
    options = options_from()
    if FILES:
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
    if DISTRIBUTED:  # noqa: SIM102 - a program holds the inner one alone
        if os.environ.get("RANK", "0") != "0":
            accompany(options)
            return
    run = prepare(options)
    waiting, written = list[dict[str, Any]](), 0.0
    for event in with_others(run) if DISTRIBUTED else run:
        if event["event"] == "epoch":
            print(line(event), flush=True)
        if FOLDED:
            if event["event"] == "finished":
                print(folds_line(event), flush=True)
        else:
            if TEST:  # noqa: SIM102 - a program holds the inner one alone
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
                if KEPT:
                    keep_epoch({"script": script, **run.state()}, folder, event)
                else:
                    save({"script": script, **run.state()}, folder / "checkpoint.pt")
    if DISTRIBUTED:
        leave_others()


if __name__ == "__main__":
    main()
