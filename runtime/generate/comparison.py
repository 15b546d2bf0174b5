"""Write what compares the model's result with the targets: losses, and the metrics beside them."""

from collections.abc import Generator, Iterator

from runtime.generate.drawn import Drawn, Line
from runtime.generate.layout import laid
from runtime.generate.model import mapping, statement
from runtime.graph.model import End
from runtime.spec.code import Code, call, code
from runtime.spec.emission import made
from runtime.spec.tensor import Tensor


def comparisons(drawn: Drawn, apart: bool) -> Iterator[Iterator[Line]]:
    """The functions `losses`, `metrics`, `make_metrics` and `measure`, so far as they are needed.

    A single loss or metric stands where the loop asks for it, unless functions are wanted.
    """
    if apart or not losses_alone(drawn):
        yield _losses(drawn)
    if drawn.counted and not alone(drawn):
        yield _metrics(drawn)
    if drawn.measured:
        yield _make_metrics(drawn)
        yield _measure(drawn)


def losses_alone(drawn: Drawn) -> list[tuple[str, Code, str]]:
    """The only loss, if it is one expression."""
    return _expressions(drawn, drawn.losses) if len(drawn.losses) == 1 else []


def alone(drawn: Drawn) -> tuple[str, Code, str] | None:
    """The only metric that is counted, if it is one expression."""
    found = _expressions(drawn, drawn.counted) if len(drawn.counted) == 1 else []
    return found[0] if found else None


def _expressions(drawn: Drawn, ids: list[str]) -> list[tuple[str, Code, str]]:
    """What is computed of the result and the batch alone."""
    if drawn.graph.upstream(ids) & {*drawn.beside_model}:
        return []
    steps = _compared(drawn, ids)
    try:
        next(steps)
    except StopIteration as end:
        found: list[tuple[str, Code, str]] = end.value
        return found
    return []


def _losses(drawn: Drawn) -> Iterator[Line]:
    yield from _signature("def losses", f"({_given(drawn)})", " -> dict[str, Tensor]:")
    yield Line('    """What is minimised."""')
    pairs = yield from _compared(drawn, drawn.losses)
    if len(pairs) == 1:
        yield from mapping("    return ", pairs)
    else:
        each = drawn.free("each")
        yield from mapping(f"    {each} = ", pairs)
        yield Line(f'    return {{"loss": torch.stack([*{each}.values()]).sum(), **{each}}}')


def _metrics(drawn: Drawn) -> Iterator[Line]:
    yield from _signature("def metrics", f"({_given(drawn)})", " -> dict[str, Tensor]:")
    yield Line('    """What is right and what is not."""')
    pairs = yield from _compared(drawn, drawn.counted)
    yield from mapping("    return ", pairs)


def _make_metrics(drawn: Drawn) -> Iterator[Line]:
    yield Line("def make_metrics() -> dict[str, torchmetrics.Metric]:")
    yield Line('    """What adds up over an epoch."""')
    yield from mapping("    return ", [(drawn.key(id), measuring(drawn, id), id) for id in drawn.measured])


def _measure(drawn: Drawn) -> Iterator[Line]:
    given = f"(metrics: Mapping[str, torchmetrics.Metric], {_given(drawn)})"
    yield from _signature("def measure", given, " -> None:")
    yield Line('    """Show a batch to what adds up over an epoch."""')
    for key, update, id in (yield from _compared(drawn, drawn.measured)):
        yield from statement(f"    metrics[{code('{}', key)}].", update, "", id)


def measuring(drawn: Drawn, id: str) -> Code:
    """The expression that makes a metric of torchmetrics, which takes no whole number for a float."""
    spec, values = drawn.specs[id], drawn.values(id)
    for parameter in spec.parameters:
        if parameter.kind == "float":
            setattr(values, parameter.name, float(getattr(values, parameter.name)))
    return made(spec, values, f"torchmetrics.{spec.title}")


def _update(drawn: Drawn, id: str, variables: dict[End, Code]) -> Code:
    """The call that shows a batch to a metric; what it keeps must not hold on to how it was computed."""
    given = []
    for port in drawn.ports(id)[0]:
        end = drawn.sources(id, port.name)[0]
        found = variables[end] if port.target else code("{}.detach()", variables[end])
        given.append(code("{}" + _kept(drawn, id, end), found))
    return call("update", *given)


def _kept(drawn: Drawn, id: str, end: End) -> str:
    """What stands behind a value before a metric has it."""
    type = drawn.report.types.get(end)
    if not isinstance(type, Tensor):
        return ""
    if not any(drawn.specs[each].family == "collate" for each in drawn.graph.upstream([end.node])):
        return ".clone()"  # weights change in place, and with them what the metric keeps of them
    in_order = type.rank > 1 and end.node != drawn.collate and getattr(drawn.specs[id].declared, "in_order", False)
    return ".contiguous()" if in_order else ""


def _given(drawn: Drawn) -> str:
    kind = "dict[str, Tensor]" if len(drawn.results) > 1 else "Tensor"
    return f"result: {kind}, batch: Mapping[str, Any]"


def _signature(before: str, arguments: str, after: str) -> Iterator[Line]:
    yield from (Line(line) for line in laid(before, arguments, after))


def _compared(drawn: Drawn, ids: list[str]) -> Generator[Line, None, list[tuple[str, Code, str]]]:
    """Compute what only these nodes need beside the model; each of them is returned with its key."""
    variables = {End(drawn.collate, field): code("batch[{}]", field) for field in drawn.fields}
    several = len(drawn.results) > 1
    for key, end in drawn.results.items():
        variables[end] = code("result[{}]", key) if several else Code("result")
    wanted = drawn.graph.upstream(ids)
    for id in [other for other in drawn.beside_model if other in wanted]:
        ends = drawn.ends(id)
        expression = drawn.computed(id, variables)
        variables |= {end: drawn.variable(end) for end in ends}
        yield from statement(f"    {drawn.assigned(id)} = ", expression, drawn.shown(*ends), id)
    return [(drawn.key(id), compared(drawn, id, variables), id) for id in ids]


def compared(drawn: Drawn, id: str, variables: dict[End, Code]) -> Code:
    """The expression of a loss or metric."""
    if drawn.specs[id].over_epoch:
        return _update(drawn, id, variables)
    found, factor = drawn.computed(id, variables), getattr(drawn.values(id), "factor", 1)
    weighed = drawn.specs[id].family == "loss" and factor != 1
    return code("{} * {}", float(factor), found) if weighed else found
