"""What ``torchweave export`` refuses, each with a sentence, before torch is there."""

from pathlib import Path

import pytest

from runtime.cli import main
from tests.runtime.commands import EXAMPLES

TWO_MODELS = str(EXAMPLES / "two_models.json")


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    """What a command says."""
    return capsys


def refused(said: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The sentence with which an export is refused."""
    assert main(["export", *arguments]) == 1
    return said.readouterr().err


def test_that_an_ending_that_says_no_format_is_refused(said: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = refused(said, TWO_MODELS, "-o", str(tmp_path / "a.txt"))
    assert "its name must end with .py, .ipynb, .onnx, .pt2, or be that of a folder with --package." in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("more", [["a.ipynb"], ["a.onnx", "--untrained"], ["a", "--package", "--untrained"]])
def test_that_a_batch_file_is_written_beside_a_program_alone(
    more: list[str], said: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    output, *rest = more
    told = refused(said, TWO_MODELS, "-o", str(tmp_path / output), "--slurm", *rest)
    assert "is not written: --slurm starts a program: its name must end with .py, without --package." in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("more", [["a.onnx"], ["a.pt2"], ["a", "--package"]])
def test_that_a_graph_that_was_never_trained_says_what_to_do(
    more: list[str], said: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    output, *rest = more
    told = refused(said, TWO_MODELS, "-o", str(tmp_path / output), *rest)
    assert "there are no weights yet: train the graph first, or add --untrained." in told
    assert list(tmp_path.iterdir()) == []


def test_that_python_that_nobody_trusts_is_not_run(said: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = (EXAMPLES / "text_and_image.json").read_text(encoding="utf-8").replace("4095 + 1", "4094 + 1")
    (tmp_path / "graph.json").write_text(text, encoding="utf-8")
    told = refused(said, str(tmp_path / "graph.json"), "-o", str(tmp_path / "a.onnx"), "--untrained")
    assert "holds Python of its own; read it, then add --trust to run it." in told


def test_that_a_notebook_has_its_data_copied_beside_it_when_that_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "penguins.ipynb"
    assert main(["export", str(EXAMPLES / "penguins.json"), "-o", str(file), "--copy"]) == 0
    assert (tmp_path / "data" / "penguins" / "penguins.csv").is_file()
    assert "data/penguins/penguins.csv" in file.read_text(encoding="utf-8")
