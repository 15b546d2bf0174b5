"""Write the model: the nn.Module a person would have written, and what compares its result with the targets."""

from collections.abc import Iterator
from typing import Any

from runtime.generate.drawn import Drawn, Line
from runtime.graph.model import End
from runtime.spec.code import Code, call, lines, literal, name

WIDTH = 88


def model(drawn: Drawn) -> Iterator[Line]:
    """The class Model."""
    yield Line("class Model(nn.Module):")
    yield Line('    """What was drawn between the batch and the losses."""')
    yield Line("")
    yield Line("    def __init__(self) -> None:")
    yield Line("        super().__init__()")
    for id in drawn.in_model:
        if drawn.specs[id].weights:
            yield from statement(f"        self.{name(id)} = ", built(drawn, id), "", id)
    yield Line("")
    yield from forward(drawn)


def built(drawn: Drawn, id: str) -> Code:
    """The expression that makes a layer: what has no default in torch by position, the rest where it differs."""
    spec, values = drawn.specs[id], drawn.values(id)
    positional = [_argument(values, p.name) for p in spec.parameters if p.positional]
    named = {
        p.name: _argument(values, p.name)
        for p in spec.parameters
        if not p.positional and getattr(values, p.name) != p.default
    }
    return call(spec.type, *positional, **named)


def _argument(values: Any, parameter: str) -> Any:
    value = getattr(values, parameter)
    return tuple(value) if isinstance(value, list) else value


def statement(text: str, expression: Code, suffix: str, node: str) -> Iterator[Line]:
    """A statement about a node, broken where it is too wide."""
    for line in lines(text, expression, WIDTH, suffix):
        yield Line(line, node)


def forward(drawn: Drawn) -> Iterator[Line]:
    """The method forward."""
    arguments = ", ".join(f"{name(field)}: Tensor" for field in drawn.inputs)
    several = len(drawn.results) > 1
    result = "dict[str, Tensor]" if several else "Tensor"
    yield Line(f"    def forward(self, {arguments}) -> {result}:")
    variables = {End(drawn.collate, field): name(field) for field in drawn.inputs}
    returned = [*drawn.results.values()]
    last = drawn.in_model[-1] if drawn.in_model else None
    for id in drawn.in_model:
        end = End(id, drawn.ports(id)[1][0].name)
        expression = drawn.computed(id, variables)
        if getattr(drawn.specs[id].declared, "random", False):
            source = variables[drawn.sources(id, "input")[0]]
            expression = Code(f"{expression} if self.training else {source}")
        variables[end] = drawn.variable(end)
        if id == last and returned == [end]:
            yield from statement("        return ", expression, drawn.shown(end), id)
            return
        yield from statement(f"        {variables[end]} = ", expression, drawn.shown(end), id)
    if several:
        pairs = Code("{" + ", ".join(f"{literal(key)}: {variables[end]}" for key, end in drawn.results.items()) + "}")
        pairs.head, pairs.parts, pairs.tail = "{", tuple(pairs[1:-1].split(", ")), "}"
        yield from (Line(line) for line in lines("        return ", pairs, WIDTH))
    else:
        yield Line(f"        return {variables[returned[0]]}")


def comparisons(drawn: Drawn) -> Iterator[Line]:
    """The functions `losses` and, where there are metrics, `metrics`."""
    kind = "dict[str, Tensor]" if len(drawn.results) > 1 else "Tensor"
    yield Line(f"def losses(result: {kind}, batch: Mapping[str, Any]) -> dict[str, Tensor]:")
    yield Line('    """What is minimised."""')
    yield from _compared(drawn, drawn.family("loss"))
    if not drawn.family("metric"):
        return
    yield Line("")
    yield Line("")
    yield Line("def metrics(")
    yield Line(f"    result: {kind}, batch: Mapping[str, Any]")
    yield Line(") -> dict[str, tuple[Tensor, int]]:")
    yield Line('    """What is measured beside the losses: an amount, and of how many."""')
    yield from _compared(drawn, drawn.family("metric"))


def _compared(drawn: Drawn, ids: list[str]) -> Iterator[Line]:
    """Compute what only these nodes need beside the model, then each of them; all come back by name."""
    variables = {
        End(drawn.collate, field): Code(f"batch[{literal(field)}]") for field in drawn.values(drawn.collate).fields
    }
    several = len(drawn.results) > 1
    for key, end in drawn.results.items():
        variables[end] = Code(f"result[{literal(key)}]") if several else Code("result")
    wanted = drawn.graph.upstream(ids)
    for id in [other for other in drawn.beside_model if other in wanted]:
        end = End(id, drawn.ports(id)[1][0].name)
        expression = drawn.computed(id, variables)
        variables[end] = drawn.variable(end)
        yield from statement(f"    {variables[end]} = ", expression, drawn.shown(end), id)
    for id in ids:
        yield from statement(f"    {name(id)} = ", drawn.computed(id, variables), "", id)
    yield Line("    return {" + ", ".join(f"{literal(id)}: {name(id)}" for id in ids) + "}")


def optimizers(drawn: Drawn) -> Iterator[Line]:
    """The function make_optimizers."""
    everything = [id for id in drawn.in_model if drawn.specs[id].weights]
    yield Line("def make_optimizers(model: Model) -> dict[str, torch.optim.Optimizer]:")
    yield Line('    """Who changes which weights."""')
    ids = drawn.family("optimizer")
    for id in ids:
        trained = [layer for layer in everything if layer in drawn.trained(id)]
        weights = [f"*model.{name(layer)}.parameters()" for layer in trained]
        which = "model.parameters()" if trained == everything else f"[{', '.join(weights)}]"
        spec, values = drawn.specs[id], drawn.values(id)
        named = {
            p.name: _argument(values, p.name)
            for p in spec.parameters
            if p.name != "layers" and getattr(values, p.name) != p.default
        }
        yield from statement(f"    {name(id)} = ", call(f"torch.{spec.type}", Code(which), **named), "", id)
    yield Line("    return {" + ", ".join(f"{literal(id)}: {name(id)}" for id in ids) + "}")
