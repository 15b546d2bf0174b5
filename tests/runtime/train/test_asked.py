"""Processes on several machines as the command line names them."""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import pytest

from runtime.cli import main
from runtime.train import console
from runtime.train.asked import ALONE, Unclear, machines, of_processes
from runtime.train.launch import torchrun
from tests.runtime.commands import TWO_MODELS


def given(*line: str) -> dict[str, Any]:
    """The options of a command line."""
    parser = argparse.ArgumentParser()
    of_processes(parser)
    return vars(parser.parse_args(line))


def test_that_without_a_word_the_graph_says_how_many_processes_there_are() -> None:
    assert machines(1, given(), "a") == (1, ALONE)
    assert machines(3, given(), "a") == (3, ALONE)
    assert machines(3, given("--nproc-per-node=2"), "a") == (2, ALONE)
    assert torchrun({"processes": 3, **ALONE}) == ["--nproc-per-node=3", "--standalone", "--local-addr=localhost"]


@pytest.mark.parametrize("name", ["node2", "node2.cluster.org"])
def test_that_each_machine_of_a_list_finds_itself_in_it(name: str) -> None:
    found = machines(1, given("--nproc-per-node=4", "--hosts=node1,node2,node3"), name)
    assert found == (12, {"machines": 3, "machine": 1, "endpoint": "node1:29500"})
    line = torchrun({"processes": 4, **found[1]})
    assert line == ["--nproc-per-node=4", "--nnodes=3", "--node-rank=1", "--rdzv-endpoint=node1:29500"]


def test_that_machines_whose_names_begin_alike_are_told_apart_by_their_whole_names() -> None:
    line = given("--nproc-per-node=1", "--hosts=gpu.a.org:1234,gpu.b.org")
    assert machines(1, line, "gpu.b.org") == (2, {"machines": 2, "machine": 1, "endpoint": "gpu.a.org:1234"})


def test_that_machines_can_be_numbered() -> None:
    line = given("--nproc-per-node=1", "--nnodes=2", "--node-rank=0", "--rdzv-endpoint=here:1234")
    assert machines(1, line, "a") == (2, {"machines": 2, "machine": 0, "endpoint": "here:1234"})


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["--nproc-per-node=0"], "--nproc-per-node needs a whole number from 1, got 0."),
        (["--hosts=a,b"], "--hosts names a, b, but this machine is elsewhere; give --node-rank instead."),
        (
            ["--hosts=elsewhere.a,elsewhere.b"],
            "--hosts names elsewhere.a, elsewhere.b, and several of them can be this machine, elsewhere; give",
        ),
        (["--hosts=elsewhere,elsewhere"], "--hosts names elsewhere, elsewhere, and several of them can be this"),
        (["--nnodes=2"], "--nnodes 2 needs --node-rank, a number below it that each machine has for itself."),
        (["--nnodes=2", "--node-rank=2"], "--nnodes 2 needs --node-rank, a number below it that"),
        (["--nnodes=2", "--node-rank=1"], "--nnodes 2 needs --rdzv-endpoint, the name of machine 0 and a free port"),
        (
            ["--nnodes=2", "--node-rank=1", "--rdzv-endpoint=a:1"],
            "3 processes cannot be shared by 2 machines: --nproc-per-node N.",
        ),
    ],
)
def test_that_what_is_missing_is_one_sentence(line: list[str], sentence: str) -> None:
    with pytest.raises(Unclear) as why:
        machines(3, given(*line), "elsewhere")
    assert str(why.value).startswith(sentence)


@pytest.mark.parametrize("code", [0, 1])
def test_that_a_machine_beside_the_first_keeps_what_it_has_where_the_run_failed_and_says_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, code: int
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(console, "follow", lambda folder, as_events: code)
    line = ["--nproc-per-node=1", "--nnodes=2", "--node-rank=1", "--rdzv-endpoint=here:1234"]
    assert main(["train", str(TWO_MODELS), *line]) == code
    *_, last = capsys.readouterr().err.splitlines()
    if code:
        [folder] = tmp_path.glob("torchweave-*")
        assert (folder / "program.py").is_file() and last.endswith(f"is kept in {folder}")
    else:
        assert [*tmp_path.glob("torchweave-*")] == []
