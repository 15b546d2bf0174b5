"""What of a file of weights goes into a layer: matched, missing, of another shape, and what nobody asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath

from runtime.check.card import Card, Shape
from runtime.graph.weights import Source, joined, there, within

Kept = Mapping[str, Shape]  # what a layer keeps, by name
COUNT = "num_batches_tracked"  # of norms; files of old versions lack it


@dataclass(frozen=True)
class Matches:
    """By name here: the name in the file, also of what is not there, and both shapes of what does not fit."""

    matched: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    unlike: Mapping[str, tuple[Shape, Shape]] = field(default_factory=dict)  # here, there
    unexpected: tuple[str, ...] = ()  # names in the file

    @property
    def told(self) -> str:
        """Such as ``3 of 4 matched, 1 of another shape``."""
        count = len(self.matched) + len(self.missing) + len(self.unlike)
        rest = {"missing": self.missing, "of another shape": self.unlike, "not asked for": self.unexpected}
        more = (f"{len(each)} {what}" for what, each in rest.items() if each)
        return ", ".join([f"{len(self.matched)} of {count} matched", *more])

    def lines(self) -> list[str]:
        """One line for each name that is not simply matched, and for each that is called otherwise in the file."""
        found = [f"{name}: matched as {as_}" for name, as_ in self.matched.items() if name != as_]
        found += [f"{name}: missing, there is no {as_}" for name, as_ in self.missing.items()]
        found += [f"{name}: is {list(b)} there, {list(a)} here" for name, (a, b) in self.unlike.items()]
        return found + [f"{name}: not asked for" for name in self.unexpected]

    def of(self, part: str) -> "Matches":
        """The same, told by the names that they have in the model."""
        matched, missing, unlike = (
            {joined(part, name): each for name, each in group.items()}
            for group in (self.matched, self.missing, self.unlike)
        )
        return Matches(matched, missing, unlike, self.unexpected)  # type: ignore[arg-type]  # three kinds of values

    def and_(self, other: "Matches") -> "Matches":
        """Both together."""
        return Matches(
            {**self.matched, **other.matched},
            {**self.missing, **other.missing},
            {**self.unlike, **other.unlike},
            (*self.unexpected, *other.unexpected),
        )


@dataclass(frozen=True)
class Loading:
    """A file that a node has its weights from, alone or with the whole model."""

    source: Source
    card: Card
    part: str = ""  # what stands before the names of the node's tensors: its id, where the file is of the whole model
    whole: bool = False  # whether the whole model has a file, this one or another
    left: tuple[str, ...] = ()  # the names in that file that no node takes

    @property
    def file(self) -> str:
        """The name of the file."""
        return PurePosixPath(self.source.path).name[:80]

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Where in the file the node stands, or the whole model and its renamed parts."""
        return self.source.places()

    def elsewhere(self, kept: Kept) -> list[Source]:
        """Other places in the file where all that a node keeps is, which no other node takes."""
        if not self.part:
            found = [each for each in places(kept, self.card.shapes) if each != self.source.prefix]
            return [replace(self.source, prefix=each, names={}) for each in found]
        free = places(kept, {name: self.card.shapes[name] for name in self.left})
        names = [each[len(self.source.prefix) :].lstrip(".") for each in free if within(each, self.source.prefix)]
        return [replace(self.source, names={**self.source.names, self.part: each}) for each in names if each]

    def name(self, tensor: str) -> str:
        """What a tensor of the node is called in the file."""
        return there(joined(self.part, tensor), self.places) or ""

    @cached_property
    def around(self) -> frozenset[str]:
        """All names in the file under the place of the node."""
        return self.card.inside.get(there(self.part, self.places) or "", frozenset())

    def matches(self, kept: Kept) -> Matches:
        """Hold the file against what a node keeps."""
        names = {own: self.name(own) for own in kept}
        shapes = {own: self.card.shapes.get(name) for own, name in names.items()}
        matched = {own: name for own, name in names.items() if shapes[own] == kept[own]}
        missing = {own: name for own, name in names.items() if shapes[own] is None and not own.endswith(COUNT)}
        unlike = {own: (kept[own], shape) for own, shape in shapes.items() if shape is not None and shape != kept[own]}
        rest = self.around.difference(names.values())
        return Matches(matched, missing, unlike, tuple(sorted(rest)))


def places(kept: Kept, shapes: Mapping[str, Shape], alike: bool = True) -> list[str]:
    """All prefixes under which every name stands, with the same shape where they are to be `alike`."""
    if not kept:
        return []
    longest = max(kept, key=len)
    ends = (name for name in shapes if name.endswith(longest) and (not longest or f".{name}".endswith(f".{longest}")))
    begins = (name[: len(name) - len(longest)].rstrip(".") for name in ends)
    return [each for each in begins if _all_there(each, kept, shapes, alike)]


def _all_there(prefix: str, kept: Kept, shapes: Mapping[str, Shape], alike: bool) -> bool:
    names = {joined(prefix, name): shape for name, shape in kept.items()}
    return all(name in shapes and (not alike or shapes[name] == shape) for name, shape in names.items())
