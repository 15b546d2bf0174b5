"""How the palette is divided: families, in a large one the usual node types first, then a heading for each group."""

from collections.abc import Iterable
from dataclasses import dataclass

from editor.palette.usual import PLACE
from runtime.spec.node import Spec

FEW = 9  # node types in a family that needs no headings


@dataclass(frozen=True)
class Heading:
    """A family or a group in it. `specs` stand directly below it, before the groups within."""

    key: str  # "layer", "layer/convolution": under which the palette remembers whether it is open
    specs: tuple[Spec, ...]
    groups: tuple["Heading", ...] = ()

    @property
    def count(self) -> int:
        """How many node types there are to find below it, each once."""
        return sum(group.count for group in self.groups) or len(self.specs)


def headings(specs: Iterable[Spec]) -> list[Heading]:
    """The families in the order of the catalogue. What is usual stands in its group too, where it belongs."""
    families: dict[str, list[Spec]] = {}
    for spec in specs:
        families.setdefault(spec.family, []).append(spec)
    return [_family(family, some) for family, some in families.items()]


def _family(family: str, specs: list[Spec]) -> Heading:
    groups: dict[str, list[Spec]] = {}
    for spec in specs:
        groups.setdefault(spec.group, []).append(spec)
    usual = sorted((spec for spec in specs if spec.type in PLACE), key=lambda spec: PLACE[spec.type])
    if len(specs) <= FEW or len(groups) == 1:
        rest = [spec for spec in specs if spec.type not in PLACE]
        return Heading(family, (*usual, *rest))
    below = tuple(Heading(f"{family}/{group}", tuple(some)) for group, some in groups.items())
    return Heading(family, tuple(usual), below)
