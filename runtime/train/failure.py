"""What a failure of a run means, in one sentence, where torch's own words are about something else."""

import re
import traceback
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from errno import ENOSPC
from pathlib import PurePath
from typing import Any

from runtime.train.short import BY_SYSTEM, OUTSIDE

UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")
NO_MEMORY = re.compile(
    r"out of memory|can't allocate memory|not enough memory|Unable to allocate|alloc of size \d+ failed", re.IGNORECASE
)
AMOUNT = re.compile(r"(?:tried to|unable to) allocate ([\d.]+) ?(bytes|[KMGTPE]i?B)", re.IGNORECASE)
OTHER_GRAPH = "the checkpoint is of another graph: "
SHAPE = re.compile(r"size mismatch for ([\w.]+)")
WEIGHTS = re.compile(r'(Missing|Unexpected) key\(s\) in state_dict: "([\w.]+)"')
LABEL = re.compile(r"Target (-?\d+) is out of bounds")
KILLED = re.compile(
    r"DataLoader worker \(pid(?:\(s\))? ([\d, ]+)\) (?:is killed by signal: ([\w ]+)|exited unexpectedly)"
)
DEAD = "a worker that reads samples"
SHORT = ", most often because memory is short"  # where nobody knows
WAY = "Set num_workers lower, or to 0 to see what fails, and go on from the checkpoint"
ENDED = re.compile(r"the data ended after \d+ of \d+ batches.*")
PICTURE = re.compile(r"(cannot be decoded: |is not a picture that |too large to be decoded: ).*\(row \d+ of the data")
GAP = re.compile(r": (?:None|nan|'(?i:|na|n/a|nan|null|none|\?)') in '.*' cannot be read as number; ")  # of tables
SKIPPING = ("data.Pictures", "data.Table")  # node types that may leave out pictures
IN_MEMORY = ("data.Lines", "data.Table")  # node types whose rows may lie in a file instead
NO_DEVICE = re.compile(r"device type at start of device string: (\w+)")
WAITED = re.compile(r"DataLoader timed out after ([\d.]+) seconds")


def in_words(error: BaseException, node: str | None, about: Mapping[str, Any] | None = None) -> str | None:
    """One sentence about an error at a node's line, or None where torch's own words serve; `about` is what it is."""
    text = str(error)
    if out_of_memory(error):
        found = AMOUNT.search(text)
        needs = f": it needs {_amount(*found.groups())} more" if found else ""
        if about and about["type"] in IN_MEMORY and about.get("parameters", {}).get("in_memory", True):
            return f"out of memory{needs}. Turn off in_memory: its rows then lie in a file."
        what = "it" if node else "the model"
        return f"out of memory{needs}. Make {what} or batch_size smaller; accumulate makes up for it."
    if isinstance(error, FileNotFoundError) and error.filename and node:
        otherwise = f"or choose another in {node}" if _names(str(error.filename), about) else "and run again"
        return f"There is no file {error.filename}. Put it back, {otherwise}."
    if isinstance(error, OSError) and error.errno == ENOSPC:
        todo = "make room, or let the environment variable TMPDIR name a folder with more"
        return f"large data is kept in a file while it is trained on, and the disk is full: {todo}."
    if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError):
        return "its file is cut off or damaged."
    if text == "generator raised StopIteration":  # which is how Python tells it of the loop that asks for batches
        return "it raised StopIteration. An own function ends with return, not with next() of what is used up."
    if "No working C++ compiler" in text:
        return "torch.compile needs a C++ compiler, and there is none here: install g++ or clang, or turn compile off."
    if unknown := NO_DEVICE.search(text):
        return f"there is no device called {unknown[1]}: it can be auto, cpu, cuda, cuda:1, mps or xpu."
    if "invalid device ordinal" in text:
        return "the device that is asked for is not here: they are counted from 0, and there are fewer."
    if "allow_pickle" in text:
        return "its file holds Python objects, which could run code, or is none of numpy's."
    if text.startswith("Weights only load failed"):
        return "the file of its weights holds Python objects, which could run code: save the model's state_dict()."
    if text.startswith("Error(s) in loading state_dict"):
        return _other_weights(text)
    if label := LABEL.search(text):
        return _label(label[1], _classes(error))
    if "index out of range in self" in text:
        return "a number that comes in is below 0, or not below num_embeddings."
    return None


def _names(file: str, about: Mapping[str, Any] | None) -> bool:
    """Whether a parameter of a node is the path of a file, which may begin elsewhere; the last part is the same."""
    given = (about or {}).get("parameters", {}).values()
    return any(isinstance(each, str) and PurePath(each).name == PurePath(file).name for each in given)


