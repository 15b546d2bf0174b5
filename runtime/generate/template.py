"""What a program takes of the templates: the definitions and blocks that it uses, and the imports that these need."""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import Any

from runtime.generate.layout import laid
from runtime.spec.templates import first_line, templates

STRING = re.compile(r"""\b(f?)(?:"((?:[^"\\]|\\.)*)"|'(?:[^'\\]|\\.)*')""")
FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]+)(?:!([rsa]))?(?::([^{}]*))?\}")  # of a formatted string, or a brace itself
CONVERTED: dict[str | None, Callable[[Any], Any]] = {None: lambda value: value, "r": repr, "s": str, "a": ascii}
ONE = re.compile(r"\[(\w+)\]")  # a list of one name
FLAGGED = re.compile(r"(.*,)  # if ([A-Z]+)")  # a line that is there with a flag alone
NAMED = re.compile(r"\b[A-Z_]+\b")  # what may be a flag


def pruned(source: str, flags: Mapping[str, bool]) -> str:
    """`source` without the blocks whose flag is off and without the flags; comments and layout are kept.

    A block is ``if FLAG:`` with an optional ``else``, anywhere; a choice is ``(this if FLAG else that)``. Of a loop
    that a choice leaves with one round, ``for x in [y]:``, the body is left, with `y` in the place of `x`. A line of
    its own that ends with ``# if FLAG``, such as an argument, is there with that flag alone.
    """
    if flags.keys().isdisjoint(NAMED.findall(source)):
        return source
    source = _chosen("\n".join(_flagged(source.splitlines(), flags)), flags)
    lines = source.splitlines()
    keep: dict[int, int] = {}  # line number -> columns to take off
    gone: set[int] = set()
    for step in ast.walk(ast.parse(source)):
        if isinstance(step, ast.If) and isinstance(step.test, ast.Name) and step.test.id in flags:
            chosen = step.body if flags[step.test.id] else step.orelse
        elif isinstance(step, ast.For) and (one := ONE.fullmatch(ast.unparse(step.iter))):
            chosen = step.body
            variable = re.compile(rf"(?<![\w.]){ast.unparse(step.target)}\b")
            for at in range(step.lineno, step.end_lineno or 0):
                lines[at] = variable.sub(one[1], lines[at])
        else:
            continue
        first, last = step.body[0], step.body[-1]
        stop = step.end_lineno or last.end_lineno or 0
        inner = range(first_line(chosen[0]), (chosen[-1].end_lineno or 0) + 1) if chosen else range(0)
        inner = _with_comments(lines, inner, step.lineno)
        gone |= set(range(step.lineno, stop + 1)) - set(inner)
        for number in inner:
            keep[number] = keep.get(number, 0) + first.col_offset - step.col_offset
    kept = [line[keep.get(at, 0) :] for at, line in enumerate(lines, start=1) if at not in gone]
    return _returned("\n".join(_spaced(kept)))


def _flagged(lines: list[str], flags: Mapping[str, bool]) -> Iterator[str]:
    """The lines without those whose own flag is off."""
    for line in lines:
        found = FLAGGED.fullmatch(line)
        if found is None or found[2] not in flags:
            yield line
        elif flags[found[2]]:
            yield found[1]


def _returned(source: str) -> str:
    """`source` with what is assigned and returned at once returned right away."""
    lines = source.splitlines()
    for step in ast.walk(ast.parse(source)):
        for one, other in pairwise(step.body if isinstance(step, ast.FunctionDef) else ()):
            if isinstance(one, ast.Assign) and isinstance(other, ast.Return) and isinstance(other.value, ast.Name):
                before = f"{other.value.id} = "
                if lines[one.lineno - 1].lstrip().startswith(before):
                    lines[one.lineno - 1] = lines[one.lineno - 1].replace(before, "return ", 1)
                    del lines[other.lineno - 1]
                    return _returned("\n".join(lines))
    return source


def _chosen(source: str, flags: Mapping[str, bool]) -> str:
    """`source` with one side of each choice, whose brackets go with it; those inside of others in a later round."""
    if " else " not in source:
        return source
    text = source.encode()
    starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
    spots: list[tuple[int, int, tuple[int, int]]] = []
    for step in ast.walk(ast.parse(source)):  # outer ones before inner ones
        if isinstance(step, ast.IfExp) and isinstance(step.test, ast.Name) and step.test.id in flags:
            begin, end = _span(step, starts)
            if not any(first <= begin < last for first, last, _ in spots):
                spots.append((begin, end, _span(step.body if flags[step.test.id] else step.orelse, starts)))
    for begin, end, side in sorted(spots, reverse=True):
        before, after = text[:begin], text[end:]
        if re.search(rb"(?<!\w)\(\s*$", before) and after.lstrip().startswith(b")"):
            before, after = before.rstrip()[:-1], after.lstrip()[1:]
        text = before + text[slice(*side)] + after
    return _chosen(text.decode(), flags) if spots else source


def _span(step: ast.expr, starts: list[int]) -> tuple[int, int]:
    """Where an expression begins and ends, in bytes."""
    end = starts[(step.end_lineno or step.lineno) - 1] + (step.end_col_offset or 0)
    return starts[step.lineno - 1] + step.col_offset, end


def _with_comments(lines: list[str], inner: range, first: int) -> range:
    """A block together with the comments that stand right above its first statement."""
    start = inner.start
    while start - 1 > first and lines[start - 2].lstrip().startswith("#"):
        start -= 1
    return range(start, inner.stop)


