"""Write how rows are read, and which of them are trained on, held out or kept for a test."""

from collections.abc import Collection, Iterator
from typing import cast

from runtime.check.datasets import classes_of, joins_in
from runtime.check.rules.split import COLUMN, GROUP, RANDOM, SIDES, SPLIT_BY, STRATIFIED
from runtime.generate.drawn import Drawn, Line
from runtime.generate.model import statement
from runtime.graph.model import End
from runtime.spec.code import Code, call, code, literal, name
from runtime.spec.column import Column

PARTS = {"validation": "held_out", "test": "tested"}  # and the variables that hold their rows
SPLITS = {STRATIFIED: "split_classes", GROUP: "split_groups", COLUMN: "split_told"}
FOLDS = {RANDOM: "fold_rows", STRATIFIED: "fold_classes", GROUP: "fold_groups"}


def paths(drawn: Drawn) -> dict[str, str]:
    """The files of the datasets, by the names of their options: ``my-flowers``, ``my-flowers-validation``."""
    found = {**drawn.files}
    for side in drawn.split.given:
        found[f"{drawn.dataset}-{side}"] = getattr(drawn.values(drawn.dataset), f"{side}_path")
    return {id.replace("_", "-"): path for id, path in found.items()}


def read(drawn: Drawn, joins: Collection[str] = ()) -> Iterator[Line]:
    """The statements that read the datasets and put them together; several files of one, one after the other.

    The rows get the keys of `joins` as columns beside the fields.
    """
    for id in drawn.datasets:
        variable = "columns" if id == drawn.dataset else name(id)
        if id == drawn.dataset and drawn.split.given:
            yield from _several(drawn)
        else:
            yield from statement(f"    {variable} = ", _reading(drawn, id, joins=joins), "", id)


def _several(drawn: Drawn) -> Iterator[Line]:
    """The statements that read all files of the dataset that feeds Collate."""
    id, files = drawn.dataset, drawn.free("files")
    options = ", ".join(f"options.{name(each.replace('-', '_'))}_path" for each in paths(drawn))
    one = Code(drawn.free("file"))
    several = f"[{_reading(drawn, id, one)} for {one} in ({options})]"
    yield from statement(f"    {files} = ", several, "", id)
    yield Line(f"    columns = join_files({files})", id)


def _reading(drawn: Drawn, id: str, file: Code | None = None, joins: Collection[str] = ()) -> Code:
    """The call that reads a dataset, or makes one of those that were read before it."""
    inputs, values = drawn.ports(id)[0], drawn.values(id)
    if inputs:
        columns = {
            port.name: [
                Column(end.node, code(f"{name(end.node)}[{{}}]", end.port)) for end in drawn.sources(id, port.name)
            ]
            for port in inputs
        }
        for source in dict.fromkeys(end.node for end in drawn.taken(id)):
            handed = [_key(join) for join in joins if join in joins_in(drawn.graph, source)]
            columns |= {key: [Column(source, code(f"{name(source)}[{{}}]", key))] for key in handed}
        if id in joins:
            columns[_key(id)] = columns["key"][:1]
        return cast(Code, values.read(columns))
    if getattr(drawn.specs[id].declared, "apart", False):
        values.fields = {port: values.fields[port] for _, port in read_ends(drawn, id)}
    read: Code = values.read()
    if id not in drawn.files:
        return read
    return call(read.head[:-1], file or Code(f"options.{name(id)}_path"), *map(Code, read.parts[1:]))


def read_ends(drawn: Drawn, id: str) -> list[End]:
    """The outputs of a dataset; of one that is read field by field those that somebody uses."""
    ends = drawn.ends(id)
    apart = getattr(drawn.specs[id].declared, "apart", False)
    return [end for end in ends if end in drawn.graph.outgoing] if apart else ends


