"""Write the data: reading, what is done to samples, and how they become batches."""

from collections.abc import Iterator
from typing import Any

from runtime.generate.drawn import Drawn, Line
from runtime.generate.model import statement
from runtime.graph.model import End
from runtime.spec.code import Code, call, literal, name

BANNER = "# " + "-" * 86


def own_code(drawn: Drawn) -> Iterator[Line]:
    """The user's own functions, word for word, between banners."""
    for own in drawn.owned:
        where = f"{own.node}.{own.field}" if own.field else own.node
        yield Line(f"# {f' your own function of {where} ':-^86}"[:88], own.node)
        yield Line("")
        yield Line("")
        yield from (Line(text.rstrip(), own.node) for text in own.body.splitlines())
        yield Line("")
        yield Line("")
        yield Line(BANNER)
        yield Line("")
        yield Line("")


def data(drawn: Drawn) -> Iterator[Line]:
    """Everything from files to batches."""
    yield from _gathered(drawn) if drawn.loaded_because is None else _loaded(drawn)


def _read(drawn: Drawn) -> Iterator[Line]:
    """The statement that reads the dataset."""
    id = drawn.dataset
    expression = drawn.values(id).read()
    if "path" in drawn.specs[id].parameter:
        expression = call(expression.head[:-1], Code(f"options.{name(id)}_path"), *map(Code, expression.parts[1:]))
    yield from statement("    columns = ", expression, "", id)


def _sampled(drawn: Drawn, variables: dict[End, Code], indent: str) -> Iterator[Line]:
    """The transforms left of collate; the same code serves one sample and whole columns."""
    for id in drawn.samples:
        end = End(id, drawn.ports(id)[1][0].name)
        expression = drawn.computed(id, variables)
        random = getattr(drawn.specs[id].declared, "random", False)
        variable = drawn.variable(end)
        if random:
            source = variables[drawn.sources(id, "input")[0]]
            seed = Code(f"seeded(self.seed, epoch, row, {literal(id)})")
            yield Line(f"{indent}{variable} = {source}", id)
            yield Line(f"{indent}if self.training:", id)
            expression = call(expression.head[:-1], *map(Code, expression.parts), seed)
            yield from statement(f"{indent}    {variable} = ", expression, drawn.shown(end), id)
        else:
            yield from statement(f"{indent}{variable} = ", expression, drawn.shown(end), id)
        variables[end] = variable


def _fields(drawn: Drawn, variables: dict[End, Code]) -> list[tuple[str, Code]]:
    fields = drawn.values(drawn.collate).fields
    return [(field, variables[drawn.sources(drawn.collate, field)[0]]) for field in fields]


def _columns(drawn: Drawn, holder: str, row: str = "") -> dict[End, Code]:
    """The outputs of the dataset, as columns or as one row of them."""
    outputs = drawn.ports(drawn.dataset)[1]
    return {End(drawn.dataset, port.name): Code(f"{holder}[{literal(port.name)}]{row}") for port in outputs}


def _mapping(pairs: list[tuple[str, Code]], indent: str, node: str) -> Iterator[Line]:
    for field, expression in pairs:
        yield from statement(f"{indent}{literal(field)}: ", expression, ",", node)


def _gathered(drawn: Drawn) -> Iterator[Line]:
    variables = _columns(drawn, "columns")
    yield Line("def read_data(options: argparse.Namespace) -> dict[str, Any]:")
    yield Line('    """Every row of every field, as drawn left of collate."""')
    yield from _read(drawn)
    yield from _sampled(drawn, variables, "    ")
    yield Line("    return {")
    yield from _mapping(_fields(drawn, variables), "        ", drawn.collate)
    yield Line("    }")
    yield Line("")
    yield Line("")
    yield Line("def make_batches(options: argparse.Namespace) -> dict[str, Batches]:")
    yield Line('    """What is trained on, and what is held out."""')
    yield Line("    columns = read_data(options)", drawn.collate)
    yield from _batches(drawn, "Batches", [Code("columns")], [Code("columns")], {})


