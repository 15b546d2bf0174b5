"""Lists of fields: names alone, or names with the type of their samples; rows are added, renamed and removed."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.inspector.entry import Entry, Seen
from editor.inspector.line import CommitLine
from editor.inspector.naming import field_refusal, spelled
from editor.looks.pieces import IconButton, Line, TextButton
from runtime.spec.parameter import Parameter

START = "float32[]"  # the type of a new field until the user gives one: what a column of a table holds


class FieldRow(QWidget):
    """One field: its name, its type where there is one, and what is known of its classes."""

    name_given = Signal(object, str)
    type_given = Signal(object, str)
    removed = Signal(object)

    def __init__(self, typed: bool) -> None:
        super().__init__()
        self.name = CommitLine(figures=True)
        self.type = CommitLine(figures=True, px=11)
        self.classes = Line("", "muted")
        self.away = IconButton("minus", "Remove the field", size=14)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.name, 4)
        layout.addWidget(self.type, 7)
        if typed:
            self.name.setFixedWidth(78)  # so that types stand below each other
        self.type.setVisible(typed)  # not before it has a parent: it would be a window of its own
        layout.addWidget(self.classes)
        layout.addWidget(self.away)
        self.name.committed.connect(lambda text: self.name_given.emit(self, text))
        self.type.committed.connect(lambda text: self.type_given.emit(self, text))
        self.away.clicked.connect(lambda: self.removed.emit(self))

    def tell(self, name: str, about: Any) -> None:
        """Show a field; `about` is its type, or a table with type, column and classes."""
        known = about if isinstance(about, dict) else {"type": about}
        self.name.keep(name)
        self.name.setAccessibleName(f"Name of field {name}")
        self.away.say(f"Remove {name}")
        self.type.keep(str(known.get("type", "")))
        self.type.setAccessibleName(f"Type of {name}")
        classes = known.get("classes")
        self.classes.setVisible(bool(classes))
        if classes:
            several = isinstance(classes, list)
            count = len(classes) if several else classes
            self.classes.setText(f"{count:,} classes" if isinstance(count, int) else f"{count} classes")
            self.classes.setToolTip(", ".join(map(str, classes)) if several else "")
        columns = known.get("columns") or [known.get("column")]
        if isinstance(columns, list) and any(columns):
            self.name.setToolTip(f"From {', '.join(map(str, columns))}"[:400])


class RowsEntry(Entry):
    """The list of rows with a button for one more."""

    wide = True

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.rows: list[FieldRow] = []
        self.fresh = False  # a row was added: it wants a name
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.more = TextButton("plus", "Add a field")
        self.more.clicked.connect(self._add)
        self.column.addWidget(self.more)
        self.setFocusProxy(self.more)

    def fields(self) -> dict[str, Any]:
        """The fields as they stand, with what is known of each."""
        value = self.seen.value
        return dict(value) if isinstance(value, Mapping) else dict.fromkeys(value if isinstance(value, list) else [])

    def show_seen(self, seen: Seen) -> None:
        """Show the fields; rows that stay keep what is typed in them."""
        super().show_seen(seen)
        fields = self.fields()
        while len(self.rows) > len(fields):
            row = self.rows.pop()
            row.hide()
            row.deleteLater()
        while len(self.rows) < len(fields):
            self.rows.append(self._row())
        for row, (name, about) in zip(self.rows, fields.items(), strict=True):
            row.tell(name, about)
        if self.fresh and self.rows:
            self.fresh = False
            self.rows[-1].name.setFocus()
            self.rows[-1].name.selectAll()

    def commit(self) -> None:
        """Tell what was typed in any row."""
        for row in list(self.rows):
            row.name.commit()
            row.type.commit()

    def _row(self) -> FieldRow:
        row = FieldRow(self.parameter.kind == "fields")
        row.name_given.connect(self._rename)
        row.type_given.connect(self._retype)
        row.removed.connect(self._remove)
        self.column.insertWidget(self.column.count() - 1, row)
        row.show()  # at once, so that it can have the focus
        return row

    def _give(self, fields: dict[str, Any], renames: Mapping[str, str] | None = None) -> None:
        self.give(fields if self.parameter.kind == "fields" else list(fields), renames)

    def _rename(self, row: Any, text: str) -> None:
        fields = self.fields()
        old, new = list(fields)[self.rows.index(row)], spelled(text)
        if refusal := field_refusal(text, self.seen.taken | (fields.keys() - {old})):
            self.refused.emit(refusal)
            row.name.setModified(True)
            return
        row.name.kept = new
        row.name.setText(new)
        self._give({new if name == old else name: about for name, about in fields.items()}, {old: new})

    def _retype(self, row: Any, text: str) -> None:
        fields = self.fields()
        name = list(fields)[self.rows.index(row)]
        about = fields[name]
        fields[name] = {**about, "type": text.strip()} if isinstance(about, dict) else text.strip()
        if self.parameter.problem(fields):
            row.type.setModified(True)
        self._give(fields)

    def _remove(self, row: Any) -> None:
        fields = self.fields()
        del fields[list(fields)[self.rows.index(row)]]
        self._give(fields)

    def _add(self) -> None:
        fields = self.fields()
        name, number = "field", 1
        while name in fields:
            number += 1
            name = f"field_{number}"
        self.fresh = True
        self._give({**fields, name: START})
