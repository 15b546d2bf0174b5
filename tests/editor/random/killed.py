"""Processes in which somebody edits or saves until a SIGKILL: ``python -m tests.editor.random.killed``.

Each line of its input is an order; for each of them it starts a process that has everything loaded already. That
tells its number, and then of each operation that it is done for good: in the journal, or in the file.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from editor.document.document import Document
from editor.document.journal import EditJournal
from runtime.graph.save import stamped
from runtime.spec.catalogue import catalogue
from tests.conftest import redirect_user_folders
from tests.editor.random.dice import numbers
from tests.editor.random.episode import beginning
from tests.editor.random.player import Player

ALL = 1_000  # operations; then it waits for its end
AHEAD = 4  # operations that the hand may be ahead of the journal


def begun(seed: int, folder: Path) -> Player:
    """A document with a file, as both the process and who replays it begin."""
    document = Document()
    folder.mkdir()
    graph, text = beginning(seed)
    (folder / "a").mkdir()
    path = folder / "a/0.json"
    path.write_text(text, encoding="utf-8")
    document.open(graph, path)
    return Player(document, folder)


def saving(player: Player, at: int) -> None:
    """An edit, and the file written."""
    player.document.do([("run", "epochs", at), ("run", "text", "long " * (at % 9000))], "edit")
    assert player.document.path
    player.document.save(player.document.path)


def work(order: dict[str, Any]) -> None:
    """Edit, or save, and say so after each time."""
    app = QCoreApplication([])
    redirect_user_folders(pytest.MonkeyPatch(), Path(order["home"]))
    player = begun(order["seed"], Path(order["folder"]))
    journal = EditJournal(player.document)
    journal.about = lambda: {"stamp": stamped(player.document.path) if player.document.path else None}
    print("process", os.getpid(), flush=True)
    for at, number in enumerate(numbers(order["seed"], ALL), start=1):
        if order["saving"]:
            saving(player, at)
            print("done", at, flush=True)
            continue
        player.play(number)
        journal.then(partial(print, "done", at, flush=True))
        if at % AHEAD == 0:
            settled = Event()
            journal.then(settled.set)
            settled.wait()
    app.exec()


def main() -> None:
    """Take orders."""
    catalogue()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(json.loads(line))
            os._exit(0)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
