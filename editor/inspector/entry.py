"""What all kinds of entries have in common: they show a value, and tell when a person gave another one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from runtime.spec.parameter import Parameter


@dataclass(frozen=True)
class Seen:
    """A parameter as it stands in the chosen nodes."""

    value: Any
    told: Any = None  # what the incoming wire tells, shown grey where no value is given
    mixed: bool = False  # the nodes differ
    names: tuple[str, ...] = ()  # the fields of the node, for what is set per field
    types: Mapping[str, str] = field(default_factory=dict)  # of one sample of each field, where it is known
    taken: frozenset[str] = frozenset()  # names that a field cannot have
    untrusted: frozenset[str] = frozenset()  # texts of functions that are not run yet
    about: Mapping[str, Any] = field(default_factory=dict)  # what a look told of the module that the node names
    to_trust: str = ""  # what is trusted with that module
    folder: Path = field(default_factory=Path)  # what paths are relative to
    beside: Callable[[], Path] = Path  # where a dialog begins as long as there is no path

    def inert(self, lines: list[str]) -> bool:
        """Whether the function of these lines waits for the user's trust."""
        return "\n".join(lines) in self.untrusted


class Entry(QWidget):
    """The part of a row in which a value is given. `wide` ones take the whole width below their name."""

    edited = Signal(object, object)  # value, {old name of a field: new name}
    refused = Signal(str)  # why what was typed is no value; empty: it is one again
    trusted = Signal(str)  # a text of Python that may run
    helped = Signal(object)  # the Parameter to explain, where an entry holds several; None for none of them
    wide = False
    head: QWidget | None = None  # a part of a wide one that stands beside its name
    stepping = False  # while arrow keys move a value: such edits during one visit become one undo step
    visit = ""  # of the part that is stepped, where there are several

    def __init__(self, parameter: Parameter) -> None:
        super().__init__()
        self.parameter = parameter
        self.seen = Seen(parameter.default)

    def show_seen(self, seen: Seen) -> None:
        """Show a value without telling of it."""
        self.seen = seen

    def commit(self) -> None:
        """Tell what was typed but not yet told."""

    def give(self, value: Any, renames: Mapping[str, str] | None = None) -> None:
        """Tell a value, unless it cannot be; what was wrong before, in another part of it, hinders nobody."""
        wrong = self.parameter.problem(value)
        self.refused.emit(wrong or "")
        if not wrong or wrong == self.parameter.problem(self.seen.value):
            self.seen = replace(self.seen, value=value, mixed=False)  # the form is filled anew only later
            self.edited.emit(value, dict(renames or {}))
