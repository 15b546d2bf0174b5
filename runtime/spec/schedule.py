"""Schedules: how an optimizer's learning rate changes while training; each is declared once, like a node type.

A schedule stands in a parameter of an optimizer as ``{"type": "StepLR", "step_size": 10}``: torch's name and what
differs from the defaults. A class may define, where `optimizer` has the optimizer's parameters as attributes,

    wrong(self, optimizer)     a Misfit where torch raises with this optimizer
    doubts(self, optimizer)    Misfits that become warnings
    growth(self, epochs)       the factor by which the learning rate has changed after so many epochs
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from runtime.spec.node import Misfit
from runtime.spec.parameter import Bool, Choice, Float, Int, Parameter, Wholes, in_torch_order
from runtime.spec.signature import signature

BATCH, EPOCH, LOSS = "batch", "epoch", "loss"  # after what a schedule steps; LOSS: an epoch, for its loss
MOST = 1e10  # of a learning rate; what torch loses in rounding when it lowers larger ones counts as one below zero


@dataclass(frozen=True)
class Schedule:
    """A schedule as data."""

    name: str
    doc: str
    each: str
    parameters: tuple[Parameter, ...]
    declared: Any = field(repr=False)  # the class body
    stand_ins: frozenset[str] = frozenset()  # it has no inputs

    @property
    def type(self) -> str:
        """Its name in torch."""
        return f"optim.lr_scheduler.{self.name}"

    @cached_property
    def parameter(self) -> dict[str, Parameter]:
        """Setting name to declaration."""
        return {parameter.name: parameter for parameter in self.parameters}

    def values(self, settings: Mapping[str, Any]) -> Any:
        """The object on which the methods of the class body are called: one attribute a setting."""
        made = object.__new__(self.declared)
        made.__dict__.update({name: settings.get(name, each.default) for name, each in self.parameter.items()})
        return made


SCHEDULES: dict[str, Schedule] = {}


def schedule(each: str) -> Callable[[type], type]:
    """Read a class body as a schedule that steps after each batch or epoch."""

    def declare(cls: type) -> type:
        takes = signature(f"optim.lr_scheduler.{cls.__name__}")
        found = {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}
        declared = [replace(p, name=name).of_torch(takes) for name, p in found.items() if isinstance(p, Parameter)]
        parameters = in_torch_order(declared, takes)
        SCHEDULES[cls.__name__] = Schedule(cls.__name__, (cls.__doc__ or "").strip(), each, parameters, cls)
        return cls

    return declare


def Scheduled(doc: str) -> Any:
    """A schedule with its settings; None for a learning rate that stays."""
    return Parameter(None, doc, kind="schedule", options=tuple(SCHEDULES.values()), ours=True)


def chosen(value: Any) -> tuple[Schedule, Any] | None:
    """The schedule of a sound value with its settings as attributes; None for none."""
    if value is None:
        return None
    found = SCHEDULES[value["type"]]
    return found, found.values(value)


class Warmed:
    """What begins at full height unless it is warmed up."""

    warmup = Int("Epochs before it, in which the learning rate climbs from a third.", 0, unit="epochs", ours=True)


class Shrinking(Warmed):
    """What multiplies the learning rate again and again."""

    gamma = Float("What the learning rate is multiplied by.", least=0.0)


@schedule(EPOCH)
class StepLR(Shrinking):
    """Multiplies the learning rate by gamma every step_size epochs."""

    step_size = Int("Epochs from one change to the next.", 10, least=1, unit="epochs")

    def growth(self, epochs: int) -> float:
        return pow(float(self.gamma), int(epochs // self.step_size))


@schedule(EPOCH)
class MultiStepLR(Shrinking):
    """Multiplies the learning rate by gamma after each of a list of epochs."""

    milestones = Wholes("The epochs after which it changes.", [30, 80])

    def growth(self, epochs: int) -> float:
        passed = [milestone for milestone in self.milestones if milestone <= epochs]
        return pow(float(self.gamma), len(passed))


@schedule(EPOCH)
class ConstantLR(Warmed):
    """Multiplies the learning rate by a factor for the first epochs, then no longer."""

    factor = Float("Share of the learning rate for the first epochs.", above=0.0, most=1.0)
    total_iters = Int("How many epochs that lasts.", unit="epochs")


@schedule(EPOCH)
class LinearLR(Warmed):
    """Changes the learning rate evenly from one share of it to another."""

    start_factor = Float("Share of the learning rate in the first epoch.", above=0.0, most=1.0)
    end_factor = Float("Share of the learning rate at the end.", least=0.0, most=1.0)
    total_iters = Int("Epochs from one to the other.", least=1, unit="epochs")


@schedule(EPOCH)
class ExponentialLR(Shrinking):
    """Multiplies the learning rate by gamma after every epoch."""

    gamma = Float("What the learning rate is multiplied by.", 0.95, least=0.0)

    def growth(self, epochs: int) -> float:
        return pow(float(self.gamma), epochs)


@schedule(EPOCH)
class PolynomialLR(Warmed):
    """Lets the learning rate fall to zero, evenly or along a power."""

    total_iters = Int("Epochs until it is zero.", least=1, unit="epochs")
    power = Float("1 falls evenly; more falls faster at first.", least=0.0)


@schedule(EPOCH)
class CosineAnnealingLR(Warmed):
    """Lets the learning rate fall along half a wave, slowly at first and at last."""

    T_max = Int("Epochs of the fall; afterwards it climbs again as long.", 10, least=1, unit="epochs")
    eta_min = Float("The lowest learning rate.", least=0.0, most=MOST)


@schedule(EPOCH)
class CosineAnnealingWarmRestarts(Warmed):
    """Lets the learning rate fall along half a wave and begin anew, again and again."""

    T_0 = Int("Epochs of the first fall.", 10, least=1, unit="epochs")
    T_mult = Int("How many times as long each next fall is.", least=1)
    eta_min = Float("The lowest learning rate.", least=0.0, most=MOST)


class Cycle:
    """What lets the learning rate climb and fall with every batch, and the momentum the other way."""

    cycle_momentum = Bool("Let the momentum, or the first beta, fall while the learning rate climbs.")
    base_momentum = Float("The lowest momentum.", least=0.0, most=1.0)
    max_momentum = Float("The highest momentum, with which it begins.", above=0.0, most=1.0)

    def wrong(self, optimizer: Any) -> Misfit | None:
        if not self.cycle_momentum:
            return None
        betas = hasattr(optimizer, "betas")
        if not betas and not hasattr(optimizer, "momentum"):
            still = (("Leave the momentum as it is", (("setting", "schedule", "cycle_momentum", False),)),)
            return Misfit(f"has no momentum that {type(self).__name__} in schedule could cycle", None, still)
        if betas and 1 in (self.base_momentum, self.max_momentum):
            name = "max_momentum" if self.max_momentum == 1 else "base_momentum"
            lower = ((f"Leave out {name}", (("setting", "schedule", name, None),)),)
            return Misfit(f"needs less than 1 for {name} in schedule, as for a beta, got 1", None, lower)
        return None


@schedule(BATCH)
class CyclicLR(Cycle):
    """Lets the learning rate climb and fall in even cycles, batch by batch."""

    base_lr = Float("The lowest learning rate; it counts instead of lr.", 0.001, least=0.0, most=MOST)
    max_lr = Float("The highest learning rate.", 0.01, least=0.0, most=MOST)
    step_size_up = Int("Batches of a climb.", least=1)
    step_size_down = Int("Batches of a fall; none means as many as of a climb.")
    mode = Choice(
        "Cycles stay as high, halve each time, or shrink by gamma.", ("triangular", "triangular2", "exp_range")
    )
    gamma = Float("With exp_range: what the height is multiplied by at each batch.", least=0.0, most=1.0)


@schedule(BATCH)
class OneCycleLR(Cycle):
    """One climb and one long fall of the learning rate over the whole run, batch by batch."""

    max_lr = Float("The highest learning rate; it counts instead of lr.", 0.01, least=0.0, most=MOST)
    pct_start = Float("Share of the run in which it climbs.", least=0.0, most=1.0)
    anneal_strategy = Choice("Along half a wave, or evenly.", ("cos", "linear"))
    div_factor = Float("It begins with max_lr divided by this.", above=0.0)
    final_div_factor = Float("It ends with its beginning divided by this.", above=0.0)
    three_phase = Bool("Fall as long as it climbed, then further down, instead of in one go.")


@schedule(LOSS)
class ReduceLROnPlateau:
    """Lowers the learning rate when the loss of the validation rows, or else of training, no longer improves."""

    mode = Choice("Whether a better loss is lower or higher.", ("min", "max"))
    factor = Float("What the learning rate is multiplied by.", least=0.0, below=1.0)
    patience = Int("Epochs without improvement that are waited for.", unit="epochs")
    threshold = Float("A smaller improvement is none.", least=0.0)
    threshold_mode = Choice("Whether threshold is a share of the best loss or an amount.", ("rel", "abs"))
    cooldown = Int("Epochs after a change in which none is counted.", unit="epochs")
    min_lr = Float("The lowest learning rate.", least=0.0, most=MOST)
    eps = Float("A smaller change of the learning rate is not made.", least=0.0)

    def doubts(self, optimizer: Any) -> list[Misfit]:
        climbs = getattr(optimizer, "maximize", False)
        if (self.mode == "max") == climbs:
            return []
        wanted = "max" if climbs else "min"
        turn = ((f"Set mode to {wanted}", (("setting", "schedule", "mode", wanted),)),)
        what = "higher loss while it minimises it" if self.mode == "max" else "lower loss while it maximises it"
        return [Misfit(f"has a schedule that waits for a {what}", None, turn)]
