"""A package that pip installs and that predicts: what the model gives for the same rows, and names."""

import importlib
import json
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from runtime.cli import main
from runtime.export.package import package_name
from runtime.export.taken import NotExported, samples_of
from runtime.export.worker import carry_out
from runtime.graph.edit import applied
from runtime.places import runs_folder
from tests.runtime.commands import EXAMPLES
from tests.runtime.export.orders import NAMES, case_order, order_of, untrained
from tests.runtime.generate.cases import graph_of

BIRDS = [
    {"measures": [39.1, 18.7, 181, 3750], "island": "Torgersen", "sex": "male"},
    {"measures": [47.5, float("nan"), 218, 4950], "island": "Biscoe", "sex": ""},
]
ASKS = """import json, sys, torch
from {name} import load, predict
samples = json.loads(sys.argv[1])
found = predict(samples, load())
print(json.dumps([{{key: each.tolist() if isinstance(each, torch.Tensor) else each for key, each in one.items()}}
                  for one in found]))
"""
NET = """from torch import nn
from parts.layers import doubled


class Net(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(13, width)

    def forward(self, x):
        return doubled(self.linear(x))
"""


def asked(name: str, samples: list[Any], *places: Path) -> list[dict[str, Any]]:
    """What a package predicts, in a process that finds it in these places."""
    code = f"import sys; sys.path[:0] = {[str(each) for each in places]!r}\n"
    line = [sys.executable, "-c", code + ASKS.format(name=name), json.dumps(samples)]
    done = subprocess.run(line, cwd=Path(sys.executable).parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def predicted(name: str, samples: list[Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a package predicts that lies in a folder, here."""
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    before = {*sys.modules}
    found: list[dict[str, Any]] = importlib.import_module(name).predict(samples)
    for module in {*sys.modules} - before:
        if str(folder) in str(getattr(sys.modules[module], "__file__", "")):
            del sys.modules[module]
    return found


def test_that_a_package_installs_into_an_empty_environment_and_predicts(tmp_path: Path) -> None:
    """Without its dependencies, which this environment lends: they take minutes."""
    carry_out(order_of("penguins", tmp_path / "birds", package=True))
    target = tmp_path / "environment"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*pip, "--target", target, tmp_path / "birds"], capture_output=True, text=True, check=False)
    if "No module named pip" in done.stderr:
        pytest.skip("this environment has no pip")  # a venv may be made without; that of `make` has it
    assert done.returncode == 0, done.stderr
    found = asked("birds", BIRDS, target)
    assert [set(each) for each in found] == [{"final", "final_class", "final_probability"}] * 2
    assert all(each["final_class"] in ("Adelie", "Chinstrap", "Gentoo") for each in found)
    assert all(each["final_probability"] >= 1 / 3 for each in found)


@pytest.mark.parametrize("name", ["penguins", "titles"])
def test_that_a_package_predicts_what_the_model_gives_for_rows_of_its_data(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = untrained(name)
    samples = samples_of(found, EXAMPLES)
    with torch.no_grad():
        wanted = found.model(*samples.batch(7))
    assert samples.running is not None
    dataset = samples.running.batches.loader.dataset
    rows = samples.rows(7)
    raw = {"penguins": ["measures", "island", "sex"], "titles": ["title"]}[name]
    given = [{key: _plain(dataset.columns[key][row]) for key in raw} for row in rows]
    carry_out(order_of(name, tmp_path / name, package=True))
    told = predicted(name, given, tmp_path / name, monkeypatch)
    assert torch.allclose(torch.stack([each["final"] for each in told]), wanted, atol=1e-6)


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, torch.Tensor) else value


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in ("penguins", "drawings") else pytest.mark.soak) for name in NAMES],
)
def test_that_the_package_of_an_example_is_whole_and_clean(name: str, tmp_path: Path) -> None:
    carry_out(order_of(name, tmp_path / name, package=True))
    files = {file.relative_to(tmp_path / name).as_posix() for file in (tmp_path / name).rglob("*") if file.is_file()}
    inner = {"__init__.py", "model.py", "predict.py", "fitted.json", "graph.json", "weights.safetensors"}
    assert files == {"pyproject.toml", "README.md", *(f"{name}/{each}" for each in inner)}
    tools = Path(sysconfig.get_path("scripts"))
    for verb in (("check",), ("format", "--diff")):
        line = ["ruff", *verb, "--isolated", tmp_path / name]
        done = subprocess.run(line, capture_output=True, text=True, check=False, env={"PATH": f"{tools}:/usr/bin:/bin"})
        assert done.returncode == 0, done.stdout
    project = tomllib.loads((tmp_path / name / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == name
    assert "torch>=2.10" in project["dependencies"]
    assert ("pillow" in project["dependencies"]) == (name in ("drawings", "picture_text_table"))


def test_that_a_package_holds_the_best_weights_of_the_last_run_that_kept_some(tmp_path: Path) -> None:
    graph, folder = tmp_path / "graph.json", tmp_path / "tumours"
    graph.write_text((EXAMPLES / "model_after_model.json").read_text(encoding="utf-8"), encoding="utf-8")
    written = ["export", str(graph), "-o", str(folder), "--package"]
    assert main(written) == 1
    assert not folder.exists()
    model = untrained("model_after_model")[0].model
    for run, kept in {"1": ["weights"], "2": ["weights", "best"], "3": []}.items():
        (runs_folder(graph) / run).mkdir(parents=True)
        for name in kept:
            weights = {key: torch.full_like(value, len(name)) for key, value in model.state_dict().items()}
            save_file(weights, runs_folder(graph) / run / f"{name}.safetensors")
    assert main(written) == 0
    assert "with the best weights of the run 2" in (folder / "README.md").read_text(encoding="utf-8")
    taken = load_file(folder / "tumours" / "weights.safetensors")
    assert {float(each.flatten()[0]) for each in taken.values()} == {4.0}
    assert main([*written, "--run", str(runs_folder(graph) / "1")]) == 0
    assert "with the last weights of the run 1" in (folder / "README.md").read_text(encoding="utf-8")


def test_that_weights_of_another_model_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph = tmp_path / "graph.json"
    graph.write_text((EXAMPLES / "model_after_model.json").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "run").mkdir()
    save_file({"other.weight": torch.zeros(2)}, tmp_path / "run" / "weights.safetensors")
    given = ["export", str(graph), "-o", str(tmp_path / "a"), "--package", "--run", str(tmp_path / "run")]
    assert main(given) == 1
    assert "The run run trained another model than the graph is now" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_that_own_modules_come_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nets = tmp_path / "nets"
    (nets / "parts").mkdir(parents=True)
    (nets / "net.py").write_text(NET)
    (nets / "parts" / "layers.py").write_text("def doubled(x):\n    return 2 * x\n")
    model = {"path": "net.py", "called": "Net", "arguments": {"width": 6}}
    graph = applied(
        graph_of("own_nodes"),
        [
            *[("remove", id) for id in ("logged", "gate")],
            ("add", "net", "own.Model", model),
            ("connect", "batches.features", "net.x"),
            ("connect", "net.output", "head.input"),
        ],
    )
    order = case_order(graph, tmp_path / "wines", untrained=True, package=True)
    carry_out(type(order)(**(vars(order) | {"origin": str(nets)})))
    inner = tmp_path / "wines" / "wines"
    assert sorted(each.name for each in (inner / "own").rglob("*.py")) == ["layers.py", "net.py"]
    (told,) = predicted("wines", [{"features": [0.0] * 13}], tmp_path / "wines", monkeypatch)
    assert told["head"].shape == (3,)


@pytest.mark.parametrize("called", ["torch", "json", "class", "9 lives"])
def test_that_a_folder_whose_name_no_package_can_have_is_refused(called: str, tmp_path: Path) -> None:
    with pytest.raises(NotExported, match="no package can be called"):
        package_name(tmp_path / called)


def test_that_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("of somebody else")
    with pytest.raises(NotExported, match="holds other files: name a new folder"):
        carry_out(order_of("penguins", folder, package=True))
    assert [each.name for each in folder.iterdir()] == ["pyproject.toml"]
    assert (folder / "pyproject.toml").read_text() == "of somebody else"
