"""What is kept of a tab that was closed, so that it can be opened again with its edits and its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.graph.model import Graph

if TYPE_CHECKING:
    from editor.window.window import Window


@dataclass(frozen=True)
class Closed:
    """A graph with its history, its file, and what was known of that."""

    steps: Sequence[tuple[str, Graph]]
    index: int
    saved: int  # where in the history the file is; -1 for nowhere
    path: Path | None
    origin: Path | None
    draft: str
    name: str
    known: Mapping[str, Any]


def closed(window: "Window") -> Closed:
    """What a window shows, to be shown again."""
    document, history = window.document, window.document.history
    known = window.files.following.on_disk.about()
    whose = document.path, document.origin, document.draft, document.name
    return Closed(document.steps(), history.index(), history.cleanIndex(), *whose, known)


def show_closed(window: "Window", kept: Closed) -> None:
    """Show it again. Its file may have changed since, which is told."""
    document = window.document
    window.frame.show_canvas()
    document.restore(kept.steps, kept.index, kept.path, kept.origin, kept.draft, kept.name)
    if kept.saved == kept.index:
        document.history.setClean()
    window.files.following.recall(kept.known)
