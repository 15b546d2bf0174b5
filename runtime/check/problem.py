"""What a check finds: problems, and the report that holds them together with the type of every port."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.check.matches import Matches
from runtime.check.port_types import Types
from runtime.graph.edit import Edit
from runtime.graph.model import Edge, Graph

ERROR, WARNING, OPEN = "error", "warning", "open"
REMOVE = "Remove the wire"  # the last resort where a type does not fit; leaves an open end


@dataclass(frozen=True)
class Repair:
    """Edits that were tried and do away with the problem, under a label for a button."""

    label: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Problem:
    """One finding: `error` (torch would raise), `warning` (runs, but is hardly meant) or `open` (unfinished)."""

    node: str
    port: str | None
    severity: str
    message: str
    repairs: tuple[Repair, ...] = ()
    edges: tuple[Edge, ...] = ()  # the wires to draw red
    ran: bool = False  # what a run failed at: it keeps nobody from the next one, as its cause may be gone

    @property
    def blocks(self) -> bool:
        """Whether the graph cannot be run as long as this stands."""
        return self.severity != WARNING and not self.ran

    @property
    def finding(self) -> str:
        """The message without the first repair's label, which stands at its end."""
        return self.message.removesuffix(f" {self.repairs[0].label}.") if self.repairs else self.message

    @property
    def told(self) -> str:
        """The sentence for a terminal, where no button stands beside it."""
        mend = f" To mend it: {self.repairs[0].label}." if self.repairs else ""
        return f"{self.finding}{mend}"

    def as_json(self) -> dict[str, Any]:
        """The form of ``torchweave check --json``."""
        repairs = [{"label": repair.label, "edits": [list(edit) for edit in repair.edits]} for repair in self.repairs]
        keys = {"node": self.node, "port": self.port, "severity": self.severity, "message": self.message}
        return {**keys, "repairs": repairs}


@dataclass(frozen=True)
class Report:
    """A type for every port that has one, inferred parameters, sides, and the problems in the order of the graph."""

    types: Types = field(default_factory=lambda: Types(Graph(), {}, {}, {}))
    problems: tuple[Problem, ...] = ()
    inferred: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)  # node id -> "sample", "border" or "batch"
    order: tuple[str, ...] = ()  # every node after what feeds it
    matches: Mapping[str, Matches] = field(default_factory=dict)  # what files of weights have for each node

    @property
    def sound(self) -> bool:
        """Whether the graph can be trained: no errors, nothing open."""
        return not any(problem.blocks for problem in self.problems)

    def of(self, severity: str) -> tuple[Problem, ...]:
        """The problems of one severity."""
        return tuple(problem for problem in self.problems if problem.severity == severity)
