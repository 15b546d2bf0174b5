"""The process that trains: imports torch, says so, waits for a run folder on standard input, and runs its program."""

import faulthandler
import importlib.util
import json
import multiprocessing
import os
import re
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import closing, suppress
from math import inf
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from runtime.train import about, joined, launch, room
from runtime.train.about import carrying
from runtime.train.at_work import OUTPUT, memory_short, take
from runtime.train.best import begin_anew
from runtime.train.cache import described, entries, trim
from runtime.train.changed import changed
from runtime.train.control import FILE, PAUSE, STOP, asked, wait
from runtime.train.deaths import deaths
from runtime.train.events import FILE as TOLD
from runtime.train.events import Events
from runtime.train.failure import advised, at_restoring, in_words, of_loader, out_of_memory
from runtime.train.gives import Otherwise, examine, kept
from runtime.train.keeping import Keeping, NotKept, nothing_left
from runtime.train.pieces.line import as_json
from runtime.train.predictable import OF_FOLD
from runtime.train.restored import resumed
from runtime.train.samples import look
from runtime.train.standing import answer
from runtime.train.warned import node_at, warned
from runtime.train.written import Written, import_from

if TYPE_CHECKING:
    from runtime.train.gauges import Gauges
    from runtime.train.told import Told

BRIEF = 0.3  # seconds that a run which was asked to stop may take to predict
TAKEN = 75  # the exit code where another process trains in the folder
ROW = re.compile(r"\(row \d+ of the data, counted from 0\)")  # what programs add to an error about one sample


def work(folder: Path, arguments: list[str], told: "Told | None" = None) -> int:
    """Run the program of a run folder; every outcome is an event."""
    from runtime.train.gauges import Gauges  # imports torch
    from runtime.train.told import Told

    with closing(told or Told(folder)) as told, closing(Gauges()) as gauges:
        try:
            for node, change in changed(folder):
                told.warn(node, change)
            program = imported(folder / "program.py")  # and with it the parts of torch that it needs
            told.write({"event": "stage", "stage": "reading data"})
            examine(program, folder)
            with warned(folder, told.warn), deaths():
                train(program, folder, arguments, told, gauges)
        except Otherwise as error:
            told.fail(error.node, str(error), **error.more)
            return 1
        except (Exception, SystemExit) as error:
            with suppress(OSError):  # a disk that is full has no room for it
                traceback.print_exc()
            told.fail(*explained(error, folder))
            return 1
    return 0


def imported(file: Path) -> ModuleType:
    """The program as a module called `program`, so that loader workers find it by name."""
    import_from([str(file.parent), *kept(file.parent)["roots"]])
    spec = importlib.util.spec_from_file_location("program", file, loader=Written("program", str(file)))
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot read {file}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["program"] = module
    spec.loader.exec_module(module)
    return module


def train(program: ModuleType, folder: Path, arguments: list[str], told: "Told", gauges: "Gauges") -> None:
    """Iterate over the run: write each event, keep weights after each epoch, stop when the control file says so."""
    from runtime.train.device import chosen
    from runtime.train.not_finite import Guard

    options = program.options_from(arguments)
    reason = chosen()["reason"] if options.device == "auto" else "asked for"
    room.look(folder, options.device if options.device != "auto" else chosen()["device"], told)
    about.complete(folder, options)
    used = {each.file: each.used for each in entries()}
    before: Path | None = options.resume
    run = prepared(program, options, folder)
    if getattr(options, "cache", None):
        _tell_cached(used, told)
        trim()
    if before and finished(before):
        refuse_nothing(run, folder)
    keeping, control, paused = Keeping(run, folder, told, before), folder / FILE, 0.0
    events = getattr(program, "with_others", iter)(run)  # the processes that train together
    try:
        for event in Guard(run, folder, told.write, keeping.wants).of(events):
            kind = event["event"]
            if kind == "step":
                gauges.add(event, run.device)
            elif kind == "started":
                _hold_data(run, folder, told)
                event |= {"reason": reason, "watched": about.read(folder).get("watched")}
                run.state = carrying(run.state, folder)  # of each fold anew
                gauges.listen(run)
            elif kind == "finished" and keeping.behind:
                keeping.keep()  # whoever reads `finished` may end us: nothing is left to do
            if paused and "seconds" in event:
                event["seconds"] -= paused
            if kind in ("epoch", "finished"):
                _predict_after(event, run, folder, told)
            written = told.write(event)
            if not written and kind != "epoch":
                continue  # all that follows would cost a tenth of a small step, of which there are thousands a second
            keeping.after(event)
            if written and not run.stopped and kind != "finished":
                if hint := gauges.look():
                    told.warn(None, hint)
                if (word := asked(control)) == PAUSE:
                    paused += stand_still(control, keeping)
                    word = asked(control)
                run.stopped = word == STOP
    except Exception:
        with suppress(NotKept):  # the disk may be full
            keeping.keep_best()  # which nothing makes again where the next run is another one
        raise


