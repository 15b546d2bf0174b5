"""Rules of how rows are split: what they may be split by, and which parts a Collate and its dataset make together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.spec.listed import listed
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Tensor, Text, Type

RANDOM, STRATIFIED, GROUP, COLUMN = KINDS = ("random", "stratified", "group", "column")
SPLIT_BY = "split_by"  # the port of Collate that takes what rows are split by
SHARES = tuple(share / 20 for share in range(1, 11))  # that repairs try
SIDES = ("validation", "test")
WORDS = ("train", "training", "0", "val", "valid", "validation", "dev", "1", "test")  # that a column may say

AT_RANDOM = ("Split at random", (("unset", "{node}", "split"), ("cut", SPLIT_BY, 0)))


@dataclass(frozen=True)
class Split:
    """How rows become those to train on and the others: the shares of both sides, those that files give, and folds.

    Of several folds each is held out once, and what is for a test is in none of them.
    """

    kind: str
    validation: float
    test: float
    given: tuple[str, ...] = ()
    folds: int = 0

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of validation and test that are split off."""
        return self.validation, self.test

    @property
    def told(self) -> bool:
        """Whether a column says it, so that only data tells which parts there are."""
        return self.kind == COLUMN

    def has(self, side: str) -> bool:
        """Whether there are rows for validation, or for a test, as far as can be told."""
        folded = side == "validation" and self.folds > 0
        return self.told or folded or side in self.given or getattr(self, side) > 0


def split_of(collate: Any, dataset: Mapping[str, Any]) -> Split:
    """How the rows of a dataset with these parameters are split; what files it names count before shares."""
    given = tuple(side for side in SIDES if dataset.get(f"{side}_path"))
    validation, test = (0.0 if side in given else getattr(collate, side) for side in SIDES)
    kind = RANDOM if given and collate.split == COLUMN else collate.split
    folds = 0 if "validation" in given or kind == COLUMN else collate.folds
    return Split(kind, 0.0 if folds else validation, test, given, folds)


def misfit(collate: Any, by: Type | None) -> Misfit | None:
    """What is wrong with shares, or with what rows are split by."""
    if collate.folds and (wrong := _no_folds(collate)):
        return wrong
    if collate.validation + collate.test >= 1 and collate.split != COLUMN and not collate.folds:
        usual = (("unset", "{node}", "validation"), ("unset", "{node}", "test"))
        why = (
            f"holds out {collate.validation:.0%} and keeps {collate.test:.0%} for a test, which leaves none to train on"
        )
        return Misfit(why, None, (("Use the defaults of validation and test", usual),))
    if by is None:
        return None
    single = isinstance(by, Text) or (isinstance(by, Tensor) and not by.shape)
    if not single:
        return Misfit(f"needs one number or text a row to split by, got {by}", SPLIT_BY, (AT_RANDOM,))
    if collate.split == STRATIFIED and isinstance(by, Tensor) and by.dtype in FLOATS:
        groups = ("Split by groups", (("set", "{node}", "split", GROUP),))
        return Misfit(f"needs classes to split by, got {by}", SPLIT_BY, (AT_RANDOM, groups))
    return None


def _no_folds(collate: Any) -> Misfit | None:
    """Why there are no such folds."""
    forget = ("Forget folds", (("unset", "{node}", "folds"),))
    if collate.folds == 1:
        five = ("Set folds to 5", (("set", "{node}", "folds", 5),))
        return Misfit("has one fold: while it is held out, no rows are left to train on", None, (five, forget))
    if collate.split == COLUMN:
        return Misfit(f"has {collate.folds} folds, but a column says which rows are held out", None, (forget,))
    return None


def doubts(collate: Any, samples: Mapping[str, Type]) -> Iterator[Misfit]:
    """Shares of rows that folds, or a column, hold out in their place."""
    usual = {"validation": 0.2} if collate.folds else {"validation": 0.2, "test": 0.0}
    idle = [side for side, share in usual.items() if getattr(collate, side) != share]
    if idle and (collate.folds or collate.split == COLUMN):
        forget = (f"Forget {listed(idle)}", tuple(("unset", "{node}", side) for side in idle))
        instead = f"holds out each of {collate.folds} folds" if collate.folds else "holds out what a column says"
        yield Misfit(f"{instead}, not the share of {listed(idle)}", None, (forget,))


def told(collate: Any) -> str:
    """How rows are split, for the line of small text on the canvas: ``, 20% held out of each class``."""
    if collate.split == COLUMN:
        return ", split by a column"
    by = {STRATIFIED: " of each class", GROUP: " in groups"}.get(collate.split, "")
    held = f", {collate.validation:.0%} held out{by}" if collate.validation else ""
    held = f", {collate.folds} folds{by}" if collate.folds else held
    return held + (f", {collate.test:.0%} for a test" if collate.test else "")
