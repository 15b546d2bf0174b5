"""The statements of a `forward`: one a node, and in a definition one for what people write as one."""

from collections.abc import Iterator
from dataclasses import dataclass

from runtime.generate.body import Body
from runtime.generate.drawn import Drawn
from runtime.generate.layout import WIDTH
from runtime.graph.model import End
from runtime.spec.code import Code, call, code, name

MOST = 3  # calls in each other that still read well: ``F.relu(self.norm(self.conv(x)))``


@dataclass(frozen=True)
class Step:
    """A statement: the node whose outputs it computes, and the expression."""

    node: str
    expression: Code
    calls: int = 1


def steps(drawn: Drawn, variables: dict[End, Code]) -> Iterator[Step]:
    """What a model or a definition computes, in order; `variables` gain the name of each value."""
    step: Step | None = None
    for id in drawn.in_model:
        if drawn.bare(id) and id in drawn.layers:  # its name says all
            variables |= dict.fromkeys(drawn.ends(id), drawn.computed(id, {}))
            continue
        if step is not None:
            if joined := _joined(drawn, step, id, variables):
                step = joined
                continue
            yield _named(drawn, step, variables)
        step = Step(id, _expression(drawn, id, variables))
    if step is not None:
        yield _named(drawn, step, variables)


def _named(drawn: Drawn, step: Step, variables: dict[End, Code]) -> Step:
    variables |= {end: drawn.variable(end) for end in drawn.ends(step.node)}
    return step


def looped(drawn: Drawn, id: str) -> bool:
    """Whether copies of a definition follow each other that take or give more than one thing."""
    if drawn.specs[id].family != "definition" or drawn.values(id).repeat == 1:
        return False
    return any(len(ports) > 1 for ports in drawn.ports(id))


def layer(drawn: Drawn) -> Code:
    """The name of one of the copies in a loop over them."""
    return name(drawn.free("layer"))


def _expression(drawn: Drawn, id: str, variables: dict[End, Code]) -> Code:
    if looped(drawn, id):  # what one copy gives goes into the next
        return call(layer(drawn), drawn.variable(drawn.ends(id)[0]), *(variables[end] for end in drawn.taken(id)[1:]))
    expression = drawn.computed(id, variables)
    if drawn.random(id):
        return code("{} if self.training else {}", expression, drawn.steady(id, variables))
    return expression


def _joined(drawn: Drawn, step: Step, id: str, variables: dict[End, Code]) -> Step | None:
    """A step of a definition within the next one, where that alone uses it and no type on the way would go unsaid.

    In the model itself each node keeps a line of its own, on which its errors land.
    """
    end, *others = drawn.ends(step.node)
    alone = len(drawn.graph.outgoing.get(end, ())) == 1 and drawn.taken(id) == [end]
    if not isinstance(drawn, Body) or others or not alone or step.calls == MOST:
        return None
    if (
        drawn.random(id)
        or drawn.random(step.node)
        or looped(drawn, id)
        or hasattr(drawn.specs[step.node].declared, "unpacked")
    ):
        return None
    shown = drawn.shown(*drawn.ends(id))
    if drawn.shown(end) != shown:
        return None
    expression = drawn.computed(id, {**variables, end: step.expression})
    whole = step.expression in expression.parts and expression.count(step.expression) == 1
    before = "return " if id == drawn.in_model[-1] else f"{drawn.assigned(id)} = "
    wide = len(f"        {before}{expression}{shown}") > WIDTH
    return Step(id, expression, step.calls + 1) if whole and not wide else None
