"""Write what changes weights: optimizers, the schedules of their learning rates, and the clipping of gradients."""

from collections.abc import Iterator
from typing import Any

from runtime.generate.drawn import Drawn, Line
from runtime.generate.layout import laid
from runtime.generate.model import mapping, statement
from runtime.spec.code import Code, call, code, literal, name
from runtime.spec.emission import Made, made
from runtime.spec.schedule import BATCH, EPOCH, LOSS, SCHEDULES, Schedule, chosen

CONSTANTS = {  # what stands at the head of a program: the optimizers whose schedules step at the same times
    "EACH_BATCH": (BATCH, "their learning rates change with every batch"),
    "EACH_EPOCH": (EPOCH, "their learning rates change with every epoch"),
    "ON_LOSS": (LOSS, "their learning rates change with the loss of an epoch"),
}


def flags(drawn: Drawn) -> dict[str, bool]:
    """Which blocks of the loop the optimizers use."""
    found = [each for each, _ in scheduled(drawn).values()]
    return {
        "STEADY": not found,
        "SCHEDULES": bool(found),
        "BY_BATCH": any(each.each == BATCH for each in found),
        "BY_EPOCH": any(each.each == EPOCH for each in found),
        "BY_LOSS": any(each.each == LOSS for each in found),
        "ONE_CYCLE": one_cycle(drawn),
        "CLIPPING": bool(clipped(drawn)),
    }


def parts(drawn: Drawn) -> Iterator[Iterator[Line]]:
    """The functions that a graph needs, one after the other."""
    yield optimizers(drawn)
    if scheduled(drawn):
        yield schedules(drawn)
    if clipped(drawn):
        yield clipping(drawn)


def optimizers(drawn: Drawn) -> Iterator[Line]:
    """The function make_optimizers."""
    yield Line("def make_optimizers(model: Model) -> dict[str, torch.optim.Optimizer]:")
    yield Line('    """What changes which weights."""')
    yield from mapping("    return ", [(id, optimizer(drawn, id), id) for id in drawn.family("optimizer")])


def optimizer(drawn: Drawn, id: str, model: str = "model") -> Code:
    """The expression that makes an optimizer of the weights that it changes."""
    spec = drawn.specs[id]
    return made(spec, in_floats(spec, drawn.values(id)), f"torch.{spec.type}", _weights(drawn, id, model))


def single(drawn: Drawn) -> str | None:
    """The only optimizer, if it has no schedule."""
    ids = drawn.family("optimizer")
    return ids[0] if len(ids) == 1 and drawn.together and not scheduled(drawn) else None


def schedules(drawn: Drawn) -> Iterator[Line]:
    """The function make_schedules."""
    found = scheduled(drawn)
    kinds = [each for each, _ in found.values()]
    steps = ", steps: int" if one_cycle(drawn) else ""
    result = "Any" if any(each.each == LOSS for each in kinds) else "torch.optim.lr_scheduler.LRScheduler"
    arguments = f"(optimizers: Mapping[str, torch.optim.Optimizer]{steps})"
    yield from (Line(line) for line in laid("def make_schedules", arguments, f" -> dict[str, {result}]:"))
    yield Line('    """How learning rates change{}."""'.format(" within so many steps" if steps else ""))
    pairs = [(id, _schedule(id, each, values), id) for id, (each, values) in found.items()]
    yield from mapping("    return ", pairs)


def clipping(drawn: Drawn) -> Iterator[Line]:
    """The function clip_gradients."""
    yield Line("def clip_gradients(model: Model) -> None:")
    yield Line('    """Keep the gradients small."""')
    for id in clipped(drawn):
        values, weights = drawn.values(id), _weights(drawn, id)
        for way in ("norm", "value"):
            if (most := getattr(values, f"clip_grad_{way}")) is not None:
                yield from statement("    ", call(f"nn.utils.clip_grad_{way}_", weights, float(most)), "", id)


def scheduled(drawn: Drawn) -> dict[str, tuple[Schedule, Any]]:
    """The optimizers that have a schedule, with its settings as attributes."""
    found = {id: chosen(drawn.values(id).schedule) for id in drawn.family("optimizer")}
    return {id: each for id, each in found.items() if each is not None}


def one_cycle(drawn: Drawn) -> bool:
    """Whether a schedule must know how many steps there will be."""
    return any(each.name == "OneCycleLR" for each, _ in scheduled(drawn).values())


def clipped(drawn: Drawn) -> list[str]:
    """The optimizers whose gradients are clipped."""
    ids = drawn.family("optimizer")
    return [id for id in ids if (drawn.values(id).clip_grad_norm, drawn.values(id).clip_grad_value) != (None, None)]


def stepping(drawn: Drawn) -> Iterator[str]:
    """The constants that say when schedules step."""
    found = scheduled(drawn)
    for constant, (when, why) in CONSTANTS.items():
        if ids := tuple(id for id, (each, _) in found.items() if each.each == when):
            yield from laid(f"{constant} = ", literal(ids), f"  # {why}")


def _schedule(id: str, each: Schedule, values: Any) -> Code:
    """The expression that makes a schedule, behind a climb where it is warmed up."""
    optimizer = code("optimizers[{}]", id)
    total = {"total_steps": Code("steps")} if each.name == "OneCycleLR" else {}
    main = made(each, in_floats(each, values), f"torch.{each.type}", optimizer, **total)
    warmup = getattr(values, "warmup", 0)
    if not warmup:
        return main
    linear = SCHEDULES["LinearLR"]
    climb = linear.values({"total_iters": warmup})
    first = made(linear, climb, f"torch.{linear.type}", optimizer)
    return call("torch.optim.lr_scheduler.SequentialLR", optimizer, [first, main], milestones=[warmup])


def in_floats(declared: Made, values: Any) -> Any:
    """The same values; numbers that may have a point get one, as torch wants it for betas and shares."""
    for parameter in declared.parameters:
        value = getattr(values, parameter.name)
        if parameter.kind == "float" and value is not None:
            values.__dict__[parameter.name] = float(value)
        elif parameter.kind == "numbers":
            values.__dict__[parameter.name] = [None if item is None else float(item) for item in value]
    return values


def _weights(drawn: Drawn, optimizer: str, model: str = "model") -> Code:
    """The weights that an optimizer changes."""
    changed = drawn.trained(optimizer)
    trained = [layer for layer in drawn.layers if layer in changed]
    if trained == drawn.layers and not drawn.frozen:
        return Code(f"{model}.parameters()")
    if len(trained) == 1 and not drawn.bare(trained[0]):
        return Code(f"{model}.{name(trained[0])}.parameters()")
    each = [f"{model}.{name(id)}" if drawn.bare(id) else f"*{model}.{name(id)}.parameters()" for id in trained]
    return Code(f"[{', '.join(each)}]")
