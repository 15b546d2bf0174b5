"""Which node types a few typed letters mean, best first: by name, by the words people use for it, by its doc."""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from runtime.spec.node import Spec

CLOSE = 0.72  # how alike two words must be to count as a slip of the finger
SLIPS_FROM = 4  # letters; shorter words are alike by chance


def ranked(query: str, specs: Iterable[Spec], fits: Callable[[Spec], bool] | None = None) -> list[Spec]:
    """The node types that match, those that fit a dragged wire before all others, then by how well they match.

    Without a query everything matches, in the order of the catalogue.
    """
    parts = query.lower().split()
    scored = [(_score(parts, spec), spec) for spec in specs]
    found = [(score, spec) for score, spec in scored if score is not None]
    if not found and parts:
        found = [(score, spec) for spec in specs if (score := _likeness(parts[0], spec)) is not None]
    found.sort(key=lambda item: (not fits(item[1]) if fits else False, item[0]))
    return [spec for _, spec in found]


def _score(parts: list[str], spec: Spec) -> float | None:
    """Smaller is better; None where one of the parts is nowhere to be found."""
    total = 0.0
    for part in parts:
        score = _part_score(part, spec)
        if score is None:
            return None
        total += score
    return total


def _part_score(part: str, spec: Spec) -> float | None:
    title, words = spec.title.lower(), [word.lower() for word in spec.words]
    if part in (title, spec.type.lower()):
        return 0
    if part == _initials(spec):
        return 0.5
    if title.startswith(part) or spec.type.lower().startswith(part):
        return 1 + len(title) / 100
    if part in words or _initials(spec).startswith(part):
        return 2
    if any(word.startswith(part) for word in words):
        return 3
    if part in spec.type.lower():
        return 4 + len(title) / 100
    if spec.family.startswith(part):
        return 5
    spread = _spread(part, title)
    if spread is not None:
        return 6 + spread / 10
    return 9 if len(part) > 2 and part in spec.doc.lower() else None


def _initials(spec: Spec) -> str:
    """The capitals of a title: ``cel`` for CrossEntropyLoss."""
    capitals = "".join(letter for letter in spec.title if letter.isupper()).lower()
    return capitals if len(capitals) > 1 else ""


def _spread(part: str, text: str) -> int | None:
    """How many other letters lie between those of `part`, in order in `text`; None where they do not stand there."""
    start = text.find(part[0])
    at = start
    for letter in part[1:]:
        at = text.find(letter, at + 1) if at >= 0 else -1
    return None if at < 0 else at - start + 1 - len(part)


def _likeness(word: str, spec: Spec) -> float | None:
    """For a misspelt word: how far the nearest name is, None when none is near; the title before other words."""
    if len(word) < SLIPS_FROM:
        return None
    title, *words = (SequenceMatcher(None, word, name.lower()).ratio() for name in (spec.title, *spec.words))
    best = max(title, *(alike - 0.01 for alike in words), 0)
    return 1 - best if best >= CLOSE else None
