"""``torchweave doctor`` names what is there and what clashes, each with the line that mends it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime import cli
from runtime import doctor as examined
from runtime.places import cache_folder

ROOT = Path(__file__).parents[2]


def doctor(*folders: Path, **environment: str) -> tuple[int, str]:
    """Exit code and output, with folders in front of ours on the path."""
    path = os.pathsep.join(map(str, [*folders, ROOT]))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "runtime.cli", "doctor"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path} | environment,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_that_a_sound_installation_is_told_line_by_line() -> None:
    code, output = doctor()
    assert code == 0, output
    lines = output.splitlines()
    assert all(line.startswith("ok  ") for line in lines)
    told = ("Python 3.", "torch 2.", "PySide6 6.", "torchweave 0.")
    assert all(any(word in line for line in lines) for word in told)


def test_that_clashing_packages_are_named_with_their_repair(tmp_path: Path) -> None:
    (tmp_path / "editor").mkdir()
    (tmp_path / "editor" / "__init__.py").write_text("")
    (tmp_path / "resources.py").write_text("")
    code, output = doctor(tmp_path)
    assert code == 1
    clashes = [line for line in output.splitlines() if line.startswith("MEND")]
    assert len(clashes) == 2
    for line, name in zip(clashes, ("editor", "resources.py"), strict=True):
        assert line.startswith(f"MEND  {tmp_path / name} is called as our `{name.partition('.')[0]}` is")
        assert line.endswith(f"take {tmp_path} out of PYTHONPATH")


def test_that_prepared_data_is_counted_and_taken_away_by_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    cache_folder().mkdir(parents=True)
    (cache_folder() / "decode_pictures-1.pt").write_bytes(bytes(3_000_000))
    told = next(sentence for fine, sentence in examined.prepared() if fine)
    assert told.startswith(f"prepared data: 1 entry, 3.0 MB of at most 2,147 MB in {cache_folder()}; ")
    assert told.endswith("torchweave doctor --clear-cache empties it")
    assert cli.main(["doctor", "--clear-cache"]) == 0
    assert capsys.readouterr().out == "ok    1 entry, 3.0 MB of prepared data taken away\n"
    assert [*cache_folder().iterdir()] == []


@pytest.mark.parametrize(
    ("name", "version", "wanted"),
    [("PySide6-Essentials", "6.12.0", "<6.12,>=6.8"), ("torch", "2.9.1+cpu", "<2.14,>=2.10")],
)
def test_that_a_version_that_does_not_fit_is_named_with_its_repair(
    tmp_path: Path, name: str, version: str, wanted: str
) -> None:
    about = tmp_path / f"{name.lower().replace('-', '_')}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    code, output = doctor(tmp_path)
    assert code == 1
    [told] = [line for line in output.splitlines() if line.startswith("MEND")]
    assert told == f"MEND  {name} {version} is not {wanted}: {sys.executable} -m pip install '{name}{wanted}'"


@pytest.mark.parametrize(
    ("version", "fits"), [("2.10", True), ("2.13.9", True), ("2.14", False), ("2.14.0", False), ("2.9.1", False)]
)
def test_that_versions_are_compared_as_numbers(version: str, fits: bool) -> None:
    assert examined._fits(version, "<2.14,>=2.10") is fits


def test_that_what_does_not_answer_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(examined, "PATIENCE", 0.04)
    [(torch, why), (gpu, _)] = [*examined._torch(), *examined._gpu()]
    assert not torch and "no answer within 0.04 seconds" in why
    assert not gpu