def prepared(program: ModuleType, options: Any, folder: Path) -> Any:
    """The run of a program, ready to train: anew, or on from a checkpoint."""
    before = options.resume
    run = resumed(program, options, folder)
    if before:
        begin_anew(run, before, folder)
    return run


def _tell_cached(used: Mapping[Path, float], told: "Told") -> None:
    """Which entries of the cache were used since."""
    if read := [each for each in entries() if used.get(each.file, each.used) != each.used]:
        told.write({"event": "stage", "stage": f"prepared data taken from the cache: {described(read)}"})


def _hold_data(run: Any, folder: Path, told: "Told") -> None:
    """Against what the graph says of it: samples now, the first batch when it comes."""
    for node, message in look(run, folder):
        told.warn(node, message)
    joined.watch(run, folder)


def _predict_after(event: dict[str, Any], run: Any, folder: Path, told: "Told") -> None:
    """Keep what the model predicts when a run or a fold has come to its end; no run fails for it.

    One that was stopped predicts where that takes no time.
    """
    fold, ended = getattr(run.options, "fold", 0), event["event"] == "finished"
    if not fold and not ended:
        return
    from runtime.train.predicted import predict, put_together

    loaded = any(hasattr(each, "loader") for each in getattr(run, "batches", {}).values())
    try:
        if fold and ended:
            put_together(folder)
        elif fold:
            if nothing_left(run, folder):
                predict(run, folder, OF_FOLD.format(fold), within=inf)  # nobody comes back to it
        elif not run.stopped:
            predict(run, folder)
        elif not loaded and event["seconds"] < BRIEF * run.step:  # a batch cannot be broken off
            predict(run, folder, within=BRIEF)
    except Exception as error:
        traceback.print_exc()
        told.warn(None, f"What the model predicts could not be kept. {sentence(error)}")


def refuse_nothing(run: Any, folder: Path) -> None:
    """Say why a run that has finished has nothing left to train. Raises SystemExit."""
    if why := nothing_left(run, folder):
        raise SystemExit(f"nothing left to train: {why}")


def finished(folder: Path) -> bool:
    """Whether a run came to its end. One that was killed just before has no epoch left, but an end to be told."""
    told = Events(folder, without_steps=True)
    return any(event["event"] == "finished" and not event.get("stopped") for event in told)


def stand_still(control: Path, keeping: Keeping) -> float:
    """Wait until the run is asked for something else; returns the seconds. What has been done is kept."""
    begin = time.perf_counter()
    keeping.keep_checkpoint()
    keeping.told.write({"event": "paused"})
    wait(control, control.with_name(TOLD))
    keeping.told.write({"event": "unpaused"})
    return time.perf_counter() - begin


