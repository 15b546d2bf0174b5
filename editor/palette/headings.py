"""How the palette is divided: families, in a large one the usual node types first, then a heading for each group.

What is a group by itself stands behind the usual ones, without a heading; so does a group of usual ones alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from editor.palette.usual import PLACE
from runtime.spec.node import Spec
from runtime.spec.words import family_title, grouped

FEW = 9  # node types in a family that needs no headings


@dataclass(frozen=True)
class Heading:
    """A family or a group in it. `specs` stand directly below it, before the groups within."""

    key: str  # "layer", "layer/convolution": under which the palette remembers whether it is open
    title: str
    specs: tuple[Spec, ...]
    groups: tuple["Heading", ...] = ()

    @property
    def count(self) -> int:
        """How many node types there are to find below it, each once."""
        return len({spec.type for spec in (*self.specs, *(spec for group in self.groups for spec in group.specs))})


def headings(specs: Iterable[Spec]) -> list[Heading]:
    """The families in the order of the catalogue. What is usual stands in its group too, where it belongs."""
    families: dict[str, list[Spec]] = {}
    for spec in specs:
        families.setdefault(spec.family, []).append(spec)
    return [_family(family, some) for family, some in families.items()]


def _family(family: str, specs: list[Spec]) -> Heading:
    alone, groups = grouped(specs)
    flat = len(specs) <= FEW or (not alone and len(groups) == 1)
    first = sorted((spec for spec in specs if spec.type in PLACE), key=lambda spec: PLACE[spec.type])
    rest = [spec for spec in (specs if flat else alone) if spec.type not in PLACE]
    below = (
        {} if flat else {title: some for title, some in groups.items() if not all(spec.type in PLACE for spec in some)}
    )
    return Heading(
        family,
        family_title(family),
        (*first, *rest),
        tuple(Heading(f"{family}/{title.lower()}", title, tuple(some)) for title, some in below.items()),
    )
