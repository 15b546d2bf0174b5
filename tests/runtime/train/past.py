"""Folders of runs that never were, as runs leave them."""

import json
from pathlib import Path
from typing import Any

from runtime.graph.file import dump
from runtime.graph.model import Graph
from runtime.train import about
from runtime.train.folder import called
from tests.editor.training.conftest import told


def run_in(root: Path, name: str, graph: Graph | None, events: list[dict[str, Any]] | None = None) -> Path:
    """One of them; without a graph it is that of a script."""
    folder = root / name
    folder.mkdir(parents=True)
    if graph is not None:
        (folder / "graph.json").write_text(dump(graph), encoding="utf-8")
        (folder / about.FILE).write_text(json.dumps({"name": called(graph, folder, {})}))
    lines = [json.dumps(event) for event in (list(told()) if events is None else events)]
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n")
    return folder
