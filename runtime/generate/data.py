"""Write the data: reading, what is done to samples, and how they become batches."""

from collections.abc import Iterator
from typing import Any

from runtime.check.rules.sampling import BALANCED, SAMPLE_BY, SHUFFLE
from runtime.generate.collated import batch_of_rows, collate_rows, collate_samples
from runtime.generate.drawn import Drawn, Line, fitted
from runtime.generate.lasting import cached
from runtime.generate.layout import WIDTH, laid
from runtime.generate.model import kept, mapping, statement
from runtime.generate.rows import PARTS, read, read_ends, split
from runtime.graph.model import End
from runtime.spec.code import Code, call, code, comment, literal, name
from runtime.spec.tensor import Tensor

BANNER = "# " + "-" * 86


def own_code(drawn: Drawn) -> Iterator[Line]:
    """The user's own functions, word for word, between banners; a text that several nodes have stands there once."""
    texts: set[str] = set()
    for own in drawn.owned:
        if not own.body or own.text in texts:
            continue
        texts.add(own.text)
        where = comment(f"{own.node}.{own.field}" if own.field else own.node)
        yield Line(f"# {f' your own function of {where} ':-^86}"[:88], own.node)
        yield Line("")
        yield Line("")
        yield from (Line(text, own.node) for text in own.body.split("\n"))
        yield Line("")
        yield Line("")
        yield Line(BANNER)
        yield Line("")
        yield Line("")


def data(drawn: Drawn) -> Iterator[Line]:
    """Everything from files to batches."""
    yield from _gathered(drawn) if drawn.loaded_because is None else _loaded(drawn)


def sampled(
    drawn: Drawn, variables: dict[End, Code], indent: str, ids: list[str], each: str = "", evaluated: bool = False
) -> Iterator[Line]:
    """The transforms left of collate; the same code serves one sample and whole columns.

    `evaluated` says that they do what evaluation does, and nothing at random.
    """
    for id in ids:
        ends = drawn.ends(id)
        if drawn.fits(id) and fitted(id) not in variables:
            yield from _fitted(drawn, variables, indent, id)
        shown = drawn.shown(*ends).replace("# ", f"# {each}")
        if drawn.random(id) and not evaluated:
            yield from _at_random(drawn, variables, indent, id, shown)
        else:
            expression = drawn.steady(id, variables) if drawn.random(id) else _whole(drawn, variables, id, bool(each))
            yield from statement(f"{indent}{drawn.assigned(id)} = ", expression, shown, id)
        variables |= {end: drawn.variable(end) for end in ends}


def _at_random(drawn: Drawn, variables: dict[End, Code], indent: str, id: str, shown: str) -> Iterator[Line]:
    """What acts at random in training, and what it does in evaluation."""
    # by age, not by name: renaming a node changes no number
    at_random = [each for each in drawn.graph.nodes if each in drawn.samples and drawn.random(each)]
    seed = code("seeded(self.seed, epoch, row, {})", at_random.index(id))
    variable, expression, steady = drawn.assigned(id), _whole(drawn, variables, id), drawn.steady(id, variables)
    if drawn.passes(id):
        yield Line(f"{indent}{variable} = {steady}", id)
    yield Line(f"{indent}if self.training:", id)
    expression = call(expression.head[:-1], *map(Code, expression.parts), seed)
    yield from statement(f"{indent}    {variable} = ", expression, shown, id)
    if not drawn.passes(id):
        yield Line(f"{indent}else:", id)
        yield from statement(f"{indent}    {variable} = ", steady, shown, id)


def _fitted(drawn: Drawn, variables: dict[End, Code], indent: str, id: str) -> Iterator[Line]:
    """What a node learns from whole columns."""
    learned = Code(drawn.free(f"{id}_fitted"))
    parts = call("in_parts", variables[drawn.sources(id, "input")[0]], Code("training"))
    yield from statement(f"{indent}{learned} = ", cached(drawn, id, drawn.values(id).fit(parts)), "", id)
    variables[fitted(id)] = learned


def _fields(drawn: Drawn, variables: dict[End, Code]) -> list[tuple[str, Code, str]]:
    fields = drawn.values(drawn.collate).fields
    return [(field, variables[drawn.sources(drawn.collate, field)[0]], drawn.collate) for field in fields]


def _columns(drawn: Drawn, holder: str, row: str = "") -> dict[End, Code]:
    """The outputs of the dataset, as columns or as one row of them."""
    return {end: Code(f"{holder}[{literal(end.port)}]{row}") for end in read_ends(drawn, drawn.dataset)}


