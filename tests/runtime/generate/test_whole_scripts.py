"""Whole scripts that a person wrote for the examples do what ours do: the same lines, events and weights."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from tests.runtime.commands import EXAMPLES
from tests.runtime.generate.cases import imported
from tests.runtime.generate.test_hand_written import NAMES, lines_of, text_of, written

WITHIN = {"gan": 9, "transformer": 1, "unet": 1}  # a step within the first epoch; one of resnet18 takes long
ROWS = {"resnet18": 12}
FEW = 50
WRONG: dict[str, dict[str, Any]] = {
    "an array that is missing": {"picture": None, "title": None},
    "samples of another shape": {"picture": np.zeros((FEW, 3, 9, 9), dtype=np.uint8), "label": np.zeros((FEW, 2), int)},
    "numbers that would be cut off": {"picture": np.zeros((FEW, 3, 48, 48)), "label": np.zeros(FEW)},
    "arrays of unequal lengths": {"label": np.zeros(FEW - 1, dtype=np.int64)},
}


@pytest.fixture(autouse=True)
def _threads() -> Any:
    """Scripts set how many threads there are."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def cut(folder: Path, rows: int, **changes: Any) -> Path:
    """The first drawings alone, so that a run takes a moment."""
    file = folder / "drawings.npz"
    with np.load(EXAMPLES / "data" / "clipart.npz") as whole:
        arrays = {name: whole[name][:rows] for name in ("picture", "title", "label")} | changes
    np.savez(file, **{name: values for name, values in arrays.items() if values is not None})
    return file


def scripts(name: str, folder: Path) -> list[ModuleType]:
    """Ours and theirs."""
    return [
        imported(text, folder / f"{who}.py", EXAMPLES) for who, text in (("a", text_of(name)), ("b", written(name)))
    ]


def arguments(name: str, data: Path, *more: object) -> list[str]:
    """A command line, the same for both."""
    path = [] if name == "gan" else ["--clipart-path", data]
    return [str(each) for each in ("--epochs", 2, "--seed", 3, "--device", "cpu", "--threads", 1, *path, *more)]


def told(folder: Path) -> list[dict[str, Any]]:
    """The events of a run, without what they took."""
    lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    return [{key: value for key, value in json.loads(line).items() if key != "seconds"} for line in lines]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    """The weights that a run kept."""
    found: dict[str, torch.Tensor] = torch.load(folder / "checkpoint.pt", weights_only=True)["model"]
    return found


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Whether all weights are equal, bit for bit."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_whole_program_is_no_longer_than_one_that_a_person_wrote(name: str) -> None:
    assert len(lines_of(text_of(name))) <= len(lines_of(written(name)))


