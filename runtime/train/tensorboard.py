"""The curves of runs for TensorBoard, an extra: ``python -m runtime.train.tensorboard RUN...`` writes RUN/tensorboard.

Nothing of it is in the loop: it reads the events that every run keeps.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from shutil import which
from typing import Any

from runtime.shell import typed
from runtime.train.events import FILE, Events
from runtime.train.runs import begun

FOLDER = "tensorboard"
MISSING = "TensorBoard files need the package tensorboard: pip install 'torchweave[tensorboard]'."
SIDES = ("train", "validation", "test")
COUNTS = ("step", "epoch", "fold", "samples", "seconds")  # what no curve is drawn of
Point = tuple[str, float, int, float]  # name, value, step, seconds since the run began


class NotWritten(Exception):
    """Why it cannot be done, in one sentence."""


def write(run: Path) -> int:
    """Write the curves of a run, in place of those written before; returns how many points there are.

    Raises NotWritten, and OSError where the folder cannot be written.
    """
    graph = run / "graph.json"
    if not (run / FILE).is_file():
        raise NotWritten(f"{run} holds no events of a run.")
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise NotWritten(MISSING) from None
    for old in (run / FOLDER).glob("events.out.tfevents*"):
        old.unlink()
    count, start = 0, begun(run)
    with closing(SummaryWriter(str(run / FOLDER))) as writer:
        if graph.is_file():
            writer.add_text("graph", f"```\n{graph.read_text(encoding='utf-8')}\n```")
        for name, value, step, seconds in points(run):
            writer.add_scalar(name, value, step, walltime=start + seconds)
            count += 1
    return count


def points(run: Path) -> Iterator[Point]:
    """Each point of each curve: the figures of steps, of epochs those of each side, of folds each for itself."""
    step, seconds, by_step = 0, 0.0, set[str]()
    for event in Events(run):
        told = event.get("lr")
        rates = {f"lr/{name}": each for name, each in told.items()} if isinstance(told, dict) else {}
        if event["event"] == "step":
            step, seconds = int(event.get("step", step + 1)), float(event.get("seconds", seconds))
            found = {f"{name}/step": each for name, each in event.items() if name not in COUNTS} | rates
            by_step |= rates.keys()
        elif event["event"] == "epoch":
            found = _sides(event) | {name: each for name, each in rates.items() if name not in by_step}
        else:
            continue
        within = f"fold {event['fold']}/" if "fold" in event else ""
        yield from ((within + name, float(each), step, seconds) for name, each in found.items() if _is(each))


def _sides(event: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}/{side}": each for side in SIDES for name, each in (event.get(side) or {}).items()}


def _is(value: Any) -> bool:
    """Numbers that are not finite are written too: TensorBoard marks them."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shows(runs: Sequence[Path]) -> str:
    """The command that shows what was written of these runs, beside that of others in the folder where they lie."""
    words = ["tensorboard"] if which("tensorboard") else [sys.executable, "-m", "tensorboard.main"]
    folders = dict.fromkeys(run.parent for run in runs)
    several = ",".join(f"{each.name}:{each}" for each in folders)
    words += ["--logdir", str(runs[0].parent)] if len(folders) == 1 else ["--logdir_spec", several]
    return typed(*words)


def main(arguments: list[str]) -> int:
    """Write, and say how it went."""
    runs, count = [Path(each).resolve() for each in arguments], 0
    for run in runs:
        try:
            count += write(run)
        except NotWritten as error:
            print(error, file=sys.stderr)
            return 1
        except OSError as error:
            print(f"{run / FOLDER} cannot be written: {error.strerror or error}.", file=sys.stderr)
            return 1
    where = str(runs[0] / FOLDER) if len(runs) == 1 else f"the folders of {len(runs)} runs"
    print(f"{count:,} values are in {where}; to see them: {shows(runs)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