def _gathered(drawn: Drawn) -> Iterator[Line]:
    """The function make_samples or make_batches, which prepares all samples at once."""
    variables = _columns(drawn, "columns")
    plain = {port: f'columns["{port}"]' for _, port in variables}
    if drawn.collated and (drawn.fed or not batch_of_rows(drawn)):
        yield from collate_rows(drawn)
        yield from (Line(""), Line(""))
    if drawn.fed:
        yield Line("def make_batches(options: argparse.Namespace) -> dict[str, Batches]:")
        yield Line('    """The rows to train on and those that are held out, as batches."""')
    else:
        yield Line("def make_samples(options: argparse.Namespace) -> tuple[dict[str, Any], ...]:")
        yield Line('    """The samples, and the rows to train on and those that are held out."""')
    yield from read(drawn, drawn.joins)
    yield from split(drawn)
    yield from sampled(drawn, variables, "    ", drawn.samples, "each ")
    fields = _fields(drawn, variables)
    as_read = {field: value for field, value, _ in fields} == plain
    source = Code("columns" if as_read else "samples")
    sides = {side: Code(drawn.free(rows)) for side, rows in PARTS.items() if drawn.split.has(side)}
    parts = literal({"training": Code("training"), **sides})
    together = f"    return {literal({field: value for field, value, _ in fields})}, {parts}"
    if not drawn.fed and not as_read and len(fields) == 1 and len(together) <= WIDTH:
        yield Line(together, drawn.collate)
        return
    if not as_read:
        yield from mapping("    samples = ", fields)
    if not drawn.fed:
        yield Line(f"    return {source}, {parts}", drawn.collate)
        return
    by = drawn.values(drawn.collate).bucket_by
    lengths = call("lengths_of", code("{}[{}]", source, by)) if by else None
    yield from _batches(drawn, "Batches", [source], [source], lengths)


def _batches(
    drawn: Drawn, kind: str, training: list[Code], held_out: list[Code], lengths: Code | None
) -> Iterator[Line]:
    """What gives batches of each part of the rows."""
    values, id = drawn.values(drawn.collate), drawn.collate
    size = [values.batch_size]
    if kind == "Loader" and (loading := _loading(drawn)):
        yield from mapping("    loading = ", [(option, value, id) for option, value in loading.items()])
        size.append(Code("loading"))
    more = {"collate": Code("collate_rows")} if drawn.collated else {}
    pairs = [("training", call(kind, *training, Code("training"), *size, **_order(drawn, lengths), **more), id)]
    for side, rows in PARTS.items():
        if drawn.split.has(side):
            pairs.append((side, call(kind, *held_out, Code(drawn.free(rows)), *size, **more), id))
    if drawn.split.told:
        found = drawn.free("found")
        yield from mapping(f"    {found} = ", pairs)
        yield Line(f"    return {{name: each for name, each in {found}.items() if len(each.rows)}}", id)
    else:
        yield from mapping("    return ", pairs)


def _order(drawn: Drawn, lengths: Code | None) -> dict[str, Any]:
    """What says in which order rows are trained on."""
    values = drawn.values(drawn.collate)
    found: dict[str, Any] = {}
    if values.sampling != SHUFFLE:
        chances = "chances_of_classes" if values.sampling == BALANCED else "chances_by"
        column = drawn.sources(drawn.collate, SAMPLE_BY)[0].port
        found["chances"] = call(chances, code("columns[{}]", column), Code("training"))
    elif values.shuffle:
        found["shuffle"] = True
    if lengths is not None:
        found["lengths"] = lengths
    if found:
        found["seed"] = _seed(drawn)
    return found | ({"drop_last": True} if values.drop_last else {})


def _seed(drawn: Drawn) -> Code:
    """What the order of samples and all that is done to them at random depends on."""
    return call("seed_of", Code("options")) if drawn.split.folds else Code("options.seed")


def _loading(drawn: Drawn) -> dict[str, Code]:
    """What a DataLoader is told beside what it loads, where it is not torch's default."""
    found: dict[str, Any] = {}
    values = drawn.values(drawn.collate)
    if values.num_workers:
        found = {
            "num_workers": values.num_workers,
            **({"persistent_workers": True} if values.persistent_workers else {}),
        }
        usual = {"prefetch_factor": 2, "timeout": 0, "multiprocessing_context": None, "in_order": True}
        found |= {name: given for name, default in usual.items() if (given := getattr(values, name)) != default}
        if drawn.several:  # a fork beside the threads of others may stand still: docs of DistributedDataParallel
            found.setdefault("multiprocessing_context", "spawn")  # a worker of a fork server outlives us
    if values.pin_memory:
        found["pin_memory"] = Code("torch.cuda.is_available()")
    return {name: Code(literal(value)) for name, value in found.items()}