def _batches(
    drawn: Drawn, kind: str, training: list[Code], held_out: list[Code], more: dict[str, Any]
) -> Iterator[Line]:
    """Split the rows and make what gives batches of them."""
    values, id = drawn.values(drawn.collate), drawn.collate
    share = values.validation
    if share:
        yield Line("    total = rows_of(columns)", id)
        yield Line(f"    training, held_out = split_rows(total, {share!r}, {values.split_seed})", id)
    else:
        yield Line("    training = torch.arange(rows_of(columns))", id)
    named = {"shuffle": True} if values.shuffle else {}
    named |= {"drop_last": True} if values.drop_last else {}
    yield Line("    return {")
    for side, source, rows, order in (
        ("training", training, "training", {**named, "seed": Code("options.seed")}),
        ("validation", held_out, "held_out", {}),
    ):
        if side == "training" or share:
            given = [*source, Code(rows), values.batch_size]
            yield from statement(f'        "{side}": ', call(kind, *given, **more, **order), ",", id)
    yield Line("    }")


def _loaded(drawn: Drawn) -> Iterator[Line]:
    yield from _samples(drawn)
    yield Line("")
    yield Line("")
    yield from _collate(drawn)
    yield Line("")
    yield Line("")
    values = drawn.values(drawn.collate)
    more = {n: getattr(values, n) for n in ("num_workers", "pin_memory") if getattr(values, n)}
    yield Line("def make_batches(options: argparse.Namespace) -> dict[str, Loader]:")
    yield Line('    """What is trained on, and what is held out."""')
    yield from _read(drawn)
    collate = Code("collate_samples")
    training, held_out = (Code(f"Samples(columns, options.seed, {side})") for side in (True, False))
    yield from _batches(drawn, "Loader", [training, collate], [held_out, collate], more)


def _samples(drawn: Drawn) -> Iterator[Line]:
    """The class Samples."""
    yield Line("class Samples(Dataset[dict[str, Any]]):")
    yield Line('    """One sample at a time, as drawn left of collate."""')
    yield Line("")
    yield Line("    def __init__(self, columns: Mapping[str, Any], seed: int, training: bool) -> None:")
    yield Line("        self.columns, self.seed, self.training = columns, seed, training")
    yield Line("")
    yield Line("    def __len__(self) -> int:")
    yield Line("        return rows_of(self.columns)")
    yield Line("")
    yield Line("    def __getitem__(self, key: tuple[int, int]) -> dict[str, Any]:")
    random = any(getattr(drawn.specs[id].declared, "random", False) for id in drawn.samples)
    yield Line("        epoch, row = key" if random else "        _, row = key")
    variables = _columns(drawn, "self.columns", "[row]")
    yield from _sampled(drawn, variables, "        ")
    yield Line("        return {")
    yield from _mapping(_fields(drawn, variables), "            ", drawn.collate)
    yield Line("        }")


def _collate(drawn: Drawn) -> Iterator[Line]:
    """The function collate_samples."""
    values = drawn.values(drawn.collate)
    whole = next((own for own in drawn.owned if own.parameter == "collate_fn"), None)
    yield Line("def collate_samples(samples: list[dict[str, Any]]) -> dict[str, Any]:")
    yield Line('    """Samples put together into a batch."""')
    if whole:
        yield Line(f"    return {name(whole.function)}(samples)", drawn.collate)
        return
    yield Line("    return {")
    for field in values.fields:
        type = drawn.type(drawn.sources(drawn.collate, field)[0])
        listed = Code(f"[sample[{literal(field)}] for sample in samples]")
        own = next((own for own in drawn.owned if own.field == field), None)
        expression = call(own.function, listed) if own else _put(values.collate.get(field), str(type), listed)
        yield from statement(f"        {literal(field)}: ", expression, ",", drawn.collate)
    yield Line("    }")


def _put(way: str | None, type: str, listed: Code) -> Code:
    """Stack, pad or leave the samples of a field as a list."""
    if way == "pad":
        return call("nn.utils.rnn.pad_sequence", listed, batch_first=True)
    return listed if way == "list" or "[" not in type else call("torch.stack", listed)
