"""Several processes that train together: how many a run has and where, and torchrun, which starts and watches them.

`launch.json` in a run folder says so; `work` runs in the process that was asked to train, which then only watches.
"""

import json
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from runtime.graph.save import write_whole
from runtime.started import command
from runtime.train.at_work import memory_short
from runtime.train.died import signal_name
from runtime.train.short import OUTSIDE, WHY

FILE = "launch.json"
FAILED = "failed-{}.json"  # what a process left that failed, by its number


def keep(processes: int, machines: Mapping[str, Any], folder: Path) -> None:
    """Write into the folder of a run how many processes it has, on each of its machines as many."""
    (folder / FILE).unlink(missing_ok=True)
    if processes > 1:
        about = {"processes": processes // int(machines["machines"]), **machines}
        (folder / FILE).write_text(json.dumps(about), encoding="utf-8")


def kept(folder: Path) -> dict[str, Any] | None:
    """What `keep` wrote; None for a run of one process."""
    if not (folder / FILE).exists():
        return None
    found: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return found


def torchrun(about: Mapping[str, Any]) -> list[str]:
    """The options of torchrun."""
    each = f"--nproc-per-node={about['processes']}"
    if about["machines"] == 1:
        return [each, "--standalone", "--local-addr=localhost"]
    where = [f"--nnodes={about['machines']}", f"--node-rank={about['machine']}", f"--rdzv-endpoint={about['endpoint']}"]
    return [each, *where]


def work(folder: Path, arguments: list[str], about: Mapping[str, Any]) -> int:
    """Train with several processes until all have ended; what made one of them fail is told as an event."""
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.run import parse_args, run

    for left in folder.glob(FAILED.format("*")):
        left.unlink()
    line = command("runtime.train.rank", str(os.getpid()), str(folder), *arguments)
    try:
        run(parse_args([*torchrun(about), "--no-python", *line]))
    except ChildFailedError as error:
        ended = {rank: failure.exitcode for rank, failure in error.failures.items()}
        _tell(folder, why(folder, ended, about))
        return 1
    except Exception as error:  # torch's own, of machines that do not find each other, and of signals
        told = (str(error).splitlines() or [type(error).__name__])[0]
        _tell(folder, {"event": "failed", "node": None, "message": f"The processes could not train together: {told}"})
        return 1
    if about["machine"]:  # whoever follows here hears nothing of the first process
        _tell(folder, {"event": "finished", "stopped": False})
    return 0


def note(folder: Path, rank: int, node: str | None, message: str, **more: Any) -> None:
    """Leave word of why a process failed, for the one that watches."""
    file = folder / FAILED.format(rank)
    told = {"node": node, "message": message, **more, "time": time.time()}
    write_whole(file, json.dumps(told).encode())


def why(folder: Path, ended: Mapping[int, int], about: Mapping[str, Any]) -> dict[str, Any]:
    """The event of a run of which a process has failed: what it said itself, or how the system ended it.

    `ended` are the exit codes by the numbers of the processes. That others lost it is no reason.
    """
    said = [*_notes(folder)]
    first = min((each for each in said if not lost(each["message"])), key=lambda each: each["time"], default=None)
    if first is not None:
        return {"event": "failed", **{key: value for key, value in first.items() if key != "time"}}
    total = about["processes"] * about["machines"]
    killed = [rank for rank, code in ended.items() if code < 0 and code != -signal.SIGTERM]
    if killed or not said:
        rank = min(killed or ended)
        who, how = f"Process {rank + 1} of {total}", _how(ended[rank], folder)
    else:  # all that is known is that others lost it
        who, how = f"One of {total} processes", f"was lost{' on another machine' if about['machines'] > 1 else ''}"
    last = (folder / "checkpoint.pt").resolve()
    rest = f"The last checkpoint is kept in {last.parent}. Go on from it" if last.exists() else "Run again"
    short = any(each in how for each in WHY.values() if each != OUTSIDE)
    todo = f"{rest}, with fewer processes or a smaller batch." if short else f"{rest}."
    return {"event": "failed", "node": None, "message": f"{who} {how}; the others were ended too. {todo}"}


def _notes(folder: Path) -> Iterator[dict[str, Any]]:
    """What the processes have left; one that was ended over it may have left something that cannot be read."""
    for file in folder.glob(FAILED.format("*")):
        with suppress(OSError, ValueError):
            yield json.loads(file.read_text(encoding="utf-8"))


def lost(message: str) -> bool:
    """Whether a process only says that it lost another one."""
    words = ("gloo", "NCCL", "XCCL", "DistBackendError", "DistStoreError", "DistNetworkError")
    return any(word in message for word in words)


def _how(code: int, folder: Path) -> str:
    """How a process ended that said nothing itself."""
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was ended by {signal_name(-code)}{WHY[memory_short(folder)] if code == -signal.SIGKILL else ''}"


def _tell(folder: Path, event: Mapping[str, Any]) -> None:
    """Add the last event of a run, on a line of its own: a process that died may have torn the one before."""
    with suppress(OSError), (folder / "events.jsonl").open("a+b") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
        whole = file.read(1) in (b"", b"\n")
        file.write((b"" if whole else b"\n") + json.dumps(event).encode() + b"\n")