def explained(error: BaseException, folder: Path) -> tuple[str | None, str]:
    """The node on whose line the program failed, and one sentence."""
    if isinstance(error, NotKept):
        return None, str(error)
    lines = json.loads((folder / "lines.json").read_text(encoding="utf-8"))
    whole = [each for one in (error, error.__cause__) if one for each in traceback.extract_tb(one.__traceback__)]
    frames = [frame for frame in whole if frame.filename.endswith("program.py")]
    if frames and frames[-1].name == "restore" and (told := at_restoring(error)):
        return None, told
    numbers = [frame.lineno or 0 for frame in frames]
    if died := of_loader(error, memory_short(folder)):  # told in the middle of whatever was being done
        return _loader(folder), died
    text = str(error)
    if frames and frames[-1].name == "take_weights" and (named := text.partition(".")[0].partition(" ")[0]) in lines:
        return named, sentence(error)
    numbers += [int(found) for found in re.findall(r'program\.py", line (\d+)', text)]  # of a loader's worker
    node = node_at(numbers, folder)
    if node is None and out_of_memory(error) and any(map(_backward, whole)):  # which has no node
        node = room.largest(folder)
    files = re.findall(r'File "(.+?)", line \d+', text) or [frame.filename for frame in whole]
    said = sentence(error)
    if files and files[-1].endswith("program.py"):  # what it says is a sentence already
        said = said.removeprefix("ValueError: ")
    nodes = _nodes(folder)
    types = [each["type"] for each in nodes.values()]
    return node, in_words(error, node, nodes.get(node or "")) or advised(said, types)


def _backward(frame: traceback.FrameSummary) -> bool:
    """Whether a backward pass was made there; what comes after it, as in an optimizer, is of no node."""
    return frame.name == "backward" or Path(frame.filename).parts[-3:-1] == ("torch", "autograd")


def _loader(folder: Path) -> str | None:
    """The Collate of a run's graph."""
    return next((id for id, node in _nodes(folder).items() if node["type"] == "Collate"), None)


def _nodes(folder: Path) -> dict[str, Any]:
    """The nodes of a run's graph as its file has them."""
    nodes: dict[str, Any] = json.loads((folder / "graph.json").read_text(encoding="utf-8"))["nodes"]
    return nodes


def sentence(error: BaseException) -> str:
    """What an error says, in one line; that of a loader's worker is the last line of its traceback."""
    if isinstance(error, FileNotFoundError) and error.filename:
        return f"There is no file {error.filename}."
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename} cannot be read: {error.strerror}."
    if isinstance(error, SystemExit) and isinstance(error.code, str):
        return error.code
    told = [line.strip() for line in str(error).splitlines() if line.strip()]
    name = type(error).__name__
    if not told:
        return name
    notes = [note for note in getattr(error, "__notes__", ()) if ROW.fullmatch(note)]
    if "Traceback (most recent call last)" in str(error):
        notes = [line for line in told[-1:] if ROW.fullmatch(line)]
        told = told[-2:-1] if notes else told[-1:]
    said = " ".join([*(told[:2] if told[0].endswith(":") else told[:1]), *notes])
    return said if re.match(r"\w+(Error|Exception): ", said) else f"{name}: {said}"


def main() -> int:
    """Wait for one line ``{"folder": ..., "arguments": [...], "nice": ...}`` and do it; without one end."""
    try:
        from runtime.train.device import chosen  # imports torch, the wait for which is why this process exists

        known, broken = chosen(), None
    except (ImportError, OSError) as error:  # a torch that is not there, or whose libraries are not
        message = f"torch cannot be imported. {sentence(error)}"
        known, broken = None, {"event": "failed", "node": None, "message": message}
    with suppress(BrokenPipeError):  # whoever started us may have gone; a run that was ordered goes on
        print(json.dumps(known), flush=True)
    line = sys.stdin.readline()
    if not line.strip():
        return 0
    order = json.loads(line)
    folder = Path(order["folder"])
    output = os.open(folder / OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if broken:
        with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(as_json(broken) + "\n")
        return 1
    faulthandler.enable()
    answer(folder)
    if not take(folder):
        return TAKEN
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # in loader workers, which import the program in the usual way
    if hasattr(os, "nice"):
        os.nice(order["nice"])
    if machines := launch.kept(folder):
        return launch.work(folder, order["arguments"], machines)
    return work(folder, order["arguments"])


def leave(code: int) -> NoReturn:
    """End at once: all is written, and what torch takes down at length is of no use to anybody."""
    for child in multiprocessing.active_children():
        child.kill()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main())
