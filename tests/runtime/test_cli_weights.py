"""Weights from files on the command line: what does not fit is told before anything is trained."""

import os
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from runtime.graph.edit import applied
from runtime.graph.file import dump
from tests.runtime.commands import here
from tests.runtime.generate.cases import graph_of

PLAIN = applied(graph_of("weights"), [("weights", None, None), ("weights", "scored", None), ("weights", "head", None)])


class Opened:
    """Pickles as a call that leaves a folder behind."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


def written(folder: Path, node: str, **source: str) -> Path:
    """The graph with a file for a node."""
    (folder / "graph.json").write_text(dump(applied(PLAIN, [("weights", node, source)])))
    return folder / "graph.json"


def test_that_a_misfit_is_told_by_check_and_keeps_train_from_beginning(tmp_path: Path) -> None:
    save_file({"fc.weight": torch.zeros(5, 8), "fc.bias": torch.zeros(5)}, tmp_path / "net.safetensors")
    graph = written(tmp_path, "scored", path="net.safetensors", prefix="fc")
    code, output, _ = here("check", graph)
    assert code == 1
    why = "error: scored cannot have its weights from net.safetensors: weight is [5, 8] there, [4, 8] here, and 1 more."
    assert f"{why} To mend it: Set out_features to 5." in output
    code, _, errors = here("train", graph, "--run-dir", tmp_path / "run")
    assert code == 1 and "weight is [5, 8] there" in errors and not (tmp_path / "run").exists()


def test_that_a_pickle_in_disguise_is_told_and_not_opened(tmp_path: Path) -> None:
    torch.save(Opened(tmp_path / "opened"), tmp_path / "net.pt")
    code, output, _ = here("check", written(tmp_path, "scored", path="net.pt"))
    assert code == 1 and "error: scored cannot have its weights: net.pt holds Python objects" in output
    assert not (tmp_path / "opened").exists()


def test_that_a_file_that_is_not_there_is_told_at_its_node(tmp_path: Path) -> None:
    code, output, _ = here("check", written(tmp_path, "scored", path="net.pt"))
    assert code == 1 and f"error: scored has no file of weights: {tmp_path / 'net.pt'} is not there." in output


def test_that_an_exported_script_says_which_weights_it_lacks_beside_it(tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(4, 8), "bias": torch.zeros(4)}, tmp_path / "net.safetensors")
    (tmp_path / "far").mkdir()
    script = tmp_path / "far" / "script.py"
    code, _, errors = here("export", written(tmp_path, "scored", path="net.safetensors"), "-o", script)
    assert code == 0 and f"or say --scored-weights {tmp_path / 'net.safetensors'}" in errors
