"""The program of the open graph, written in a thread while somebody looks at it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from editor.workers.in_thread import InThread
from runtime.check.problem import Report
from runtime.generate.program import Program, generate, made_from
from runtime.graph.model import Graph

if TYPE_CHECKING:
    from editor.running.session import Session


@dataclass(frozen=True, eq=False)
class Source:
    """What a program is made from, each another one: to compare graphs and reports takes as long as to write it."""

    graph: Graph
    report: Report
    file: str

    def program(self) -> Program | None:
        """The program, where there is one."""
        return generate(self.graph, self.report, self.file) if self.report.sound and self.graph.nodes else None


class Writing(QObject):
    """Gives the session its `program`, and tells there that it is another one."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.wanted = True  # whether somebody looks at it
        self._source = Source(Graph(), session.report, "")
        self._asked = self._written = self._source  # what was written last, and what the program is made from
        self._in_thread = InThread(self)
        self._in_thread.done.connect(self._write_on)
        self._waiting = QTimer(self, singleShot=True)
        self._waiting.timeout.connect(self._write)
        session.document.filed.connect(self._rename)

    @property
    def graph(self) -> Graph:
        """Whose program this is, or will be."""
        return self._source.graph

    def follow(self) -> None:
        """The graph was checked: it has another program, to be written once nothing was edited for a while."""
        self._begin(Source(self.session.document.graph, self.session.checked_alone, self._file))

    def _rename(self) -> None:
        """The program names the file."""
        if self._source.file != self._file:
            self._begin(replace(self._source, file=self._file))

    def _begin(self, source: Source) -> None:
        self._source = source
        if self.wanted:
            self._waiting.start(self.session.pause)

    @property
    def _file(self) -> str:
        return made_from(self.session.document.path or self.session.document.origin)

    def want(self, wanted: bool) -> None:
        """While nobody looks at the program it is not written after every edit; `now` writes it all the same."""
        self.wanted = wanted
        if not wanted:
            self._waiting.stop()
        elif self._source is not self._written:
            self._asked = self._written  # where that raised, it is tried again
            self._waiting.start(0)

    def now(self) -> None:
        """Bring the program up to date at once, for whoever waits for it."""
        self._waiting.stop()
        if self._source is not self._written:
            self._take(self._source, self._source.program())

    def _write_on(self) -> None:
        """What was edited while the one before was written; nobody looks at several at once."""
        if self.wanted and not self._waiting.isActive():
            self._write()

    def _write(self) -> None:
        source = self._source
        if source is not self._written and source is not self._asked and not self._in_thread.busy:
            self._asked = source
            self._in_thread.do(source.program, lambda program: self._take(source, program))

    def _take(self, source: Source, program: Program | None) -> None:
        if source is self._source and source is not self._written and not self.session.closed:
            self._written, self.session.program = source, program
            self.session.program_changed.emit()
