"""What Python of the user's gives, where nobody told it: tried in a process at several sizes, and read off the shapes.

A check asks with a `Question`. While it has no answer the type is open, and the question is kept for whoever may have
the text run (`unanswered`): it is run only after it was trusted, and never here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.spec.python import Python
from runtime.spec.tensor import BATCH, Dim, Size, Tensor

MOST = 1000  # answers that are kept
START, STEPS = {BATCH.symbol: 2}, (1, 3)  # each symbol is tried at three sizes, of which no two are twice each other
LENGTH = 5  # where what has no fixed length starts


@dataclass(frozen=True)
class Question:
    """What does a function, or an nn.Module with `module`, give for these tensors?"""

    python: Python
    module: bool
    takes: tuple[tuple[str, Tensor], ...]
    gives: tuple[str, ...]  # the names of the outputs; none where the question is what it takes

    @property
    def sizes(self) -> list[dict[str, int]]:
        """The size of every symbol in each try: in the first all start, in each of the others one is larger."""
        symbols = dict.fromkeys(dim.symbol for _, type in self.takes for dim in type.shape if isinstance(dim, Size))
        first = {symbol: START.get(symbol, LENGTH) for symbol in symbols}
        return [first, *({**first, symbol: first[symbol] + step} for symbol in symbols for step in STEPS)]

    def shapes(self, type: Tensor) -> list[list[int]]:
        """The shape of a type in each try."""
        return [[_number(dim, sizes) for dim in type.shape] for sizes in self.sizes]

    def order(self, folder: Path) -> dict[str, Any]:
        """The question for a process that runs it: shapes in numbers, for each try; `folder` is the graph's."""
        takes = {name: {"dtype": type.dtype, "shapes": self.shapes(type)} for name, type in self.takes}
        own = self.python
        order: dict[str, Any] = {"text": own.text, "called": own.called, "module": self.module, "takes": takes}
        order |= {"seconds": own.seconds, "arguments": json.loads(own.arguments), "look": not self.gives}
        return order | ({"root": str(own.root(folder)), "file": str(own.file(folder))} if own.path else {})

    def answer(self, told: Mapping[str, Any]) -> "Answer":
        """What the process told: ``{"tries": [[[dtype, [size, ...]], ...], ...], "weights"}`` or ``{"wrong"}``."""
        if isinstance(told.get("wrong"), str):
            return Answer(wrong=f"{self.python.called} {told['wrong']}")
        if "signature" in told:
            return Answer(signature=told["signature"])
        tries: list[list[Any]] = told["tries"]
        count = next((len(outputs) for outputs in tries if len(outputs) != len(self.gives)), None)
        if count is not None:
            tensors = f"{count} tensor{'s' if count > 1 else ''}"
            return Answer(wrong=f"{self.python.called} gives {tensors}, but {len(self.gives)} are named")
        try:
            made = [self._type([outputs[at] for outputs in tries]) for at in range(len(self.gives))]
        except ValueError as error:
            return Answer(wrong=f"{self.python.called} {error}")
        weights = told.get("weights")
        return Answer(dict(zip(self.gives, made, strict=True)), weights=weights if isinstance(weights, int) else None)

    def _type(self, tries: Sequence[tuple[str, Sequence[int]]]) -> Tensor:
        dtypes, ranks = {dtype for dtype, _ in tries}, {len(shape) for _, shape in tries}
        if len(dtypes) > 1 or len(ranks) > 1:
            raise ValueError(f"gives {' or '.join(sorted({_shown(each) for each in tries})[:3])}, as the sizes are")
        shapes = [shape for _, shape in tries]
        return Tensor(tries[0][0], tuple(self._dim([shape[at] for shape in shapes]) for at in range(len(shapes[0]))))

    def _dim(self, found: Sequence[int]) -> Dim:
        """The size that stands behind these numbers, one a try. Raises ValueError where none does."""
        first, *others = self.sizes
        grown = {symbol: found[1 + 2 * at : 3 + 2 * at] for at, symbol in enumerate(first)} if others else {}
        moved = {symbol: pair for symbol, pair in grown.items() if any(size != found[0] for size in pair)}
        if not moved:
            return found[0]
        (symbol, (small, large)), *more = moved.items()
        factor = small - found[0]
        if more or large - found[0] != STEPS[1] * factor or factor < 1:
            sizes = ", ".join(map(str, found))
            raise ValueError(f"gives a size that follows no rule that Torchweave can read: {sizes}")
        return Size(symbol, factor, found[0] - factor * first[symbol])


def what_it_takes(python: Python) -> Question:
    """The question about what an installed package makes: its inputs and arguments."""
    return Question(python, True, (), ())


@dataclass(frozen=True)
class Answer:
    """The type at each output and how many numbers it learns, or what it takes, or one sentence about why not."""

    types: Mapping[str, Tensor] | None = None
    signature: Mapping[str, Any] | None = None  # of what was looked at
    wrong: str = ""
    weights: int | None = None


def _number(dim: Dim, sizes: Mapping[str, int]) -> int:
    return dim if isinstance(dim, int) else dim.factor * sizes.get(dim.symbol, LENGTH) + dim.offset


def _shown(each: tuple[str, Sequence[int]]) -> str:
    return f"{each[0]}[{', '.join(map(str, each[1]))}]"


ANSWERS: dict[Question, Answer] = {}
ASKED: dict[Question, None] = {}


def answer(question: Question) -> Answer | None:
    """What is known; a question without an answer is kept."""
    found = ANSWERS.get(question)
    if found is None:
        ASKED[question] = None
    return found


def unanswered() -> Iterator[Question]:
    """The questions that were asked since the last time, and have no answer still."""
    asked = list(ASKED)
    ASKED.clear()
    yield from (each for each in asked if each not in ANSWERS)


def learn(question: Question, found: Answer) -> None:
    """Keep an answer; the oldest give way."""
    ANSWERS[question] = found
    for old in list(ANSWERS)[: max(0, len(ANSWERS) - MOST)]:
        del ANSWERS[old]


def forget_failed() -> bool:
    """Take back what went wrong, which may have been the machine's fault; whether anything did."""
    failed = [question for question, found in ANSWERS.items() if found.wrong]
    for old in failed:
        del ANSWERS[old]
    return bool(failed)


def forget(path: str) -> None:
    """Take back what was seen of a file that has changed."""
    for old in [question for question in ANSWERS if question.python.path == path]:
        del ANSWERS[old]
