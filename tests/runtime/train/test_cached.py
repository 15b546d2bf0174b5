"""What took long to prepare is read by the next run, of the same alone; and the folder in which it lies stays small."""

import argparse
import os
import pickle
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from PIL import Image

from runtime.graph.edit import Edit, applied
from runtime.places import cache_folder, write_setting
from runtime.train import cache
from runtime.train.process import Trainer
from tests.runtime.generate.cases import FOLDER, graph_of, imported, program_of
from tests.runtime.generate.fed import bytes_of
from tests.runtime.train.runs import ready, until

KEPT: Edit = ("set", "decoded", "keep", True)
CENTRED = ("centred", "transform.Standardize", {"of": "channel"}, "scale.output", "batches.picture", "input", "output")
LEARNT: list[Edit] = [("insert", *CENTRED)]
Seen = Callable[..., list[Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a program is told to keep what took long."""
    return tmp_path / "kept"


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A copy of the pictures, which may be changed."""
    return shutil.copytree(FOLDER / "data" / "shapes", tmp_path / "shapes")


def made(tmp_path: Path, name: str, *edits: Edit) -> ModuleType:
    """The program of a case, anew."""
    text = program_of(applied(graph_of(name), edits)).text
    return imported(text, tmp_path / f"program_{time.monotonic_ns()}.py")


@pytest.fixture
def seen(tmp_path: Path, folder: Path, shapes: Path) -> Seen:
    """All batches of an epoch of pictures, by a program that is made anew."""

    def batches(*edits: Edit, cached: bool = True) -> list[Any]:
        program = made(tmp_path, "pictures", *edits)
        more = [f"--cache={folder}"] if cached else []
        options = program.options_from([f"--shapes-path={shapes}", *more])
        return [bytes_of(batch) for part in program.make_batches(options).values() for batch in part.epoch(1)]

    return batches


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on no picture can be opened."""

    def refuse(*_: Any) -> None:
        raise OSError("nothing is opened")

    return lambda: monkeypatch.setattr(Image, "open", refuse)


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_that_pictures_that_were_decoded_are_not_by_the_next_run(
    seen: Seen, folder: Path, blind: Callable[[], None]
) -> None:
    first, plain = seen(KEPT), seen(KEPT, cached=False)
    blind()
    assert seen(KEPT) == first == plain
    assert len(files(folder)) == 1


def test_that_nothing_is_kept_where_no_folder_is_told(seen: Seen, folder: Path) -> None:
    seen(KEPT, cached=False)
    assert not folder.exists()


def test_that_statistics_of_pictures_are_read_without_decoding_the_pictures_for_them(
    tmp_path: Path, folder: Path, blind: Callable[[], None]
) -> None:
    def fitted() -> Any:
        program = made(tmp_path, "pictures", *LEARNT)
        options = program.options_from([f"--cache={folder}", f"--shapes-path={FOLDER / 'data' / 'shapes'}"])
        return program.make_batches(options)["training"].loader.dataset.fitted["centred"]

    first = fitted()
    blind()
    assert bytes_of([*fitted()]) == bytes_of([*first])


def test_that_a_changed_picture_a_size_and_a_transform_before_give_something_else(
    seen: Seen, folder: Path, shapes: Path
) -> None:
    first = seen(KEPT)
    picture = next(shapes.rglob("*.png"), None) or next(shapes.rglob("*.jpg"))
    Image.new("RGB", (9, 9), (1, 2, 3)).save(picture)
    assert seen(KEPT) == seen(KEPT, cached=False) != first
    assert len(files(folder)) == 2
    size: Edit = ("set", "decoded", "size", [24, 24])
    assert seen(KEPT, size) == seen(KEPT, size, cached=False)
    assert len(files(folder)) == 3
    darker: Edit = ("set", "scale", "maximum", 100.0)
    assert seen(*LEARNT) != seen(*LEARNT, darker) == seen(*LEARNT, darker, cached=False)
    assert len(files(folder)) == 5


def test_that_pictures_in_another_folder_are_the_same_pictures(seen: Seen, folder: Path, shapes: Path) -> None:
    first = seen(KEPT)
    moved = shapes.rename(shapes.with_name("moved"))
    shapes.symlink_to(moved)
    assert seen(KEPT) == first
    assert len(files(folder)) == 1


def test_that_of_a_large_file_size_and_time_tell_that_it_was_changed(tmp_path: Path) -> None:
    from runtime.train.pieces.cached import content_of

    file = tmp_path / "large"
    file.write_bytes(bytes(3 * 2**20))

    def content() -> bytes:
        return b"".join(content_of(file))

    first = content()
    assert content() == first and len(first) < 2 * 2**20
    os.utime(file, ns=(1, 1))
    assert content() != first
    small = tmp_path / "small"
    small.write_bytes(b"abc" * 20_000)
    assert b"".join(content_of(small)).endswith(b"abc" * 20_000)


class Trap:
    """Would write a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return Path.touch, (self.file,)


def test_that_what_is_broken_or_of_others_is_ignored_and_written_anew(seen: Seen, folder: Path) -> None:
    first = seen(KEPT)
    (file,) = folder.iterdir()
    whole, trap = file.read_bytes(), folder.parent / "trapped"

    def other() -> bytes:
        torch.save({"other": torch.zeros(3)}, folder.parent / "other.pt")
        return (folder.parent / "other.pt").read_bytes()

    for content in (b"", b"rubbish", whole[: len(whole) // 2], pickle.dumps(Trap(trap)), other()):
        file.write_bytes(content)
        assert seen(KEPT) == first
        assert torch.load(file, weights_only=True).keys() == {file.stem}
    assert not trap.exists()


def test_that_a_run_that_is_killed_before_its_file_has_its_name_harms_no_other(
    seen: Seen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = seen(KEPT, cached=False)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda *_: sys.exit("killed"))
        with pytest.raises(SystemExit, match="killed"):
            seen(KEPT)
    assert [Path(name).suffix for name in files(folder)] == [".part"]
    assert seen(KEPT) == first == seen(KEPT)
    assert sum(name.endswith(".pt") for name in files(folder)) == 1


def test_that_a_folder_that_cannot_be_written_ends_no_run(seen: Seen, folder: Path) -> None:
    folder.write_text("a file stands there")
    assert seen(KEPT) == seen(KEPT, cached=False)


def test_that_two_runs_at_the_same_time_leave_one_whole_file(
    seen: Seen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = torch.save
    found: list[Any] = []

    def in_between(*given: Any) -> None:
        save(*given)
        if not found:  # the other one begins and ends while this one has not named its file yet
            monkeypatch.setattr(os, "getpid", lambda: 1)
            found.append(None)
            found.append(seen(KEPT))

    monkeypatch.setattr(torch, "save", in_between)
    assert seen(KEPT) == found[1] == seen(KEPT, cached=False)
    (name,) = files(folder)
    assert torch.load(folder / name, weights_only=True)[Path(name).stem].shape[1:] == (3, 20, 20)


def test_that_a_vocabulary_and_the_numbers_of_texts_are_kept(tmp_path: Path, folder: Path) -> None:
    def batches(*arguments: str) -> list[Any]:
        program = made(tmp_path, "tokenized", ("set", "tokens", "length", 6), ("unset", "batches", "collate"))
        return [
            bytes_of(batch) for batch in program.make_batches(program.options_from([*arguments]))["training"].epoch(1)
        ]

    first = batches(f"--cache={folder}")
    assert [name.partition("-")[0] for name in files(folder)] == ["tokenize_text", "vocabulary_of"]
    text = (FOLDER / "data" / "notes.csv").read_text()
    assert batches(f"--cache={folder}") == first == batches()
    other = tmp_path / "other.csv"
    other.write_text(text.replace("the", "seven"))
    assert batches(f"--cache={folder}", f"--notes-path={other}") == batches(f"--notes-path={other}")
    assert len(files(folder)) == 4


@pytest.mark.parametrize("split", [{"validation": 0.25, "split_seed": 5}, {"validation": 0.5}, {"folds": 3}], ids=str)
def test_that_rows_of_another_split_learn_their_own_vocabulary(
    tmp_path: Path, folder: Path, split: dict[str, Any]
) -> None:
    at_random: list[Edit] = [("disconnect", "notes.part", "batches.split_by"), ("unset", "batches", "split")]
    at_random += [("set", "tokens", "length", 6), ("unset", "batches", "collate")]

    def learnt(split: dict[str, Any], *arguments: str) -> list[Any]:
        edits: list[Edit] = [("set", "batches", name, value) for name, value in split.items()]
        program = made(tmp_path, "tokenized", *at_random, *edits)
        options = vars(program.options_from([*arguments])) | {"device": "cpu", "fold": 2}
        run = program.Run(argparse.Namespace(**options))
        return [bytes_of(batch) for part in run.rows for batch in run.feed(part, 1)]

    learnt({"validation": 0.25}, f"--cache={folder}")
    kept = len(files(folder))
    assert learnt(split, f"--cache={folder}") == learnt(split)
    assert len(files(folder)) > kept


# --- the folder of the app


def entry(name: str, size: int, used: float) -> Path:
    """A file of the cache that was used so many seconds ago."""
    file = cache_folder() / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(size))
    os.utime(file, (time.time() - used, time.time() - used))
    return file


def test_that_what_was_not_used_for_longest_goes_first() -> None:
    old, older, new = entry("a.pt", 40, 50), entry("b.pt", 40, 90), entry("c.pt", 40, 10)
    cache.trim(most=90)
    assert [file.exists() for file in (older, old, new)] == [False, True, True]
    write_setting(cache.SETTING, 50)
    cache.trim()
    assert [file.exists() for file in (old, new)] == [False, True]


def test_that_what_was_never_written_to_its_end_goes_after_a_day_and_no_file_of_others_does() -> None:
    writing, left, foreign = (
        entry("a.1.part", 40, 5),
        entry("b.2.part", 40, 2 * cache.ABANDONED),
        entry("c.txt", 40, 1e7),
    )
    cache.trim(most=0)
    assert [file.exists() for file in (writing, left, foreign)] == [True, False, True]
    assert [each.file for each in cache.clear()] == [writing]
    assert not writing.exists() and foreign.exists()


@pytest.mark.parametrize("value", [None, "much", -1, True])
def test_that_a_limit_that_is_none_is_two_gigabytes(value: Any) -> None:
    write_setting(cache.SETTING, value)
    assert cache.limit() == 2 * 2**30


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    made = Trainer()
    yield made
    made.kill()
    if made.process:
        made.process.wait()
    made.close()


def test_that_runs_share_the_folder_and_tell_what_they_took_from_it(
    trainer: Trainer, tmp_path: Path, shapes: Path
) -> None:
    program = made(tmp_path, "pictures", KEPT)
    program.make_batches(program.options_from([f"--cache={cache_folder()}", f"--shapes-path={shapes}"]))
    before = files(cache_folder())
    trainer.start(ready(tmp_path / "run", "pictures", KEPT, epochs=1), [])
    told = [event.get("stage", "") for event in until(trainer, "finished")]
    assert "prepared data taken from the cache: 1 entry, 0.0 MB" in told
    assert files(cache_folder()) == before


def test_that_a_graph_with_nothing_that_takes_long_has_no_such_option(tmp_path: Path) -> None:
    assert "--cache" not in (ready(tmp_path / "run", "flips") / "arguments.json").read_text()
    assert "cache" not in program_of(graph_of("pictures")).text
