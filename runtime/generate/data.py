"""Write the data: reading, what is done to samples, and how they become batches."""

from collections.abc import Iterator

from runtime.generate.drawn import Drawn, Line
from runtime.generate.model import mapping, statement
from runtime.graph.model import End
from runtime.spec.code import Code, call, code, comment, literal, name

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


def _read(drawn: Drawn) -> Iterator[Line]:
    """The statement that reads the dataset."""
    id = drawn.dataset
    expression = drawn.values(id).read()
    if "path" in drawn.specs[id].parameter:
        expression = call(expression.head[:-1], Code(f"options.{name(id)}_path"), *map(Code, expression.parts[1:]))
    yield from statement("    columns = ", expression, "", id)


def _sampled(drawn: Drawn, variables: dict[End, Code], indent: str, each: str = "") -> Iterator[Line]:
    """The transforms left of collate; the same code serves one sample and whole columns."""
    at_random = [id for id in drawn.graph.nodes if id in drawn.samples and drawn.random(id)]
    for id in drawn.samples:
        ends = drawn.ends(id)
        expression = drawn.computed(id, variables)
        variable = drawn.assigned(id)
        shown = drawn.shown(*ends).replace("# ", f"# {each}")
        if drawn.random(id):
            # by age, not by name: renaming a node changes no number
            seed = code("seeded(self.seed, epoch, row, {})", at_random.index(id))
            given, steady = variables[drawn.sources(id, "input")[0]], drawn.steady(id, variables)
            if steady == given:
                yield Line(f"{indent}{variable} = {given}", id)
            yield Line(f"{indent}if self.training:", id)
            expression = call(expression.head[:-1], *map(Code, expression.parts), seed)
            yield from statement(f"{indent}    {variable} = ", expression, shown, id)
            if steady != given:
                yield Line(f"{indent}else:", id)
                yield from statement(f"{indent}    {variable} = ", steady, shown, id)
        else:
            yield from statement(f"{indent}{variable} = ", expression, shown, id)
        variables |= {end: drawn.variable(end) for end in ends}


def _fields(drawn: Drawn, variables: dict[End, Code]) -> list[tuple[str, Code, str]]:
    fields = drawn.values(drawn.collate).fields
    return [(field, variables[drawn.sources(drawn.collate, field)[0]], drawn.collate) for field in fields]


def _columns(drawn: Drawn, holder: str, row: str = "") -> dict[End, Code]:
    """The outputs of the dataset, as columns or as one row of them."""
    outputs = drawn.ports(drawn.dataset)[1]
    return {End(drawn.dataset, port.name): Code(f"{holder}[{literal(port.name)}]{row}") for port in outputs}


def _gathered(drawn: Drawn) -> Iterator[Line]:
    """The function make_batches, which prepares all samples at once."""
    variables = _columns(drawn, "columns")
    plain = {port: f'columns["{port}"]' for _, port in variables}
    yield Line("def make_batches(options: argparse.Namespace) -> dict[str, Batches]:")
    yield Line('    """The rows to train on and those that are held out, as batches."""')
    yield from _read(drawn)
    yield from _sampled(drawn, variables, "    ", "each ")
    fields = _fields(drawn, variables)
    as_read = {field: value for field, value, _ in fields} == plain
    if not as_read:
        yield from mapping("    samples = ", fields)
    source = Code("columns" if as_read else "samples")
    yield from _batches(drawn, "Batches", source, [source], [source])


def _batches(drawn: Drawn, kind: str, counted: Code, training: list[Code], held_out: list[Code]) -> Iterator[Line]:
    """Split the rows and make what gives batches of them."""
    values, id = drawn.values(drawn.collate), drawn.collate
    share = values.validation
    if share:
        split = call("split_rows", call("rows_of", counted), share=share, seed=values.split_seed)
        yield from statement("    training, held_out = ", split, "", id)
    else:
        yield Line(f"    training = torch.arange(rows_of({counted}))", id)
    more = {n: getattr(values, n) for n in ("num_workers", "pin_memory") if getattr(values, n) and kind == "Loader"}
    order = {"shuffle": True, "seed": Code("options.seed")} if values.shuffle else {}
    order |= {"drop_last": True} if values.drop_last else {}
    pairs = [("training", call(kind, *training, Code("training"), values.batch_size, **more, **order), id)]
    if share:
        pairs.append(("validation", call(kind, *held_out, Code("held_out"), values.batch_size, **more), id))
    yield from mapping("    return ", pairs)


def _loaded(drawn: Drawn) -> Iterator[Line]:
    """The class Samples and the functions collate_samples and make_batches."""
    random = any(drawn.random(id) for id in drawn.samples)
    yield from _samples(drawn, random)
    yield Line("")
    yield Line("")
    yield from _collate(drawn)
    yield Line("")
    yield Line("")
    yield Line("def make_batches(options: argparse.Namespace) -> dict[str, Loader]:")
    yield Line('    """The rows to train on and those that are held out, as batches."""')
    yield from _read(drawn)
    samples = [Code(f"Samples(columns, options.seed, training={side})") for side in (True, False)]
    training, held_out = samples if random else [Code("Samples(columns)")] * 2
    collate = Code("collate_samples")
    yield from _batches(drawn, "Loader", Code("columns"), [training, collate], [held_out, collate])


def _samples(drawn: Drawn, random: bool) -> Iterator[Line]:
    """The class Samples."""
    yield Line("class Samples(Dataset[dict[str, Any]]):")
    yield Line('    """One sample at a time; its key is the epoch and the row."""')
    yield Line("")
    if random:
        yield Line("    def __init__(self, columns: Mapping[str, Any], seed: int, training: bool) -> None:")
        yield Line("        self.columns, self.seed, self.training = columns, seed, training")
    else:
        yield Line("    def __init__(self, columns: Mapping[str, Any]) -> None:")
        yield Line("        self.columns = columns")
    yield Line("")
    yield Line("    def __getitem__(self, key: tuple[int, int]) -> dict[str, Any]:")
    yield Line("        epoch, row = key" if random else "        _, row = key")
    variables = _columns(drawn, "self.columns", "[row]")
    yield from _sampled(drawn, variables, "        ")
    yield from mapping("        return ", _fields(drawn, variables))


def _collate(drawn: Drawn) -> Iterator[Line]:
    """The function collate_samples."""
    values = drawn.values(drawn.collate)
    whole = next((own for own in drawn.owned if own.parameter == "collate_fn"), None)
    yield Line("def collate_samples(samples: list[dict[str, Any]]) -> dict[str, Any]:")
    yield Line('    """Samples put together into a batch."""')
    if whole:
        yield Line(f"    return {name(whole.function)}(samples)", drawn.collate)
        return
    pairs = []
    for field in values.fields:
        type = drawn.type(drawn.sources(drawn.collate, field)[0])
        listed = code("[sample[{}] for sample in samples]", field)
        own = next((own for own in drawn.owned if own.field == field), None)
        made = call(name(own.function), listed) if own else _put(values.collate.get(field), str(type), listed)
        pairs.append((field, made, drawn.collate))
    yield from mapping("    return ", pairs)


def _put(way: str | None, type: str, listed: Code) -> Code:
    """Stack, pad or leave the samples of a field as a list."""
    if way == "pad":
        return call("nn.utils.rnn.pad_sequence", listed, batch_first=True)
    return listed if way == "list" or "[" not in type else call("torch.stack", listed)
