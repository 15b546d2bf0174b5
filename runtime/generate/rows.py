"""Write how rows are read, and which of them are trained on, held out or kept for a test."""

from collections.abc import Iterator
from typing import Any

from runtime.check.rules.split import COLUMN, GROUP, RANDOM, SIDES, SPLIT_BY, STRATIFIED
from runtime.generate.drawn import Drawn, Line
from runtime.generate.model import statement
from runtime.spec.code import Code, call, literal, name

PARTS = {"validation": "held_out", "test": "tested"}  # and the variables that hold their rows
SPLITS = {STRATIFIED: "split_classes", GROUP: "split_groups", COLUMN: "split_told"}


def paths(drawn: Drawn) -> dict[str, str]:
    """The files of the dataset, by the names of their options: ``flowers``, ``flowers-validation``."""
    values, id = drawn.values(drawn.dataset), drawn.dataset
    if "path" not in drawn.specs[id].parameter:
        return {}
    more = {f"{id}-{side}": getattr(values, f"{side}_path") for side in SIDES if side in drawn.split.given}
    return {id: values.path, **more}


def read(drawn: Drawn) -> Iterator[Line]:
    """The statements that read the dataset; several files one after the other."""
    id, expression = drawn.dataset, drawn.values(drawn.dataset).read()
    options = [Code(f"options.{name(each.replace('-', '_'))}_path") for each in paths(drawn)]
    if len(options) < 2:
        given = [*options, *map(Code, expression.parts[len(options) :])]
        yield from statement("    columns = ", call(expression.head[:-1], *given), "", id)
        return
    one, files = drawn.free("file"), _files(drawn)
    each = call(expression.head[:-1], Code(one), *map(Code, expression.parts[1:]))
    several = f"[{each} for {one} in ({', '.join(options)})]"
    yield from statement(f"    {files} = ", several, "", id)
    yield Line(f"    columns = join_files({files})", id)


def split(drawn: Drawn) -> Iterator[Line]:
    """The statements that say which rows are trained on; what files give is split no further."""
    plan, id = drawn.split, drawn.collate
    count = call("rows_of", Code("columns"))
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
        made = _by_column(drawn) if plan.kind != RANDOM else call("split_parts", count, plan.shares, _seed(drawn))
    yield from statement(f"    {', '.join(names)} = ", made, "", id)


def _by_column(drawn: Drawn) -> Code:
    """The call that splits by a column."""
    plan, port = drawn.split, drawn.sources(drawn.collate, SPLIT_BY)[0].port
    column = Code(f"{f'{_files(drawn)}[0]' if plan.given else 'columns'}[{literal(port)}]")
    if not plan.told:
        return call(SPLITS[plan.kind], column, plan.shares, _seed(drawn))
    about: Any = (getattr(drawn.values(drawn.dataset), "fields", None) or {}).get(port)
    classes = about.get("classes") if isinstance(about, dict) else None
    return call(SPLITS[plan.kind], column, *([classes] if classes else []))


def _files(drawn: Drawn) -> str:
    """The variable that holds what each file has."""
    return drawn.free("files")


def _seed(drawn: Drawn) -> int:
    seed: int = drawn.values(drawn.collate).split_seed
    return seed