def _loaded(drawn: Drawn) -> Iterator[Line]:
    """The class Samples and the functions collate_samples and make_batches."""
    random = any(drawn.random(id) for id in drawn.samples)
    yield from _samples(drawn, random)
    yield Line("")
    yield Line("")
    yield from collate_samples(drawn)
    yield Line("")
    yield Line("")
    yield Line("def make_batches(options: argparse.Namespace) -> dict[str, Loader]:")
    yield Line('    """The rows to train on and those that are held out, as batches."""')
    yield from read(drawn, drawn.joins)
    yield from split(drawn)
    yield from _prepared(drawn)
    learned = [Code("fitted")] if _learning(drawn) else []
    given = [Code("columns"), *learned, *([_seed(drawn)] if random else [])]
    sides = [{"training": side} if random else {} for side in (True, False)]
    training, held_out = (call("Samples", *given, **side) for side in sides)
    yield from _learned(drawn, held_out)
    lengths = _lengths(drawn)
    if lengths and "samples[" in lengths:
        yield Line(f"    samples = {training}", drawn.collate)
        training, held_out = Code("samples"), held_out if random else Code("samples")
    collate = Code("collate_samples")
    yield from _batches(drawn, "Loader", [training, collate], [held_out, collate], lengths)


def _prepared(drawn: Drawn) -> Iterator[Line]:
    """The columns that are made of others before the first epoch."""
    variables = _columns(drawn, "columns")
    for id in drawn.prepared:
        if drawn.fits(id):
            yield from _fitted(drawn, variables, "    ", id)
        (end,) = drawn.ends(id)
        shown = drawn.shown(end).replace("# ", "# each ")
        expression = _whole(drawn, variables, id, True)
        yield from statement(f"    {_column(drawn, end)} = ", expression, shown, id)


def _whole(drawn: Drawn, variables: dict[End, Code], id: str, whole: bool = False) -> Code:
    """The expression of a node's outputs; that of samples which are made once may be read from a file.

    Of `whole` columns that lie in a file it is made a few rows at a time.
    """
    if whole and drawn.in_rows(id):
        return _in_rows(drawn, variables, id)
    expression = drawn.computed(id, variables)
    (end, *_) = drawn.ends(id)
    type = drawn.type(end)
    is_tensor = isinstance(type, Tensor) and all(isinstance(size, int) for size in type.shape)
    return cached(drawn, id, expression) if id in drawn.prepared and is_tensor else expression


def _in_rows(drawn: Drawn, variables: dict[End, Code], id: str) -> Code:
    """The expression of a node's output for whole columns."""
    ends = list(dict.fromkeys(drawn.taken(id)))
    some = {end: name(end.port if end.node in drawn.datasets else str(drawn.variable(end))) for end in ends}
    learned = {end: variable for end, variable in variables.items() if end == fitted(id)}
    made = drawn.computed(id, {**some, **learned})
    return call("in_rows", Code(f"lambda {', '.join(some.values())}: {made}"), *(variables[end] for end in ends))


def _column(drawn: Drawn, end: End, holder: str = "columns", row: str = "") -> Code:
    """A column that was read or prepared, or a row of it."""
    title = end.port
    if end.node in drawn.prepared:
        title = end.node
        while title in {port for _, port in read_ends(drawn, drawn.dataset)}:
            title += "_"
    return Code(f"{holder}[{literal(title)}]{row}")


def _is_column(drawn: Drawn, end: End) -> bool:
    """Whether all samples are there before the first epoch."""
    return end.node in (drawn.dataset, *drawn.prepared)


def _learning(drawn: Drawn) -> list[str]:
    """The nodes that learn something which samples are made with."""
    return [id for id in drawn.fitted if id not in drawn.prepared]


def _lengths(drawn: Drawn) -> Code | None:
    """How long all samples are: those of a column that is taken as it is, otherwise each is made once."""
    field = drawn.values(drawn.collate).bucket_by
    if not field:
        return None
    source = drawn.sources(drawn.collate, field)[0]
    if _is_column(drawn, source):
        return call("lengths_of", _column(drawn, source))
    return call("lengths_of", code("[samples[0, row][{}] for row in range(rows_of(columns))]", field))


