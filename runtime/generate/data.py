"""Write the data: reading, what is done to samples, and how they become batches."""

from collections.abc import Iterator
from typing import Any, cast

from runtime.generate.drawn import Drawn, Line
from runtime.generate.model import mapping, statement
from runtime.graph.model import End
from runtime.graph.names import further_names, pads
from runtime.spec.code import Code, call, code, comment, literal, name
from runtime.spec.column import Column

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
    """The statements that read the datasets and put them together."""
    for id in drawn.datasets:
        variable = "columns" if id == drawn.dataset else name(id)
        yield from statement(f"    {variable} = ", _reading(drawn, id), "", id)


def _reading(drawn: Drawn, id: str) -> Code:
    """The call that reads a dataset, or makes one of those that were read before it."""
    inputs, values = drawn.ports(id)[0], drawn.values(id)
    if inputs:
        columns = {
            port.name: [
                Column(end.node, code(f"{name(end.node)}[{{}}]", end.port)) for end in drawn.sources(id, port.name)
            ]
            for port in inputs
        }
        return cast(Code, values.read(columns))
    if getattr(drawn.specs[id].declared, "apart", False):
        values.fields = {port: values.fields[port] for _, port in _read_ends(drawn, id)}
    read: Code = values.read()
    if id not in drawn.files:
        return read
    return call(read.head[:-1], Code(f"options.{name(id)}_path"), *map(Code, read.parts[1:]))


def _read_ends(drawn: Drawn, id: str) -> list[End]:
    """The outputs of a dataset; of one that is read field by field those that somebody uses."""
    ends = drawn.ends(id)
    apart = getattr(drawn.specs[id].declared, "apart", False)
    return [end for end in ends if end in drawn.graph.outgoing] if apart else ends


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
            yield Line(f"{indent}{variable} = {variables[drawn.sources(id, 'input')[0]]}", id)
            yield Line(f"{indent}if self.training:", id)
            expression = call(expression.head[:-1], *map(Code, expression.parts), seed)
            yield from statement(f"{indent}    {variable} = ", expression, shown, id)
        else:
            yield from statement(f"{indent}{variable} = ", expression, shown, id)
        variables |= {end: drawn.variable(end) for end in ends}


def _fields(drawn: Drawn, variables: dict[End, Code]) -> list[tuple[str, Code, str]]:
    fields = drawn.values(drawn.collate).fields
    return [(field, variables[drawn.sources(drawn.collate, field)[0]], drawn.collate) for field in fields]


def _columns(drawn: Drawn, holder: str, row: str = "") -> dict[End, Code]:
    """The outputs of the dataset, as columns or as one row of them."""
    return {end: Code(f"{holder}[{literal(end.port)}]{row}") for end in _read_ends(drawn, drawn.dataset)}


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
    by = drawn.values(drawn.collate).bucket_by
    lengths = call("lengths_of", code("{}[{}]", source, by)) if by else None
    yield from _batches(drawn, "Batches", source, [source], [source], lengths)


def _batches(
    drawn: Drawn, kind: str, counted: Code, training: list[Code], held_out: list[Code], lengths: Code | None
) -> Iterator[Line]:
    """Split the rows and make what gives batches of them."""
    values, id = drawn.values(drawn.collate), drawn.collate
    share = values.validation
    if share:
        split = call("split_rows", call("rows_of", counted), share=share, seed=values.split_seed)
        yield from statement("    training, held_out = ", split, "", id)
    else:
        yield Line(f"    training = torch.arange(rows_of({counted}))", id)
    size = [values.batch_size]
    if kind == "Loader" and (loading := _loading(values)):
        yield from mapping("    loading = ", [(option, value, id) for option, value in loading.items()])
        size.append(Code("loading"))
    pairs = [("training", call(kind, *training, Code("training"), *size, **_order(drawn, lengths)), id)]
    if share:
        pairs.append(("validation", call(kind, *held_out, Code("held_out"), *size), id))
    yield from mapping("    return ", pairs)


def _order(drawn: Drawn, lengths: Code | None) -> dict[str, Any]:
    """What says in which order rows are trained on."""
    values = drawn.values(drawn.collate)
    found: dict[str, Any] = {}
    if values.sampling != "shuffle":
        chances = "chances_of_classes" if values.sampling == "balanced" else "chances_by"
        column = drawn.sources(drawn.collate, "sample_by")[0].port
        found["chances"] = call(chances, code("columns[{}]", column), Code("training"))
    elif values.shuffle:
        found["shuffle"] = True
    if lengths is not None:
        found["lengths"] = lengths
    if found:
        found["seed"] = Code("options.seed")
    return found | ({"drop_last": True} if values.drop_last else {})


def _loading(values: Any) -> dict[str, Code]:
    """What a DataLoader is told beside what it loads, where it is not torch's default."""
    found: dict[str, Any] = {}
    if values.num_workers:
        found = {
            "num_workers": values.num_workers,
            **({"persistent_workers": True} if values.persistent_workers else {}),
        }
        usual = {"prefetch_factor": 2, "timeout": 0, "multiprocessing_context": None, "in_order": True}
        found |= {name: given for name, default in usual.items() if (given := getattr(values, name)) != default}
    if values.pin_memory:
        found["pin_memory"] = Code("torch.cuda.is_available()")
    return {name: Code(literal(value)) for name, value in found.items()}


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
    lengths = _lengths(drawn)
    if lengths and "samples[" in lengths:
        yield Line(f"    samples = {training}", drawn.collate)
        training, held_out = Code("samples"), held_out if random else Code("samples")
    collate = Code("collate_samples")
    yield from _batches(drawn, "Loader", Code("columns"), [training, collate], [held_out, collate], lengths)


def _lengths(drawn: Drawn) -> Code | None:
    """How long all samples are: those of a column that is taken as it is, otherwise each is made once."""
    field = drawn.values(drawn.collate).bucket_by
    if not field:
        return None
    source = drawn.sources(drawn.collate, field)[0]
    if source.node == drawn.dataset:
        return call("lengths_of", code("columns[{}]", source.port))
    return call("lengths_of", code("[samples[0, row][{}] for row in range(rows_of(columns))]", field))


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
    pairs, further = [], []
    for field in values.fields:
        type = drawn.type(drawn.sources(drawn.collate, field)[0])
        listed = code("[sample[{}] for sample in samples]", field)
        if beside := [each for each in drawn.fields if each in further_names(field) and each not in values.fields]:
            yield from statement(f"    {name(field)} = ", listed, "", drawn.collate)
            listed = name(field)
        own = next((own for own in drawn.owned if own.field == field), None)
        made = call(name(own.function), listed) if own else _put(values.collate.get(field), str(type), listed)
        pairs.append((field, made, drawn.collate))
        further += [(each, _beside(each, listed), drawn.collate) for each in beside]
    yield from mapping("    return ", pairs + further)


def _beside(output: str, listed: Code) -> Code:
    """What a batch holds beside a padded field."""
    return call("lengths_of" if output.endswith("_length") else "padding_mask", listed)


def _put(way: Any, type: str, listed: Code) -> Code:
    """Stack, pad or leave the samples of a field as a list."""
    if pads(way):
        value = way["pad"] if isinstance(way, dict) else 0
        return call(
            "nn.utils.rnn.pad_sequence", listed, batch_first=True, **({"padding_value": value} if value else {})
        )
    return listed if way == "list" or "[" not in type else call("torch.stack", listed)
