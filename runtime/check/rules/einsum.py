"""The rule of torch.einsum: letters name the dimensions of each operand and those of the result."""

from collections import Counter
from string import ascii_letters
from typing import Any

from runtime.check.problem import REMOVE
from runtime.check.rules.elementwise import counts_rows
from runtime.check.rules.repairs import insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Tensor

DOTS = "..."
Term = list[str]  # the letters of one operand, and at most one DOTS for any number of dimensions
Sizes = dict[str, Dim]


class Wrong(Exception):
    """A sentence that says what is wrong with an equation or with what comes in, and how it may be mended."""

    def __init__(self, why: str, port: str | None = None, *repairs: Any) -> None:
        super().__init__(why)
        self.misfit = Misfit(why, port, repairs)


class Unfit(Wrong):
    """The same about one operand, whose wire can be taken away at least."""

    def __init__(self, why: str, number: int, *repairs: Any) -> None:
        super().__init__(why, "operands", *repairs, (REMOVE, (("cut", "operands", number - 1),)))


def summed(self: Any, operands: list[Tensor]) -> Tensor | Misfit:
    """Sizes by their letters; letters that the result does not name are summed over."""
    try:
        terms, result = parsed(self.equation)
        _same_dtypes(operands)
        return operands[0].with_shape(*_shape(terms, result, operands, self.equation))
    except Wrong as wrong:
        return wrong.misfit


def parsed(equation: str) -> tuple[list[Term], Term]:
    """The letters of each operand and of the result. Raises Wrong with a sentence."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    if "->" in right:
        raise Wrong(f"has an equation with two arrows: {equation}")
    terms = [_letters(text, equation) for text in left.split(",")]
    counts = Counter(letter for term in terms for letter in term)
    if not arrow:
        once = sorted(letter for letter, count in counts.items() if count == 1 and letter != DOTS)
        return terms, [*([DOTS] if DOTS in counts else []), *once]
    if "," in right:
        raise Wrong(f"has an equation with a comma behind the arrow: {equation}")
    result = _letters(right, equation)
    for letter in result:
        if result.count(letter) > 1:
            raise Wrong(f"has an equation that names {letter} twice behind the arrow: {equation}")
        if letter not in counts and letter != DOTS:
            why = f"has an equation that names {letter} behind the arrow, but for no operand: {equation}"
            raise Wrong(why, None, _without(letter, equation))
    return terms, result


def _letters(text: str, equation: str) -> Term:
    before, dots, after = text.partition(DOTS)
    found = [*before, *([DOTS] if dots else []), *after]
    if DOTS in after or (dots and "." in before + after):
        raise Wrong(f"has an equation with more than one ... in {text}: {equation}")
    odd = next((sign for sign in before + after if not (sign.isascii() and sign.isalpha())), None)
    if odd is not None:
        raise Wrong(f"has an equation with {odd}, where only letters, commas, ... and -> can be: {equation}")
    return found


def _without(letter: str, equation: str) -> tuple[str, tuple[Any, ...]]:
    left, arrow, right = equation.partition("->")
    shorter = left + arrow + right.replace(letter, "")
    return f"Set equation to {shorter}", (("set", "{node}", "equation", shorter),)


def _apart(letter: str, number: int, equation: str) -> tuple[str, tuple[Any, ...]]:
    """An operand's letter under another name."""
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    terms[number - 1] = terms[number - 1].replace(
        letter, next((each for each in ascii_letters if each not in equation), letter)
    )
    other = ",".join(terms) + arrow + right
    return f"Set equation to {other}", (("set", "{node}", "equation", other),)


def _same_dtypes(operands: list[Tensor]) -> None:
    for each in operands[1:]:
        if each.dtype != operands[0].dtype:
            cast = insert("Tensor.to", "Insert Tensor.to float32 before all of them", "operands")
            raise Wrong(f"needs operands of one dtype, got {operands[0]} and {each}", "operands", cast)


def _shape(terms: list[Term], result: Term, operands: list[Tensor], equation: str) -> list[Dim]:
    """The sizes of the result."""
    if len(terms) != len(operands):
        raise Unfit(f"has an equation for {len(terms)} operands, got {len(operands)}", len(operands))
    sizes: Sizes = {}
    dots: list[Dim] = []  # what stands for DOTS, right-aligned
    for number, (term, operand) in enumerate(zip(terms, operands, strict=True), start=1):
        named = len(term) - term.count(DOTS)
        more = operand.rank - named
        if more < 0 or (more and DOTS not in term):
            least = "at least " if DOTS in term else ""
            raise Unfit(f"has an equation for {least}{named} dimensions of operand {number}, got {operand}", number)
        at = term.index(DOTS) if DOTS in term else len(term)
        _name(
            [*term[:at], *term[at + 1 :]], [*operand.shape[:at], *operand.shape[at + more :]], sizes, number, equation
        )
        dots = _stretched(dots, list(operand.shape[at : at + more]), number)
    return [size for letter in result for size in (dots if letter == DOTS else [sizes[letter]])]


def _name(letters: Term, shape: list[Dim], sizes: Sizes, number: int, equation: str) -> None:
    """Note the size of each letter; 1 stretches to that of another operand, but not inside of one."""
    own: Sizes = {}
    for letter, size in zip(letters, shape, strict=True):
        if own.setdefault(letter, size) != size:
            raise Unfit(f"has {own[letter]} and {size} for {letter} in its equation, both in operand {number}", number)
    for letter, size in own.items():
        known = sizes.get(letter, 1)
        if size not in (1, known) and known != 1:
            apart = _apart(letter, number, equation)
            raise Unfit(f"has {known} for {letter} in its equation, and {size} in operand {number}", number, apart)
        sizes[letter] = known if size == 1 else size


def _stretched(one: list[Dim], other: list[Dim], number: int) -> list[Dim]:
    width = max(len(one), len(other))
    found: list[Dim] = []
    for a, b in zip([1] * (width - len(one)) + one, [1] * (width - len(other)) + other, strict=True):
        if a != b and a != 1 and b != 1:
            raise Unfit(f"has {a} for a dimension of ... in its equation, and {b} in operand {number}", number)
        found.append(b if a == 1 else a)
    return found


def other_rows(equation: str, operands: list[Tensor]) -> bool:
    """Whether the batch has more than one letter, so that rows meet rows that are not their own."""
    names = {
        (DOTS, operand.rank - len(term)) if term[:1] == [DOTS] else term[0]
        for term, operand in zip(parsed(equation)[0], operands, strict=True)
        if operand.shape and counts_rows(operand.shape[0])
    }
    return len(names) > 1
