"""Write how samples become batches: the function for a loader, and what gathers rows."""

from collections.abc import Collection, Generator, Iterator
from typing import Any

from runtime.generate.drawn import Drawn, Line
from runtime.generate.model import mapping, statement
from runtime.graph.names import further_names, pads
from runtime.spec.code import Code, call, code, name

OF_RUN = ("[self.samples[{}][i] for i in some.tolist()]", "self.samples[{}].index_select(0, some)")


def collate_samples(drawn: Drawn, only: Collection[str] = ()) -> Iterator[Line]:
    """The function collate_samples, of all fields or of those in `only`."""
    whole = next((own for own in drawn.owned if own.parameter == "collate_fn"), None)
    yield Line("def collate_samples(samples: list[dict[str, Any]]) -> dict[str, Any]:")
    yield Line('    """Samples put together into a batch."""')
    if whole:
        yield Line(f"    return {name(whole.function)}(samples)", drawn.collate)
        return
    of_samples = "[sample[{}] for sample in samples]"
    yield from mapping("    return ", (yield from _made(drawn, of_samples, f"torch.stack({of_samples})", only)))


def batch_of_rows(drawn: Drawn) -> list[tuple[str, Code, str]]:
    """The fields of a batch of the rows `some` of the samples that a run has; none where that takes statements."""
    steps = _made(drawn, *OF_RUN)
    try:
        next(steps)
    except StopIteration as end:
        found: list[tuple[str, Code, str]] = end.value
        return found
    return []


def collate_rows(drawn: Drawn) -> Iterator[Line]:
    """The function collate_rows."""
    rows = drawn.free("rows")
    yield Line(f"def collate_rows(samples: Mapping[str, Any], {rows}: Tensor) -> dict[str, Any]:")
    yield Line('    """The batch of some rows."""')
    listed, stacked = (each.replace("self.", "").replace("some", rows) for each in OF_RUN)
    yield from mapping("    return ", (yield from _made(drawn, listed, stacked)))


def _made(
    drawn: Drawn, all: str, stacked: str, only: Collection[str] = ()
) -> Generator[Line, None, list[tuple[str, Code, str]]]:
    """The fields of a batch; `all` gives a list of the samples of one, `stacked` a tensor of them."""
    values = drawn.values(drawn.collate)
    pairs, further = [], []
    for field in only or values.fields:
        type = drawn.type(drawn.sources(drawn.collate, field)[0])
        listed = code(all, field)
        if beside := [each for each in drawn.fields if each in further_names(field) and each not in values.fields]:
            yield from statement(f"    {name(field)} = ", listed, "", drawn.collate)
            listed = name(field)
        own = next((own for own in drawn.owned if own.field == field), None)
        way = values.collate.get(field)
        if own:
            made = call(name(own.function), listed)
        elif beside or pads(way) or way == "list" or "[" not in str(type):
            made = _put(way, str(type), listed)
        else:
            made = code(stacked, field)
        pairs.append((field, made, drawn.collate))
        further += [(each, _beside(each, listed), drawn.collate) for each in beside]
    return pairs + further


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
