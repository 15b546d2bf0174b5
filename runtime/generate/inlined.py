"""What a graph says in one expression, written right where the loop asks for it and not in a function of its own."""

from collections.abc import Callable, Iterator, Mapping

from runtime.generate.collated import batch_of_rows
from runtime.generate.comparison import alone, losses_alone
from runtime.generate.drawn import Drawn, Line
from runtime.generate.model import mapping, statement
from runtime.generate.optimizers import optimizer, single
from runtime.generate.template import written

Writes = Callable[[str], Iterator[Line]]  # what stands before the expression is given


def inlined(drawn: Drawn) -> dict[str, Writes]:
    """What is written in place of calls that end a line of the loop."""
    found: dict[str, Writes] = {}
    if pairs := losses_alone(drawn):
        found["losses(result, batch)"] = lambda before: mapping(before, pairs)
    if metric := alone(drawn):
        found["metrics(result, batch)[METRIC]"] = lambda before: statement(before, metric[1], "", metric[2])
    if one := single(drawn):
        made = optimizer(drawn, one, "self.model")
        found["make_optimizers(self.model)[OPTIMIZER]"] = lambda before: statement(before, made, "", one)
    if drawn.collated and not drawn.fed and (fields := batch_of_rows(drawn)):
        found["collate_rows(self.samples, some)"] = lambda before: mapping(before, fields)
    return found


def spelt(text: str, writes: Mapping[str, Writes], constants: Mapping[str, str]) -> Iterator[Line]:
    """The lines of a piece of the loop, with what the graph says in place of calls and of the names of constants."""
    for line in text.splitlines():
        called = next((each for each in writes if line.endswith(each)), None)
        yield from writes[called](line.removesuffix(called)) if called else map(Line, written(line, constants))