def split(drawn: Drawn) -> Iterator[Line]:
    """The statements that say which rows are trained on; what files give is split no further.

    Of joined rows that stay together the first ones are split, and the others follow them.
    """
    plan, joins, id = drawn.split, drawn.joins, drawn.collate
    whole = bool(joins) and plan.kind in (RANDOM, STRATIFIED)
    keys = [code("columns.pop({})", _key(join)) for join in joins]
    by = None if plan.kind == RANDOM else _column(drawn)
    if whole:
        first = drawn.free("first")
        yield from statement(f"    {first} = ", call("kept_together", *keys), "", id)
        by = by and call("classes_of_firsts", by, Code(first))
    if joins and plan.kind == GROUP:
        groups = drawn.free("groups")
        yield from statement(f"    {groups} = ", call("groups_with_keys", by, *keys), "", id)
        by = Code(groups)
    count = f"len({first}.unique())" if whole else code("len(columns[{}])", read_ends(drawn, drawn.dataset)[0].port)
    yield from _parts(drawn, Code(count), by)
    if plan.folds:
        fold = Code("FOLDS"), Code("options.fold"), _seed(drawn)
        least = {} if whole else _least(drawn)  # the rows of a whole are more than one
        made = call(FOLDS[plan.kind], Code("training"), *([by] if by else []), *fold, **least)
        variables = f"training, {drawn.free(PARTS['validation'])}"
        yield from statement(f"    {variables} = ", made, "", id)
    parts = ["training", *(drawn.free(rows) for side, rows in PARTS.items() if plan.has(side))]
    if whole:
        together = call("with_partners", Code(first), *map(Code, parts))
        yield from statement(f"    {', '.join(parts)} = ", together, "", id)
    if plan.told:
        for join, key in zip(joins, keys, strict=True):
            yield from statement("    ", call("tell_shared", key, *map(Code, parts)), "", join)


def _key(join: str) -> str:
    """The name of the column that has the key by which each row was joined."""
    return f"{join}.key"


def least_rows(drawn: Drawn) -> dict[str, int]:
    """The metrics that compare rows with each other, and how many they need."""
    found = {drawn.key(id): getattr(drawn.specs[id].declared, "least_rows", 1) for id in drawn.measured}
    return {name: count for name, count in found.items() if count > 1}


def _least(drawn: Drawn) -> dict[str, tuple[int, int]]:
    """How many rows each fold needs to train on and to hold out, where one is not enough."""
    values = drawn.values(drawn.collate)
    held = max(least_rows(drawn).values(), default=1)
    size = values.batch_size if values.drop_last else 1
    least = -(-held // size) * size, held  # whole batches
    return {"least": least} if least != (1, 1) else {}


def _parts(drawn: Drawn, count: Code, by: Code | None) -> Iterator[Line]:
    """The statements that split as many rows, or rows by a column."""
    plan, id = drawn.split, drawn.collate
    if plan.given:
        sides = ["training", *(drawn.free(PARTS[side]) for side in plan.given)]
        yield Line(f"    {', '.join(sides)} = rows_of_each({_files(drawn)})", id)
        count = Code("len(training)")
    if not plan.told and not any(plan.shares):
        if not plan.given:
            yield Line(f"    training = torch.arange({count})", id)
        return
    asked = [side for side in SIDES if plan.told or getattr(plan, side)]
    if plan.kind == RANDOM and not plan.test:
        names = ["training", drawn.free(PARTS["validation"])]
        made = call("split_rows", count, share=plan.validation, seed=_seed(drawn))
    else:
        names = ["training", *(drawn.free(PARTS[side]) if side in asked else "_" for side in SIDES)]
        made = _by_column(drawn, by) if by else call("split_parts", count, plan.shares, _seed(drawn))
    yield from statement(f"    {', '.join(names)} = ", made, "", id)


def _by_column(drawn: Drawn, column: Code) -> Code:
    """The call that splits by a column."""
    plan = drawn.split
    if not plan.told:
        return call(SPLITS[plan.kind], column, plan.shares, _seed(drawn))
    classes = classes_of(drawn.graph, drawn.sources(drawn.collate, SPLIT_BY)[0])
    return call(SPLITS[plan.kind], column, *([classes] if classes else []))


def _port(drawn: Drawn) -> str:
    return drawn.sources(drawn.collate, SPLIT_BY)[0].port


def _column(drawn: Drawn) -> Code:
    """What rows are split by."""
    return Code(f"{f'{_files(drawn)}[0]' if drawn.split.given else 'columns'}[{literal(_port(drawn))}]")


def _files(drawn: Drawn) -> str:
    """The variable that holds what each file has."""
    return drawn.free("files")


def _seed(drawn: Drawn) -> int:
    seed: int = drawn.values(drawn.collate).split_seed
    return seed