@pytest.mark.parametrize("name", NAMES)
def test_that_both_print_write_and_learn_the_same_also_when_stopped_within_an_epoch(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = cut(tmp_path, ROWS.get(name, FEW))
    printed, whole, resumed = [], [], []
    for script in scripts(name, tmp_path):
        whole.append(tmp_path / f"{script.__name__}_whole")
        given = arguments(name, data, "--run-dir", whole[-1])
        monkeypatch.setattr(sys, "argv", ["script.py", *given])
        script.main()
        printed.append(capsys.readouterr().out)
        if name not in WITHIN:
            continue
        resumed.append(tmp_path / f"{script.__name__}_resumed")
        resumed[-1].mkdir()
        given[-1] = str(resumed[-1])
        stop(script, given, WITHIN[name], resumed[-1])
        torch.manual_seed(99)  # what happens in between does not count
        monkeypatch.setattr(sys, "argv", ["script.py", *given, "--resume", str(resumed[-1])])
        script.main()
        printed.append(capsys.readouterr().out)
    assert printed[0].startswith("epoch 1 | train loss ") and printed == [printed[0]] * len(printed)
    assert all(same(weights(whole[0]), weights(folder)) for folder in [*whole, *resumed])
    for ours, theirs in (whole, resumed) if resumed else (whole,):
        assert told(ours) == told(theirs)


def stop(script: Any, given: list[str], step: int, folder: Path) -> None:
    """Train up to a step, and keep what is needed to go on."""
    run = script.prepare(script.options_from(given))
    for event in run:
        run.stopped = event.get("step") == step
    torch.save(run.state(), folder / "checkpoint.pt")


@pytest.mark.parametrize("name", NAMES)
def test_that_both_have_the_same_options_and_name_a_device_that_is_not_there(name: str, tmp_path: Path) -> None:
    ours, theirs = scripts(name, tmp_path)
    assert vars(ours.options_from([])) == vars(theirs.options_from([]))
    there = "mps" if torch.cuda.is_available() else "cuda"
    said = []
    for script in (ours, theirs):
        with pytest.raises(SystemExit) as raised:
            script.pick_device(there)
        said.append(raised.value.args)
    assert said[0] == said[1]


def test_that_both_write_over_no_run_and_go_on_in_the_folder_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = cut(tmp_path, FEW)
    for script in scripts("unet", tmp_path):
        folder, nowhere = tmp_path / script.__name__, tmp_path / "nowhere"

        def ended(*given: object, script: ModuleType = script) -> str:
            """What the script says where it refuses."""
            monkeypatch.setattr(sys, "argv", ["script.py", *arguments("unet", data, "--epochs", 1, *given)])
            try:
                script.main()
            except SystemExit as refusal:
                return str(refusal)
            return ""

        assert ended("--run-dir", folder) == ""
        before = told(folder)
        assert ended("--run-dir", folder) == f"{folder} holds a run: give another, or --resume."
        assert ended("--run-dir", folder, "--resume", nowhere) == f"There is no checkpoint.pt in {nowhere}."
        assert told(folder) == before
        assert ended("--resume", folder, "--epochs", 2) == ""
        monkeypatch.chdir(tmp_path)
        assert ended("--resume", folder.name, "--run-dir", folder, "--epochs", 3) == "", "by another name"
        assert [each["epoch"] for each in told(folder) if each["event"] == "epoch"] == [1, 2, 3]


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "gan"])
def test_that_both_refuse_data_that_is_not_as_declared(name: str, what: str, tmp_path: Path) -> None:
    if (name, what) == ("unet", "arrays of unequal lengths"):
        return  # it reads one array
    data = cut(tmp_path, FEW, **WRONG[what])
    for script in scripts(name, tmp_path):
        with pytest.raises(ValueError, match=r"drawings\.npz"):
            script.prepare(script.options_from(arguments(name, data)))


def printed_by(command: list[str], *more: object) -> list[str]:
    """The lines that a script prints, started from the shell."""
    line = [*command, *map(str, more)]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_that_both_go_on_from_the_shell_after_they_were_killed(name: str, tmp_path: Path) -> None:
    data = cut(tmp_path, ROWS.get(name, 90))
    found = []
    for who, text in (("ours", text_of(name)), ("theirs", written(name))):
        file, whole, killed = (tmp_path / f"{who}{end}" for end in (".py", "_whole", "_killed"))
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-I", str(file), *arguments(name, data)]
        lines = printed_by(command, "--run-dir", whole)
        process = subprocess.Popen([*command, "--epochs", "50", "--run-dir", killed], stdout=subprocess.PIPE)
        assert process.stdout
        begun = [process.stdout.readline().decode().strip() for _ in range(2)]
        process.kill()  # perhaps while it writes its checkpoint
        process.communicate()
        assert begun == lines
        done = torch.load(killed / "checkpoint.pt", weights_only=True)["place"][0] - 1
        again = printed_by(command, "--epochs", done + 1)
        assert printed_by(command, "--epochs", done + 1, "--resume", killed) == again[done:]
        found.append((lines, weights(whole)))
    assert found[0][0] == found[1][0]
    assert same(found[0][1], found[1][1])
