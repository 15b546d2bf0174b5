"""A run from its wish to its first moment: own Python is tried first, and its folder is made beside the window."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from editor.beside import Beside
from runtime.graph.model import Graph
from runtime.train.about import move
from runtime.train.folder import Untrusted, prepare_run

if TYPE_CHECKING:
    from editor.session import Session

TRYING = "own Python is being tried"


class Beginning(QObject):
    """One at a time: another wish takes the place of the one before, and what was made for that is thrown away."""

    changed = Signal()  # there is a wish, or none any more

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self._wish: object = None
        self._beside = Beside(self)

    @property
    def under_way(self) -> bool:
        """Whether a run was asked for that has not begun yet."""
        return self._wish is not None

    @property
    def waits(self) -> bool:
        """Whether it waits for own Python to be tried."""
        return self._wish is TRYING

    def wait(self) -> None:
        """It is asked for again once own Python was tried."""
        self._change(TRYING)

    def drop(self) -> None:
        """It is not to begin."""
        if self.under_way:
            self._change(None)

    def make(self, graph: Graph, origin: Path | None, options: Mapping[str, Any]) -> None:
        """Make its folder, and have the session train; say why not where that cannot be."""
        wish, document = object(), self.session.document
        runs, untitled = document.runs, document.path is None

        def made() -> Path | Exception:
            try:
                return prepare_run(graph, origin, options, runs=runs)
            except (OSError, ValueError, Untrusted) as problem:
                return problem

        def then(found: Path | Exception) -> None:
            if wish is not self._wish:
                if isinstance(found, Path):
                    rmtree(found, ignore_errors=True)
                return
            self._wish = None
            if (
                untitled and document.path and isinstance(found, Path)
            ):  # saved meanwhile: its runs are those of the file
                with suppress(OSError):
                    found = move(found, document.runs, document.path)
            why = found if isinstance(found, Exception) else self.session.train(found, graph, options)
            if why is not None:
                self.session.message.emit(f"The run could not be started: {why}")
                self.changed.emit()

        self._change(wish)
        self._beside.do(made, then)

    def _change(self, wish: object) -> None:
        self._wish = wish
        self.changed.emit()
