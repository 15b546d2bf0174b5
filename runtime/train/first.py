"""Looks at every value and every gradient of a run, step after step, for the first one that is not finite."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from runtime.train.probes import model_of, seeing, watched

VALUE, GRADIENT, LOSS, WEIGHT, UPDATED = "value", "gradient", "loss", "weight", "updated"
INSIDE = "inside"  # of a node, as a layer of a definition is


@dataclass(frozen=True)
class Place:
    """Where a value is: on a wire ``relu.output``, in a loss by its key, or in a weight ``final.bias``."""

    kind: str  # a VALUE or GRADIENT of a wire, a LOSS, the gradient of a WEIGHT, a weight when it was UPDATED
    name: str  # of what is INSIDE of a node that of the module, ``blocks.3.norm``


@dataclass
class Seen:
    """The first value that is not finite, and what was there before its step."""

    place: Place
    step: int
    numbers: int
    bad: int  # how many of them are not finite
    nan: int  # and how many of those are no number
    batches: list[Mapping[str, Any]]
    weights: Mapping[str, Tensor]
    random: list[Tensor]
    usual: set[str]  # wires that carry infinity all the time, as masks do
    inside: str = ""  # the first module inside of the node that gave such a value, where there is one


@dataclass
class First:
    """Has the model of a run show its wires, and what comes back along them, as long as it is entered."""

    run: Any
    folder: Path
    counts: list[tuple[Place, int, Tensor]] = field(default_factory=list)  # in the order in which they were computed
    usual: set[Place] = field(default_factory=set)
    batches: list[Mapping[str, Any]] = field(default_factory=list)

    def __enter__(self) -> "First":
        model, module = model_of(self.run), watched(self.folder)
        usual, compare, shown = model.forward, self.run.compare, module.Watched.forward
        self.scaled = hasattr(self.run, "scaler")  # then gradients beyond what can be held are no fault

        def forward(*batch: Any) -> Any:
            if not model.training:
                return usual(*batch)
            with seeing(module, self._see):
                return shown(model, *batch)

        def compared(batch: Mapping[str, Any], sums: Any) -> Any:
            for name, value in batch.items() if model.training else ():
                self._see(f"{module.COLLATE}.{name}", value)
            found = compare(batch, sums)
            if model.training:
                self.batches.append(batch)
                for name, loss in sorted(found.items(), key=lambda pair: pair[0] == "loss"):  # their sum at the end
                    self._count(Place(LOSS, name), loss.detach())
            return found

        model.forward, self.run.compare = forward, compared
        self.hooks: list[Any] = [
            weight.register_hook(partial(self._count, Place(WEIGHT, name)))
            for name, weight in model.named_parameters()
            if weight.requires_grad and not self.scaled
        ]
        inner = [(name, each) for name, each in model.named_modules() if "." in name]
        self.hooks += [each.register_forward_hook(partial(self._see_inside, name)) for name, each in inner]
        self._begin()
        return self

    def __exit__(self, *error: object) -> None:
        for changed, name in ((model_of(self.run), "forward"), (self.run, "compare")):  # others, if a fold has begun
            vars(changed).pop(name, None)
        for hook in self.hooks:
            hook.remove()

    def after_step(self, event: Mapping[str, Any]) -> Seen | None:
        """What was not finite in the step that is over, if that spoilt it."""
        for name, weight in model_of(self.run).named_parameters():
            self._count(Place(UPDATED, name), weight.detach())
        told = torch.stack([count.to(self.run.device) for *_, count in self.counts]).tolist()
        found = [(place, of, *count) for (place, of, _), count in zip(self.counts, told, strict=True) if count[0]]
        ill = not math.isfinite(event["loss"]) or any(place.kind == UPDATED for place, *_ in found)
        strange = [each for each in found if each[0] not in self.usual]
        fresh = [each for each in strange if each[0].kind != INSIDE]
        if ill and fresh:
            place, of, bad, nan = fresh[0]
            usual = {each.name for each in self.usual}
            step, inside = int(event["step"]), _inside(place, [each[0] for each in strange])
            return Seen(place, step, of, bad, nan, self.batches, self.weights, self.random, usual, inside)
        self.usual |= {place for place, *_ in found}
        self._begin()
        return None

    def _begin(self) -> None:
        """Keep what the next step begins with."""
        self.counts, self.batches = [], []
        self.weights = {name: value.clone() for name, value in model_of(self.run).state_dict().items()}
        self.random = [each.get_rng_state() for each in self.run.generators]

    def _see(self, wire: str, value: Any) -> None:
        if isinstance(value, Tensor):
            self._count(Place(VALUE, wire), value.detach())
            if value.requires_grad and not self.scaled:
                value.register_hook(partial(self._count, Place(GRADIENT, wire)))

    def _see_inside(self, name: str, module: nn.Module, given: Any, value: Any) -> None:
        if isinstance(value, Tensor) and module.training:
            self._count(Place(INSIDE, name), value.detach())

    @torch.no_grad()
    def _count(self, place: Place, value: Tensor) -> None:
        if value.is_floating_point():
            both = torch.stack([(~value.isfinite()).sum(), value.isnan().sum()])
            self.counts.append((place, value.numel(), both))


def _inside(place: Place, strange: list[Place]) -> str:
    """The first module inside of a node where a value that goes out of it came up; empty where there is none."""
    within = f"{place.name.partition('.')[0]}."
    names = (each.name for each in strange if each.kind == INSIDE and each.name.startswith(within))
    return next(names, "") if place.kind == VALUE else ""