def _label(label: str, classes: int) -> str:
    """A label for which there is no score; 0 classes where nobody knows how many scores a row has."""
    few = "classes are counted from 0" if label.startswith("-") else "there are fewer classes"
    return f"a label of {label} does not fit the scores{f' of {classes} classes' if classes else ''}: {few}."


def _classes(error: BaseException) -> int:
    """How many scores a row has where a loss refuses a label; 0 where that is not seen."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    shape = tuple(getattr(frames[-1].f_locals.get("input"), "shape", ())) if frames else ()
    return int(shape[1] if len(shape) > 1 else shape[0] if shape else 0)


def out_of_memory(error: BaseException) -> bool:
    """Whether there was no room for what was to be computed, on the processor or elsewhere."""
    told = NO_MEMORY.search(str(error)) or type(error).__name__ == "OutOfMemoryError"
    return isinstance(error, MemoryError) or bool(told)


def of_loader(error: BaseException, short: bool | None = None) -> str | None:
    """One sentence about batches that did not come, which Collate makes or has made; None for other errors.

    `short` is whether the system has ended processes for want of memory; None where nobody knows.
    """
    text = " ".join(reversed([*_chain(error)]))  # torch says twice that a worker died, the first time how
    if waited := WAITED.search(text):
        longer = "set timeout higher, or look at what reads a sample"
        return f"no batch came from a worker within {float(waited[1]):g} s: {longer}."
    if ended := ENDED.search(str(error)):
        return f"{ended[0]}. An own function ends with return, not with next() of what is used up."
    if died := KILLED.search(text):
        return _dead((died[2] or "").strip(), short)
    loading = any(frame.filename.endswith("dataloader.py") for frame in traceback.extract_tb(error.__traceback__))
    if loading and isinstance(error, ConnectionError | EOFError):  # it died while it handed over a batch
        return _dead("", short)
    return None


def _dead(signal: str, short: bool | None) -> str:
    """How a worker ended, and what to do; no signal where nobody knows by which."""
    how = f"{DEAD} was ended by the signal {signal}" if signal else f"{DEAD} ended without a word"
    if short is False and signal == "Killed":
        return f"{how}{OUTSIDE}. Run again, or go on from the checkpoint."
    why = {True: BY_SYSTEM, None: SHORT, False: ""}[short] if signal in ("", "Killed") else ""
    return f"{how}{why}. {WAY}."


def _chain(error: BaseException | None) -> Iterator[str]:
    """What errors say, each with its notes and the one in whose midst it came up behind it."""
    while error is not None:
        yield from (str(error), *getattr(error, "__notes__", ()))
        error = error.__cause__ or error.__context__


def advised(said: str, types: Iterable[str]) -> str:
    """What an error says, and what to do where it is about one file of many; `types` are those in the graph."""
    if GAP.search(said):
        return f"{said}, or keep it (missing: keep) for transform.Impute to fill."
    if not PICTURE.search(said):
        return said
    able = [type for type in SKIPPING if type in types]
    skip = f", or let bad_files of {' or '.join(able)} skip such files" if able else ""
    return f"{said}. Replace it or take it away{skip}."


def at_restoring(error: BaseException) -> str | None:
    """One sentence about an error while the optimizers of a checkpoint are taken over."""
    if isinstance(error, KeyError):
        return f"{OTHER_GRAPH}it has no optimizer {error.args[0]}."
    if isinstance(error, ValueError) and "loaded state dict" in str(error):
        return f"{OTHER_GRAPH}its optimizers change other weights."
    return None


def _other_weights(text: str) -> str:
    """Which weights of a checkpoint do not fit the model."""
    if found := SHAPE.search(text):
        return f"{OTHER_GRAPH}{found[1]} has another shape."
    keys = WEIGHTS.search(text)
    if keys is None:
        return f"{OTHER_GRAPH}its weights do not fit."
    return f"{OTHER_GRAPH}{'it lacks' if keys[1] == 'Missing' else 'it has'} {keys[2]}."


def _amount(number: str, unit: str) -> str:
    """Bytes in a unit that a person can read; other units as they are."""
    if unit.lower() != "bytes":
        return f"{number} {unit}"
    size, at = float(number), 0
    while size >= 1000 and at < len(UNITS) - 1:
        size, at = size / 1000, at + 1
    return f"{size:.3g} {UNITS[at]}"