def _spaced(lines: list[str]) -> Iterator[str]:
    """No more than one blank line in a row inside a definition, none before its end."""
    text = "\n".join(lines).rstrip().splitlines()
    for at, line in enumerate(text):
        opened = at > 0 and text[at - 1].rstrip().endswith(":") and not line.strip()
        if not opened and not (at > 0 and not line.strip() and not text[at - 1].strip()):
            yield line


def written(line: str, constants: Mapping[str, str]) -> list[str]:
    """A line with expressions in place of names, laid out anew where it gets too long."""
    if not constants:
        return [line]
    names = re.compile(r"(?<![\w.])(" + "|".join(map(re.escape, constants)) + r")(?!\w)")
    told = STRING.sub(lambda found: _told(found, constants), line)
    made = names.sub(lambda found: constants[found[0]], told)
    before, expression = re.fullmatch(r"(\s*(?:return |[\w., ]+ = |))(.*)", made).groups()  # type: ignore[union-attr]
    return [made] if made == line else [*laid(before, expression)]


def _told(string: re.Match[str], constants: Mapping[str, str]) -> str:
    """A formatted string with the text of literals in place of fields; a plain one where no field is left."""
    text = string[2]
    if not string[1] or not text:
        return string[0]
    said = FIELD.sub(lambda field: _said(field, constants), text)
    if said == text or any(field[1] for field in FIELD.finditer(said)):
        return f'f"{said}"'
    return '"{}"'.format(said.replace("{{", "{").replace("}}", "}"))


def _said(field: re.Match[str], constants: Mapping[str, str]) -> str:
    """What a field says where a literal stands for its name; the field as it is where none does."""
    if field[1] not in constants:
        return field[0]
    try:
        shown = format(CONVERTED[field[2]](ast.literal_eval(constants[field[1]])), field[3] or "")
    except (ValueError, SyntaxError):  # an expression
        return field[0]
    return shown if shown.isprintable() and not re.search(r'[{}"\\]', shown) else field[0]


@lru_cache(1000)
def loaded(source: str) -> frozenset[str]:
    """The names that a piece of source reads, those in its annotations included."""
    found = set()
    for step in ast.walk(ast.parse(source)):
        if isinstance(step, ast.Name):
            found.add(step.id)
        elif isinstance(step, ast.Constant) and isinstance(step.value, str) and step.value.isidentifier():
            continue
        elif isinstance(step, ast.AnnAssign | ast.arg) and isinstance(step.annotation, ast.Constant):
            found |= loaded(str(step.annotation.value))
    return frozenset(found)


@cache
def _flags_in(name: str) -> frozenset[str]:
    """What in a definition may be a flag."""
    return frozenset(NAMED.findall(templates().definitions[name]))


@cache
def _definition(name: str, flags: frozenset[tuple[str, bool]]) -> str:
    """A definition, pruned; the few combinations of its own flags that come up are kept."""
    return pruned(templates().definitions[name], dict(flags))


def needed(source: str, flags: Mapping[str, bool]) -> dict[str, str]:
    """The definitions that `source` uses, directly or through each other, pruned, in the order of the templates."""
    known, found = templates().definitions, dict[str, str]()
    waiting = [name for name in loaded(source) if name in known]
    while waiting:
        name = waiting.pop()
        if name not in found:
            own = frozenset((flag, flags[flag]) for flag in _flags_in(name) if flag in flags)
            found[name] = _definition(name, own)
            waiting += [other for other in loaded(found[name]) if other in known]
    return {name: found[name] for name in known if name in found}


def import_lines(sources: Iterable[str], own: list[str]) -> list[str]:
    """The imports that `sources` need and the user's own, grouped and sorted as import sorters do."""
    names = set().union(*map(loaded, sources))
    statements = {text for name, text in templates().imports.items() if name in names} | set(own)
    standard: list[str] = []
    others: list[str] = []
    plain = [text for text in sorted(statements) if text.startswith("import ")]
    for text in plain:
        (standard if _standard(text) else others).append(f"{text}{_untyped(text)}")
    for text in _joined([text for text in statements if text.startswith("from ")]):
        (standard if _standard(text) else others).append(text)
    return [*standard, *([""] if standard and others else []), *others]


def _joined(statements: list[str]) -> list[str]:
    """One ``from`` statement a module, names sorted: constants, classes, then functions."""
    modules: dict[str, set[str]] = {}
    for text in statements:
        _, module, _, names = text.split(" ", 3)
        modules.setdefault(module, set()).update(name.strip() for name in names.split(","))
    found = []
    for module in sorted(modules, key=str.lower):
        names = ", ".join(sorted(modules[module], key=lambda name: (name.islower(), name)))
        found.append(f"from {module} import {names}{_untyped(f'from {module}')}")
    return found


def _standard(statement: str) -> bool:
    return statement.split()[1].partition(".")[0] in STANDARD


def _untyped(statement: str) -> str:
    """What tells a type checker that a package has no types."""
    return UNTYPED if statement.split()[1].partition(".")[0] in WITHOUT_TYPES else ""


STANDARD = frozenset(sys.stdlib_module_names)
UNTYPED = "  # type: ignore[import-untyped]"
WITHOUT_TYPES = ("pyarrow", "sklearn")