def _learned(drawn: Drawn, samples: Code) -> Iterator[Line]:
    """What nodes learn from samples, of which the code that is written for `Samples` makes what comes into them."""
    made = [(id, cached(drawn, id, drawn.values(id).fit(_in_parts(drawn, id))), id) for id in _learning(drawn)]
    if not any(_before(drawn, id) for id in _learning(drawn)):
        if made:
            yield from mapping("    fitted = ", made)
        return
    yield Line("    fitted: dict[str, Any] = {}")
    yield Line(f"    samples = {samples}")
    for id, expression, _ in made:
        yield from statement(f"    fitted[{literal(id)}] = ", expression, "", id)


def _in_parts(drawn: Drawn, id: str) -> Code:
    """What comes into a node that learns, row by row."""
    if _before(drawn, id):
        return call("samples_in_parts", Code(f"samples.before_{name(id)}"), Code("training"))
    return call("in_parts", _column(drawn, _raw(drawn, id)), Code("training"))


def _raw(drawn: Drawn, id: str) -> End:
    """The column from which a node learns, past what passes it on in evaluation."""
    source = drawn.sources(id, "input")[0]
    return source if _is_column(drawn, source) else _raw(drawn, source.node)


def _before(drawn: Drawn, id: str) -> list[str]:
    """The nodes that change what a node learns from in evaluation, behind the columns, in computing order."""
    upstream = drawn.graph.upstream([id]) - {id}
    there = drawn.prepared
    return [each for each in drawn.samples if each in upstream and each not in there and not drawn.passes(each)]


def _samples(drawn: Drawn, random: bool) -> Iterator[Line]:
    """The class Samples."""
    given = {"columns": "Mapping[str, Any]"}
    given |= {"fitted": "Mapping[str, Any]"} if _learning(drawn) else {}
    given |= {"seed": "int", "training": "bool"} if random else {}
    arguments = ", ".join(["self", *(f"{name}: {type}" for name, type in given.items())])
    yield Line("class Samples(Dataset[dict[str, Any]]):")
    yield Line('    """One sample at a time; its key is the epoch and the row."""')
    yield Line("")
    yield from (Line(line) for line in laid("    def __init__", f"({arguments})", " -> None:"))
    yield from kept(list(given))
    yield Line("")
    yield Line("    def __getitem__(self, key: tuple[int, int]) -> dict[str, Any]:")
    yield Line("        epoch, row = key" if random else "        _, row = key")
    variables, error, where = _row(drawn), drawn.free("error"), drawn.free("where")
    yield Line("        try:")
    ids = [id for id in drawn.samples if id not in drawn.prepared]
    yield from sampled(drawn, variables, "            ", ids)
    yield from mapping("            return ", _fields(drawn, variables))
    told = 'f"(row {row} of the data, counted from 0)"'
    if drawn.stoppable:
        yield Line(f"        except StopIteration as {error}:  # a loader takes it for the end of the data")
        yield Line(f"            {where} = {told}")
        yield Line(f'            raise RuntimeError(f"a sample raised StopIteration {{{where}}}") from {error}')
    yield Line(f"        except Exception as {error}:")
    yield Line(f"            {error}.add_note({told})")
    yield Line("            raise")
    for id in _learning(drawn):
        if before := _before(drawn, id):
            yield from _into(drawn, id, before)


def _row(drawn: Drawn) -> dict[End, Code]:
    """What a method of Samples knows of a row before it computes anything."""
    ends = [*read_ends(drawn, drawn.dataset), *(end for id in drawn.prepared for end in drawn.ends(id))]
    known = {end: _column(drawn, end, "self.columns", "[row]") for end in ends}
    return known | {fitted(id): code("self.fitted[{}]", id) for id in _learning(drawn)}


def _into(drawn: Drawn, id: str, before: list[str]) -> Iterator[Line]:
    """The method of Samples that gives what comes into a node that learns."""
    variables = _row(drawn)
    yield Line("")
    yield Line(f"    def before_{name(id)}(self, row: int) -> Any:", id)
    yield Line(f'        """What comes into {id} in evaluation, of which it learns."""')
    for each in drawn.samples:
        source = drawn.sources(each, "input")[0] if drawn.passes(each) else None
        if source in variables:
            variables[drawn.ends(each)[0]] = variables[source]
        elif each in before:
            yield from sampled(drawn, variables, "        ", [each], evaluated=True)
    yield Line(f"        return {variables[drawn.sources(id, 'input')[0]]}", id)
