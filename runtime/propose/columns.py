"""The columns of a look at a file: what each is, what the model gets of them, and what it is to tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as filled
from typing import Any

from runtime.spec.tensor import Picture, Tensor, Text, Type, parse_type

NUMBER, CATEGORY, TEXT, DATE, PICTURE, TENSOR = "number", "category", "text", "date", "picture", "tensor"
INPUT, TARGET, OUT = "input", "target", "leave out"
LABELS = """class classes label labels target species category y kind survived diagnosis outcome quality variety result
    sentiment is_spam spam churn default digit""".split()
AMOUNTS = "target price y value amount cost sales mpg medv salary income rating score strength charges".split()
MOST_CLASSES = 50  # of a column that a model is to tell the class of
Look = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a table, one array, or one field, as it was seen and as it is to be used."""

    title: str
    kind: str
    role: str
    field: str = ""  # the one that it went into when the file was looked at
    about: Any = None  # what that field is: its type, or that with columns and classes
    facts: Mapping[str, Any] = filled(default_factory=dict)
    seen: str = ""  # the kind that it was taken for
    fills: bool = False  # cells that are no numbers count as missing

    @property
    def used(self) -> bool:
        """Whether it is read at all."""
        return self.role != OUT

    @property
    def missing(self) -> int:
        """How many rows have nothing there."""
        return int(self.facts.get("missing") or 0)

    @property
    def note(self) -> str:
        """What a look said of it, behind its title; empty for nothing."""
        return str(self.facts.get("note") or "")

    @property
    def classes(self) -> list[str]:
        """The names of its classes in their order, where they are known; what is missing is one of inputs alone."""
        told = self.about.get("classes") if isinstance(self.about, dict) else None
        found = [str(name) for name in told or (name for name, _ in self.facts.get("classes") or ())]
        if self.kind != CATEGORY or not self.in_table:
            return found
        return [""] * (bool(self.missing) and self.role == INPUT) + [name for name in found if name]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each class has, where that is known."""
        found = {str(name): int(count) for name, count in self.facts.get("classes") or ()}
        return {name: count for name, count in found.items() if name or self.role != TARGET}

    @property
    def unread(self) -> int:
        """The rows that have nothing there, or what is nothing of its kind, as the bits of a number."""
        return self._rows("empty") | self._rows("odd")

    @property
    def lost(self) -> int:
        """The rows that are left out for its sake as it is used, as the bits of a number."""
        if self.role == OUT or self.kind == TEXT:
            return 0
        if self.role == INPUT and self.kind in (NUMBER, CATEGORY, DATE):  # keep what is missing
            return 0 if self.fills else self._rows("odd")
        return self.unread

    def _rows(self, what: str) -> int:
        return int(self.facts.get(what) or "0", 16)

    @property
    def in_table(self) -> bool:
        """Whether its field is made of columns by their titles, so that it can be made otherwise."""
        return isinstance(self.about, dict) and ("column" in self.about or "columns" in self.about)

    @property
    def kinds(self) -> list[str]:
        """What it could be taken for."""
        if not self.in_table:
            return [self.seen]
        found = [self.seen]
        if self.seen == CATEGORY and all(map(is_number, filter(None, self.classes))):
            found.append(NUMBER)
        if self.seen in (NUMBER, TEXT) and 1 < len(self.classes) <= MOST_CLASSES:
            found.append(CATEGORY)
        return [*found, TEXT] if self.seen != TEXT else found

    @property
    def roles(self) -> list[str]:
        """What it can be for: a model tells classes and numbers."""
        return [INPUT, TARGET] if self.kind in (NUMBER, CATEGORY) else [INPUT]


def columns_of(look: Look) -> tuple[Column, ...]:
    """The columns of a file as a look guessed them, with a guess of what is to be predicted."""
    fields = look.get("parameters", {}).get("fields", {})
    facts = look.get("columns") or [each for name, about in fields.items() for each in _told(name, about)]
    table = look.get("type") == "data.Table"
    return with_target([_column(each, fields, table) for each in facts], table)


def _told(name: str, about: Any) -> Iterable[dict[str, Any]]:
    """The columns of a field, of which nothing more is known."""
    given = about if isinstance(about, dict) else {"type": about}
    for title in given.get("columns", [given.get("column", name)]):
        yield {"title": title, "field": name}


def _column(facts: Mapping[str, Any], fields: Mapping[str, Any], table: bool) -> Column:
    name = facts.get("field") or ""
    about = fields.get(name)
    role = INPUT if about is not None else OUT
    if about is None and table and facts.get("type"):
        about = {"type": facts["type"], "column": facts["title"]}
        facts = facts if facts.get("kind") in (NUMBER, CATEGORY) else {**facts, "kind": TEXT, "type": TEXT}
    kind = facts.get("kind") or kind_of(about)
    kind = CATEGORY if kind == "label" else kind
    return Column(str(facts["title"]), kind, role, name, about, facts, kind)


def kind_of(about: Any) -> str:
    """What a field is by its type alone."""
    given = about if isinstance(about, dict) else {"type": about}
    type = parse_type(str(given.get("type")))
    if given.get("classes"):
        return CATEGORY
    if isinstance(type, Text):
        return TEXT
    if isinstance(type, Picture):
        return PICTURE
    return NUMBER if "columns" in given or (isinstance(type, Tensor) and not type.shape) else TENSOR


def type_of(about: Any) -> Type | None:
    """The type of a field."""
    return parse_type(str(about["type"] if isinstance(about, dict) else about))


def with_target(columns: Sequence[Column], table: bool) -> tuple[Column, ...]:
    """The columns with the one to be predicted, as far as names and places tell."""
    found = _target(columns, table)
    return tuple(replace(each, role=TARGET) if each is found else each for each in columns)


def _target(columns: Sequence[Column], table: bool) -> Column | None:
    used = [each for each in columns if each.used]
    classes = [each for each in used if each.kind == CATEGORY and 1 < len(each.classes) <= MOST_CLASSES]
    numbers = [each for each in used if each.kind == NUMBER and (table or len(used) > 1)]
    if len(used) < 2:
        return None
    called = [each for each in classes if named(each.title, LABELS)]
    amounts = [each for each in numbers if named(each.title, AMOUNTS)]
    last = [each for each in used[-1:] if each in classes]
    if called or last:
        return (called or last)[-1]
    if amounts:
        return amounts[-1]
    if len(classes) == 1 and (len(numbers) < 1 or used[0] is classes[0]):
        return classes[0]
    if table and used[-1] in numbers:
        return used[-1]
    return classes[-1] if classes else None


def named(title: str, words: Sequence[str]) -> bool:
    """Whether a title is one of the words."""
    return title.strip().lower().replace(" ", "_") in words


def chosen(columns: Sequence[Column], title: str, kind: str = "", role: str = "") -> tuple[Column, ...]:
    """The columns after a choice for one of them: another target takes the place of the one there was."""
    found = []
    for each in columns:
        if each.title == title:
            each = _changed(each, kind or each.kind, role or each.role)
        elif role == TARGET and each.role == TARGET:
            each = replace(each, role=INPUT)
        found.append(each)
    return tuple(found)


def _changed(column: Column, kind: str, role: str) -> Column:
    if kind == OUT or role == OUT:
        return replace(column, role=OUT)
    role = INPUT if role == OUT else role
    changed = replace(column, kind=kind, role=role)
    return changed if role in changed.roles else replace(changed, role=INPUT)


def is_number(text: str) -> bool:
    """Whether a cell could be a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
