"""A run from its wish to its first moment: own Python is tried first, and its folder is made beside the window."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from editor.beside import Beside
from runtime.graph.model import Graph
from runtime.spec.moved import moved
from runtime.train.folder import Untrusted, prepare_run, throw_away

if TYPE_CHECKING:
    from editor.session import Session

LOG = logging.getLogger("torchweave")


class Wish:
    """Once it is over the folder that was made for it goes, whether that is there already or comes later.

    Thread and window each note their own part before they look at the other's, so that one of them sees both.
    """

    def __init__(self, waits: bool = False) -> None:
        self.waits = waits  # for own Python to be tried
        self.over = False
        self.folder: Path | None = None

    def made(self, folder: Path) -> Path:
        """Its folder is there."""
        self.folder = folder
        if self.over:
            throw_away(folder)
        return folder

    def end(self) -> None:
        """Nothing is to come of it."""
        self.over = True
        if self.folder is not None:
            throw_away(self.folder)


class Beginning(QObject):
    """One at a time: another wish takes the place of the one before, and what was made for that is thrown away."""

    changed = Signal()  # there is a wish, or none any more

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self._wish: Wish | None = None
        self._then: Callable[[], None] | None = None
        self._beside = Beside(self)

    @property
    def under_way(self) -> bool:
        """Whether a run was asked for that has not begun yet."""
        return self._wish is not None

    @property
    def waits(self) -> bool:
        """Whether it waits for own Python to be tried."""
        return self._wish is not None and self._wish.waits

    def wait(self) -> None:
        """It is asked for again once own Python was tried."""
        self._change(Wish(waits=True))

    def once_begun(self, then: Callable[[], None]) -> None:
        """Go on when it has begun; never, where it does not."""
        self._then = then

    def drop(self) -> None:
        """It is not to begin."""
        if self.under_way:
            self._change(None)

    def make(self, graph: Graph, origin: Path | None, options: Mapping[str, Any]) -> None:
        """Make its folder, and have the session train; say why not where that cannot be."""
        wish, document = Wish(), self.session.document
        runs, untitled, place = document.runs, document.path is None, document.folder

        def made() -> Path | Exception:
            try:
                return wish.made(prepare_run(graph, origin, options, runs=runs))
            except Exception as problem:
                return problem

        def then(found: Path | Exception) -> None:
            if wish.over:
                return
            if isinstance(found, Exception):
                self._fail(found)
                return
            if untitled:  # saved meanwhile, its runs are those of the file
                wish.folder = self.session.recalling.along.take(found)
            self._begin(wish, moved(graph, place, document.folder), options)

        self._change(wish)
        self._beside.do(made, then)

    def _begin(self, wish: Wish, graph: Graph, options: Mapping[str, Any]) -> None:
        assert wish.folder is not None
        self._wish = None  # it comes true, so that its folder stays
        if why := self.session.train(wish.folder, graph, options):
            wish.end()
            self._fail(why)
            return
        then, self._then = self._then, None
        if then:
            then()

    def _fail(self, why: Exception) -> None:
        self._change(None)
        if not isinstance(why, OSError | ValueError | Untrusted):
            LOG.error("unexpected", exc_info=why)
            why = RuntimeError(f"{type(why).__name__}: {why}")
        self.session.message.emit(f"The run could not be started: {why}")

    def _change(self, wish: Wish | None) -> None:
        before, self._wish = self._wish, wish
        if before is not None:
            before.end()
        if wish is None:
            self._then = None
        self.changed.emit()
