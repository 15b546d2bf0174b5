"""Models of files of the user's, and of installed packages: checked, exported, trained; inert until trusted."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from runtime.cli import main
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.model import End, Graph
from runtime.spec.models import look
from runtime.train.observer import checked
from runtime.train.trust import trust, untrusted
from tests.runtime.generate.cases import graph_of, program_of
from tests.workers import Workers

NET = """import torch
from layers import doubled
from torch import nn


class Encoder(nn.Module):
    def __init__(self, width: int, bias: bool = True) -> None:
        super().__init__()
        self.linear = nn.Linear(13, width, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return doubled(self.linear(x))
"""


@pytest.fixture
def folder(tmp_path: Path, quick: None) -> Path:
    """A folder with a graph, and models in a folder below."""
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "encoders.py").write_text(NET)
    (tmp_path / "nets" / "layers.py").write_text("def doubled(x):\n    return 2 * x\n")
    (tmp_path / "graph.json").write_text(dump(drawn(tmp_path, width=6)))
    return tmp_path


def drawn(folder: Path, path: str = "nets/encoders.py", **arguments: Any) -> Graph:
    """The pipeline with a model of a file in its middle."""
    return with_model({"path": path, **look(folder / path)["parameters"], "arguments": arguments})


def with_model(parameters: dict[str, Any], port: str = "x") -> Graph:
    """The pipeline with a model in its middle."""
    return applied(
        graph_of("own_nodes"),
        [
            ("remove", "logged"),
            ("remove", "gate"),
            ("add", "encoder", "own.Model", parameters),
            ("connect", "batches.features", f"encoder.{port}"),
            ("connect", "encoder.output", "head.input"),
        ],
    )


def errors(graph: Graph, folder: Path) -> list[str]:
    """What is wrong, when everything is trusted."""
    return [problem.message for problem in checked(graph, folder, trusting=True)[1].problems]


def test_that_the_type_is_seen_and_the_program_imports_the_class(folder: Path) -> None:
    graph = drawn(folder, width=6)
    _, report = checked(graph, folder, trusting=True)
    assert str(report.types[End("encoder", "output")]) == "float32[B, 6]"
    text = program_of(graph).text
    assert 'sys.path.append(str(Path(__file__).parent / "nets"))\nfrom encoders import Encoder\n' in text
    assert "self.encoder = Encoder(width=6)" in text


def test_that_a_file_beside_the_graph_is_imported_as_it_is(folder: Path) -> None:
    for file in (folder / "nets").iterdir():
        file.rename(folder / file.name)
    graph = drawn(folder, "encoders.py", width=6)
    assert checked(graph, folder, trusting=True)[1].sound
    text = program_of(graph).text
    assert "\nfrom encoders import Encoder\n" in text and "sys.path" not in text


def test_that_window_script_and_command_line_train_it_alike(
    workers: Workers, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = str(folder / "graph.json")
    assert main(["export", graph, "--trust", "-o", str(folder / "script.py")]) == 0
    line = workers.command(str(folder / "script.py"), "--epochs", "1")
    done = subprocess.run(line, capture_output=True, text=True)
    capsys.readouterr()
    assert main(["train", graph, "--trust", "--epochs", "1", "--run-dir", str(folder / "run")]) == 0
    assert done.stdout.startswith("epoch 1 | train loss")
    assert capsys.readouterr().out == done.stdout


def test_that_nothing_runs_before_its_folder_is_trusted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph = load((folder / "graph.json").read_bytes())
    (folder / "nets" / "encoders.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\n{NET}")
    assert not checked(graph, folder)[1].sound
    assert main(["train", str(folder / "graph.json"), "--run-dir", str(folder / "run")]) == 1
    assert not (folder / "ran").exists()
    ((node, text),) = untrusted(graph, folder)
    assert (node, text) == ("encoder", f"Every module in the folder {folder / 'nets'}")
    trust([text])
    assert untrusted(drawn(folder, width=9), folder) == ()
    assert untrusted(graph, folder / "elsewhere")
    assert checked(graph, folder)[1].sound and (folder / "ran").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"arguments": {}}, "needs a value for width in arguments."),
        (
            {"arguments": {"width": -1}},
            "Encoder fails for x float32[2, 13]: encoders.py, line 9: RuntimeError: Trying to create",
        ),
        ({"called": "Missing"}, "Missing cannot be imported: ImportError: cannot import name 'Missing' from"),
        ({"called": "a b"}, "names a b, which Python cannot import: use letters, digits and _."),
        ({"called": "Encoder", "path": ""}, "names Encoder without a file or a package"),
        ({"path": "nets/torch.py"}, "names a file called torch, as another module is: call the file otherwise."),
        ({"path": "nets/my-net.py"}, "names my-net, which Python cannot import: use letters, digits and _."),
        ({"path": "nets/none.py"}, "Encoder needs the module none, which is not installed."),
        ({"path": "nets/pytest.py"}, "Encoder is in pytest, but another module is called so: call the file otherwise."),
    ],
)
def test_that_what_cannot_be_is_told_in_a_sentence(folder: Path, change: dict[str, Any], sentence: str) -> None:
    (folder / "nets" / "pytest.py").write_text(NET)
    edits = [("set", "encoder", name, value) for name, value in change.items()]
    found = errors(applied(drawn(folder, width=6), edits), folder)
    assert [message for message in found if message.startswith(f"encoder {sentence}")], found


def test_that_two_files_of_one_name_are_told(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "encoders.py").write_text(NET.replace("Encoder", "Other"))
    told = look(folder / "more" / "encoders.py")["parameters"]
    other = ("add", "other", "own.Model", {"path": "more/encoders.py", **told, "arguments": {"width": 3}})
    wires = [("connect", "batches.features", "other.x"), ("connect", "other.output", "out.input")]
    graph = applied(drawn(folder, width=6), [other, ("add", "out", "Output", {}), *wires])
    found = errors(graph, folder)
    assert any("another file of that name: call one of them otherwise" in message for message in found)


@pytest.fixture
def package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An installed package with a function that makes a module."""
    site = folder / "site"
    (site / "zoo").mkdir(parents=True)
    text = NET.replace("from layers import doubled\n", "").replace("doubled", "")
    text += f"\n\nopen({str(folder / 'ran')!r}, 'w')\n"
    text += "\n\ndef tiny(width, kind='plain', **more):\n    return Encoder(width)\n"
    (site / "zoo" / "__init__.py").write_text(text)
    monkeypatch.syspath_prepend(str(site))
    return "zoo.tiny"


def test_that_what_an_installed_function_makes_is_looked_at_and_tried_once_it_is_trusted(
    folder: Path, package: str
) -> None:
    graph = with_model({"called": package, "arguments": {"width": 6}})
    assert any("it is looked at once you trust it" in told.message for told in checked(graph, folder)[1].of("open"))
    assert not (folder / "ran").exists()
    trust(text for _, text in untrusted(graph, folder))
    graph, report = checked(graph, folder)
    assert graph.nodes["encoder"].parameters["signature"] == {
        "takes": ["x"], "optional": [], "gives": ["output"], "needed": ["width"],
        "arguments": {"width": None, "kind": "plain"},
    }  # fmt: skip
    assert str(report.types[End("encoder", "output")]) == "float32[B, 6]"
    text = program_of(graph).text
    assert "\nfrom zoo import tiny\n" in text and "self.encoder = tiny(width=6)" in text
    wider = applied(graph, [("set", "encoder", "arguments", {"width": 7})])
    assert untrusted(wider, folder) == ()
    other = applied(graph, [("set", "encoder", "arguments", {"width": 7, "kind": "fetched"})])
    assert [text.splitlines()[-1] for _, text in untrusted(other, folder)] == ['# tiny is given {"kind": "fetched"}']


def test_that_a_package_that_is_not_there_is_told(folder: Path) -> None:
    found = errors(with_model({"called": "no_such_zoo.nets.tiny"}), folder)
    assert "encoder tiny needs the module no_such_zoo, which is not installed." in found


def test_that_a_graph_cannot_reach_another_module_than_its_path_says(folder: Path) -> None:
    signature = {"depth": 1, "module": "os", "takes": ["x"], "gives": ["output"]}
    told = {"called": "system", "signature": signature, "arguments": {"command": "true"}}
    found = errors(with_model({"path": "nets/os.py", **told}), folder)
    assert "encoder names a file called os, as another module is: call the file otherwise." in found
    found = errors(with_model({"path": "nets/encoders.py", **told, "called": "os.system"}), folder)
    assert "encoder names os.system, which Python cannot import: use letters, digits and _." in found
