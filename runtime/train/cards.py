"""Cards of files of weights: made by a look in a process of its own, and kept in the user's cache until a file changes.

A look may need torch and seconds; whoever has a window asks from a thread.
"""

import hashlib
import json
import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from runtime.check.card import Card, card
from runtime.graph.model import Graph
from runtime.graph.save import write_whole
from runtime.graph.weights import sources
from runtime.places import cards_folder
from runtime.started import command, environment

PATIENCE = 120  # seconds; a checkpoint may lie on a slow disk


def cards_of(graph: Graph, folder: Path) -> dict[str, Card]:
    """A card for each file of weights that a graph in `folder` names and that is there, by the path in the graph."""
    paths = dict.fromkeys(source.path for source in sources(graph).values())
    return {path: card_of(folder / path) for path in paths if os.path.isfile(folder / path)}


def card_of(file: Path) -> Card:
    """The card of a file: the one that is kept, if the file is still the same, or a new one."""
    try:
        found = file.resolve().stat()
        whole = str(file.resolve())
        stamp = [whole, found.st_size, found.st_mtime_ns]
    except OSError as error:
        return Card(problem=f"{file.name} cannot be read: {error.strerror}")
    place = cards_folder() / f"{hashlib.sha256(whole.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"
    kept = _kept(place)
    if kept.get("stamp") == stamp and (known := card(kept.get("look"))):
        return known
    looked = _look(file)
    made = card(looked)
    if made is None:
        return Card(problem=f"{file.name} cannot be read: looking at it ended without an answer")
    with suppress(OSError):  # then the next one looks again
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, json.dumps({"stamp": stamp, "look": looked}).encode())
    return made


def _kept(place: Path) -> dict[str, Any]:
    try:
        found = json.loads(place.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _look(file: Path) -> Any:
    """What the process prints; None where it says nothing of use."""
    line = command("runtime.train.tensors", str(file.resolve()))
    try:
        done = subprocess.run(line, env=environment(), capture_output=True, timeout=PATIENCE, check=False)
        return json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
