"""A SIGKILL at any moment: no edit that was kept is lost, nor a step of its history, and no file is torn."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from PySide6.QtWidgets import QApplication

from runtime.graph.file import dump, load
from runtime.graph.journal import Kept, lost
from runtime.places import journals_folder
from tests.conftest import redirect_user_folders
from tests.editor.random.dice import numbers
from tests.editor.random.episode import states
from tests.editor.random.killed import AHEAD, ALL, begun, saving
from tests.editor.random.player import Player

ROOT = Path(__file__).parents[3]
PART, ALWAYS = 4, 1  # kills in a part, parts that always run; 300 of both kinds in the soak
PARTS = [pytest.param(part, marks=() if part < ALWAYS else pytest.mark.soak) for part in range(75)]


class Killer:
    """Kills one process after the other while it works."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.editor.random.killed"]
        self.server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def kill(self, seed: int, home: Path, folder: Path, saving: bool) -> int:
        """Let somebody work for a while that the seed says, and kill; the last operation that was done for good."""
        order = {"seed": seed, "home": str(home), "folder": str(folder), "saving": saving}
        assert self.server.stdin and self.server.stdout
        print(json.dumps(order), file=self.server.stdin, flush=True)
        after, at = Random(seed).randrange(0, 60 if saving else 200), 0
        process = int(self.server.stdout.readline().split()[1])
        while at < after:
            at = int(self.server.stdout.readline().split()[1])
        os.kill(process, signal.SIGKILL)
        while (line := self.server.stdout.readline()) != "ended\n":
            at = int(line.split()[1])
        return at


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    """The same for all: what the processes load takes a second."""
    made = Killer()
    yield made
    made.server.communicate()


def files(folder: Path) -> dict[str, str]:
    """What the files of a folder hold, but for what a save had only begun."""
    found = (file for file in folder.glob("*/*") if file.suffix != ".part")
    return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in found}


def is_left(player: Player, kept: Kept | None) -> bool:
    """Whether this is what the journal, or that there is none, tells of the document."""
    document, history = player.document, player.document.history
    if kept is None:
        return not document.unsaved
    where = (history.index(), history.count(), dump(document.graph))
    if not document.unsaved or where != (kept.index, len(kept.steps) - 1, dump(kept.steps[kept.index][1])):
        return False
    return [(text, dump(graph)) for text, graph in kept.steps[1:]] == states(document)[1:]


@pytest.mark.parametrize("part", PARTS)
def test_that_a_kill_while_editing_loses_nothing_that_was_kept(
    qapp: QApplication, killer: Killer, tmp_path: Path, part: int
) -> None:
    del qapp
    for seed in range(part * PART, (part + 1) * PART):
        home, folder, there = tmp_path / f"home{seed}", tmp_path / f"work{seed}", tmp_path / f"killed{seed}"
        last = killer.kill(seed, home, folder, saving=False)
        with pytest.MonkeyPatch.context() as patch:
            redirect_user_folders(patch, home)
            offers = list(lost(journals_folder()))
        folder.rename(there)
        kept = offers[0].kept if offers else None
        player, left, versions, seen = begun(seed, folder), False, list[dict[str, str]](), list[tuple[object, ...]]()
        for at, number in enumerate(numbers(seed, ALL)[: last + 2 * AHEAD + 1]):  # done, and what was on its way
            if at >= last:
                left = left or is_left(player, kept)
                history = player.document.history
                seen.append((at, player.document.unsaved, history.index(), history.count()))
                versions.append(files(folder))
            player.play(number)
        assert left, f"seed {seed}, killed after {last}: {kept and (kept.index, len(kept.steps) - 1)} is none of {seen}"
        for name, text in files(there).items():
            assert text in [each.get(name) for each in versions], f"seed {seed}, killed after {last}: {name}"
        assert files(there).keys() >= versions[0].keys()
        assert len(offers) < 2
        for offer in offers:
            offer.end()


@pytest.mark.parametrize("part", PARTS)
def test_that_a_kill_while_saving_leaves_the_old_file_or_the_new_one(
    qapp: QApplication, killer: Killer, tmp_path: Path, part: int
) -> None:
    del qapp
    for seed in range(1000 + part * PART, 1000 + (part + 1) * PART):
        folder, there = tmp_path / f"work{seed}", tmp_path / f"killed{seed}"
        last = killer.kill(seed, tmp_path / f"home{seed}", folder, saving=True)
        folder.rename(there)
        found = (there / "a/0.json").read_bytes()
        player = begun(seed, folder)
        if last:
            saving(player, last)
        wanted = [dump(player.document.graph)]
        saving(player, last + 1)
        wanted.append(dump(player.document.graph))
        assert found.decode() in wanted, f"seed {seed}, killed after {last}"
        assert load(found)
