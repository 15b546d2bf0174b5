"""Which node types a few typed letters mean, best first: by name, by the words people use for it, by its doc."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from editor.palette.usual import PLACE
from runtime.spec.node import Spec

CLOSE = 0.72  # how alike two words must be to count as a slip of the finger
SPREAD = 6  # from this score on the letters are not together in a name
STRAY = 5  # letters typed, of which one may stand anywhere in a name; the rest begin a word of it or go on with one
SLIPS_FROM = 4  # letters; shorter words are alike by chance
MOST = 60  # matches that a list shows; nobody reads on, and every row is made anew with every letter
NOTHING = "Nothing has that name or does that. Try another word for it, or code such as Conv2d(16, 3)."
KNOWN = 4096  # node types whose names are kept in small letters
ENDING = 4  # letters that may follow a name: "scheduler" means schedule, "clipping" means clip


@dataclass(frozen=True, slots=True)
class Names:
    """What a node type is found by, in small letters; among equals the usual come first, then short names."""

    title: str
    type: str
    words: tuple[str, ...]
    starts: frozenset[int]  # where words begin in the title
    initials: str
    settings: tuple[str, ...]  # see `Spec.settings`
    pieces: frozenset[str]  # of these
    doc: str
    among: float
    usual: bool


def ranked(
    query: str, specs: Iterable[Spec], fits: Callable[[Spec], bool] | None = None, near: Spec | None = None
) -> list[Spec]:
    """The node types that match, those that fit a dragged wire before all others, then by how well they match.

    Without a query everything matches: of the kind of the type that they are to be `near`, what is usual, then the rest
    in the order of the catalogue.
    """
    parts, known = query.lower().split(), list(specs)
    scored = [(_score(parts, spec) if parts else PLACE.get(spec.type, len(PLACE)), spec) for spec in known]
    found = [(score, spec) for score, spec in scored if score is not None]
    if parts and all(score >= SPREAD * len(parts) for score, _ in found):
        found = [*_likely(parts[0], known), *found]  # letters scattered over a long name may well be a slip

    best = dict[str, float]()  # of what has one name, as nn.Sigmoid and torch.sigmoid; a layer is first swapped for one
    for score, spec in found if near else ():
        best[_title(spec)] = min(score, best.get(_title(spec), score))

    def place(item: tuple[float, Spec]) -> tuple[bool, int, float, bool, float]:
        score, spec = item
        far = _far(spec, near) if near and not parts else 0
        foreign = near is not None and _root(spec) != _root(near)
        return not fits(spec) if fits else False, far, best.get(_title(spec), score), foreign, score

    found.sort(key=place)
    return list({spec.type: spec for _, spec in found}.values())


def matching(query: str, named: Iterable[Iterable[str]]) -> dict[int, float]:
    """Which are found by their names as `ranked` finds node types by theirs, with their scores: less is better.

    Each typed word means one of the names; where nothing is found, it may be a slip.
    """
    known, parts = [tuple(names) for names in named], query.lower().split()
    every = {name: _names(name, (), (), "") for names in known for name in names}
    found = _meant(known, [{name: _part_score(part, each, "") for name, each in every.items()} for part in parts])
    return found or _meant(known, [_slips(part, every) for part in parts])


def _meant(known: Iterable[Iterable[str]], scores: Iterable[Mapping[str, float | None]]) -> dict[int, float]:
    """Those of which a name has a score for each part, and the sum of the best."""
    found = dict[int, float]()
    for at, names in enumerate(known):
        best = [[score for name in names if (score := part[name]) is not None] for part in scores]
        if all(best):
            found[at] = sum(min(some) for some in best)
    return found


def _slips(word: str, every: Mapping[str, Names]) -> dict[str, float | None]:
    """The names that are near a misspelt word; a word that is spelt well scores as ever."""
    matcher, seen = SequenceMatcher(), dict[str, float]()
    matcher.set_seq2(word)
    found = {name: _part_score(word, each, "") for name, each in every.items()}
    for name, each in every.items() if len(word) >= SLIPS_FROM else ():
        if found[name] is None and (alike := _likeness(each.title, matcher, seen)) >= CLOSE:
            found[name] = SPREAD + 1 - alike
    return found


def _far(spec: Spec, near: Spec) -> int:
    return 2 if spec.family != near.family else 0 if spec.group == near.group else 1


def _root(spec: Spec) -> str:
    return spec.type.partition(".")[0]


def _title(spec: Spec) -> str:
    return _names_of(spec).title


def _score(parts: list[str], spec: Spec) -> float | None:
    """Smaller is better; None where one of the parts is nowhere to be found, and all of them are no name together."""
    total, names = 0.0, _names_of(spec)
    whole = _name_score("".join(parts), names) if len(parts) > 1 else None  # "cross entropy" means CrossEntropyLoss
    for part in parts:
        score = _part_score(part, names, spec.family)
        if score is None:
            return whole
        total += score
    return total if whole is None else min(total, whole)


def _names_of(spec: Spec) -> Names:
    return _names(spec.type, spec.words, spec.settings, spec.doc)


@lru_cache(KNOWN)
def _names(type: str, words: tuple[str, ...], settings: tuple[str, ...], doc: str) -> Names:
    title = type.rpartition(".")[2]
    capitals = "".join(letter for letter in title if letter.isupper()).lower()
    starts = frozenset(
        at for at, letter in enumerate(title) if letter.isupper() or letter.isdigit() or title[:at][-1:] in ("", "_")
    )
    small = tuple(word.lower() for word in words)
    pieces = frozenset(
        piece for name in settings for piece in name.replace("_", " ").split() if len(piece) >= SLIPS_FROM
    )
    among = PLACE[type] / 1000 if type in PLACE else 0.5 + len(title) / 1000
    initials = capitals if len(capitals) > 1 else ""
    return Names(
        title.lower(),
        type.lower(),
        small,
        starts,
        initials,
        settings,
        pieces,
        doc.lower(),
        among,
        type in PLACE and bool(words),
    )


def _part_score(part: str, names: Names, family: str) -> float | None:
    """The whole part of a score says how a word matched; ``cel`` are the capitals of CrossEntropyLoss."""
    if part in (names.title, names.type):
        return 0
    if part == names.initials:
        return 0.5
    if names.title.startswith(part) or names.type.startswith(part):
        return 1 + names.among
    if names.usual and part == names.words[0]:
        return 1.1 + names.among  # what most people call it: "average" is torch.mean before AveragePrecision
    if part in names.words:
        return (1.5 if part in names.title else 2) + names.among
    if part in names.settings:
        return 2.6 + names.among
    if names.initials.startswith(part):
        return 2.7 + names.among
    if any(word.startswith(part) for word in names.words):
        return 3 + names.among
    if _begins(part, names.settings):
        return 3.6 + names.among
    if part in names.type:
        return 4 + names.among
    if family.startswith(part):
        return 5 + names.among
    if part in names.pieces or any(_is_ending(part, piece) for piece in names.pieces):
        return 5.4 + names.among
    spread = _spread(part, names.title, names.starts)
    if spread is not None:
        return SPREAD + spread / 10
    return 9 if len(part) > 2 and part in names.doc else None


def _name_score(whole: str, names: Names) -> float | None:
    """The score of several words that are one name when nothing stands between them."""
    if names.title.replace("_", "").startswith(whole):
        return 1 + names.among
    settings = [name.replace("_", "").replace(" ", "") for name in names.settings]
    return 2.6 + names.among if whole in settings else 3.6 + names.among if _begins(whole, settings) else None


def _begins(part: str, names: Iterable[str]) -> bool:
    """Whether a name begins with what was typed, or is that without an ending."""
    if len(part) < SLIPS_FROM:
        return False
    return any(name.startswith(part) or _is_ending(part, name) for name in names)


def _is_ending(part: str, name: str) -> bool:
    return len(name) >= SLIPS_FROM and part.startswith(name) and len(part) <= len(name) + ENDING


def _spread(part: str, text: str, starts: frozenset[int]) -> int | None:
    """How many other letters lie between those of `part`, in order in `text`; None where they are no parts of words.

    ``trenc`` is the beginnings of two words of TransformerEncoder; the letters of ``cancer`` stand in many long names.
    """
    first = at = -1
    stray, of_word = 0, False
    for letter in part:
        if at < 0 or text[at + 1 : at + 2] != letter:
            later = [each for each in starts if each > at and text[each] == letter]
            at, of_word = (min(later), True) if later else (text.find(letter, at + 1), False)
        else:
            at, of_word = at + 1, of_word or at + 1 in starts
        stray += not of_word
        if at < 0 or stray > len(part) // STRAY:
            return None
        first = at if first < 0 else first
    return at - first + 1 - len(part)


def _likely(word: str, specs: list[Spec]) -> list[tuple[float, Spec]]:
    """For a misspelt word: the node types with a name near it, and their scores by how far that is."""
    if len(word) < SLIPS_FROM:
        return []
    matcher, seen, found = SequenceMatcher(), dict[str, float](), []
    matcher.set_seq2(word)
    for spec in specs:
        names = _names_of(spec)
        title, *words = (_likeness(name, matcher, seen) for name in (names.title, *names.words))
        best = max(title, *(alike - 0.01 for alike in words), 0)  # the title before other words
        if best >= CLOSE:
            found.append((SPREAD + 1 - best, spec))
    return found


def _likeness(name: str, matcher: "SequenceMatcher[str]", seen: dict[str, float]) -> float:
    """How alike a name and the word are; the quick looks give at least as much as the long one, which many spare."""
    if name not in seen:
        matcher.set_seq1(name)
        near = matcher.real_quick_ratio() >= CLOSE and matcher.quick_ratio() >= CLOSE
        seen[name] = matcher.ratio() if near else 0.0
    return seen[name]
