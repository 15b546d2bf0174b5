"""What travels along a wire: a tensor's dtype and shape, a text, a picture not yet decoded, or a loss."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from math import gcd, inf

FLOATS = ("float16", "bfloat16", "float32", "float64")
INTEGERS = ("uint8", "int8", "int16", "int32", "int64")
DTYPES = (*FLOATS, *INTEGERS, "bool")
FACTOR = re.compile(r"(?:\([^()]*\)|[^*()])+")  # of a product, of which some may be sums
LONGEST = 200  # of the expression of a size; two of them in one again and again would fill the memory
LONGEST_TYPE = 1_000
ANY = (-inf, inf)  # the bounds of what can be any number


@dataclass(frozen=True, slots=True)
class Size:
    """A dimension that is not a number yet: ``factor * symbol + offset``, as in ``B`` or ``2*B``."""

    symbol: str
    factor: int = 1
    offset: int = 0

    def __add__(self, other: "Dim") -> "Dim":
        if isinstance(other, int):
            return Size(self.symbol, self.factor, self.offset + other)
        if other.symbol == self.symbol:
            return linear(self.symbol, self.factor + other.factor, self.offset + other.offset)
        terms = sorted(str(Size(size.symbol, size.factor)) for size in (self, other))
        return Size(called(f"({' + '.join(terms)})"), 1, self.offset + other.offset)

    __radd__ = __add__

    def __mul__(self, other: "Dim") -> "Dim":
        if isinstance(other, int):
            return linear(self.symbol, self.factor * other, self.offset * other)
        (one, symbols), (two, more) = self._factors(), other._factors()
        return Size(called("*".join(sorted((*symbols, *more)))), one * two)

    __rmul__ = __mul__

    def __floordiv__(self, other: int) -> "Dim":
        """Exact where it can be, otherwise a new symbol that is named by the expression."""
        if self.factor % other == 0:
            return linear(self.symbol, self.factor // other, self.offset // other)
        return Size(called(f"({self._bracketed()}//{other})"))

    def _bracketed(self) -> str:
        return f"({self})" if self.offset else str(self)

    def _factors(self) -> tuple[int, list[str]]:
        """The number and the symbols that are multiplied; a sum is one symbol, less what divides all of it."""
        if not self.offset:
            nested = re.search(r"\([^)]*\(", self.symbol)
            return self.factor, [self.symbol] if nested else FACTOR.findall(self.symbol)
        common = gcd(self.factor, self.offset)
        return common, [f"({Size(self.symbol, self.factor // common, self.offset // common)})"]

    def __str__(self) -> str:
        text = self.symbol if self.factor == 1 else f"{self.factor}*{self.symbol}"
        return text if not self.offset else f"{text}{self.offset:+d}"


def called(expression: str) -> str:
    """An expression as a symbol: what is too long to read is told from others by a digest of it."""
    if len(expression) <= LONGEST:
        return expression
    start = re.sub(r"[()]", "", expression[:40])
    return f"({start}...{blake2s(expression.encode(), digest_size=6).hexdigest()})"


Dim = int | Size
Shapes = dict[str, tuple[int, ...]]  # of what a layer keeps, by name
BATCH = Size("B")


def linear(symbol: str, factor: int, offset: int) -> Dim:
    """`factor * symbol + offset`, a plain number where the symbol drops out."""
    return Size(symbol, factor, offset) if factor else offset


def product(dims: Sequence[Dim]) -> Dim:
    """All dimensions multiplied; 1 for none."""
    total: Dim = 1
    for dim in dims:
        total = dim * total if isinstance(total, int) and not isinstance(dim, int) else total * dim
    return total


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor's dtype and shape, and facts, None where nothing is known.

    `classes`: integers lie in ``0 .. classes - 1``. `bounds`: floats lie between these two, and may come close to both.
    `missing`: some floats may be NaN, since there was nothing in the data.
    """

    dtype: str
    shape: tuple[Dim, ...] = ()
    classes: int | None = None
    bounds: tuple[float, float] | None = None
    missing: bool = False

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"

    @property
    def rank(self) -> int:
        """How many dimensions there are."""
        return len(self.shape)

    def with_shape(self, *shape: Dim) -> "Tensor":
        """The same dtype in another shape."""
        return Tensor(self.dtype, shape)

    def rearranged(self, *shape: Dim) -> "Tensor":
        """The same numbers, or some of them, in another shape: what is known of them stays."""
        return Tensor(self.dtype, shape, self.classes, self.bounds, self.missing)

    def with_dtype(self, dtype: str) -> "Tensor":
        """The same shape in another dtype."""
        return Tensor(dtype, self.shape)


@dataclass(frozen=True, slots=True)
class Text:
    """One string a sample; right of collate a list of them."""

    batched: bool = False

    def __str__(self) -> str:
        return "text[B]" if self.batched else "text"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is not decoded yet; right of collate a list of them."""

    batched: bool = False

    def __str__(self) -> str:
        return "picture[B]" if self.batched else "picture"


@dataclass(frozen=True, slots=True)
class Loss:
    """A number that an optimizer minimises."""

    def __str__(self) -> str:
        return "loss"


@dataclass(frozen=True, slots=True)
class Several:
    """A list of tensors, one a sample, that were not put together."""

    each: Tensor

    def __str__(self) -> str:
        return f"list of {self.each}"


Type = Tensor | Text | Picture | Loss | Several


def parse_type(text: str) -> Type | None:
    """Read ``float32[3, 8, 8]``, ``text`` or ``picture``, the type of one sample; None where it is none of these."""
    if text in ("text", "picture"):
        return Text() if text == "text" else Picture()
    if len(text) > LONGEST_TYPE:
        return None
    found = re.fullmatch(r"(\w+)\[([\d, ]*)\]", text)
    if not found or found[1] not in DTYPES:
        return None
    dims = [part.strip() for part in found[2].split(",")] if found[2].strip() else []
    if not all(dim.isdigit() and len(dim) < 10 for dim in dims):
        return None
    return Tensor(found[1], tuple(int(dim) for dim in dims))


def of_a_sample(text: str) -> str | None:
    """``int64[24]`` for ``int64[B, 24]``, where the type of a batch was written for that of a sample; else None."""
    found = re.fullmatch(r"(\w+)\[B(?:,([\d, ]*))?\]", text.strip()[:LONGEST_TYPE])
    if not found:
        return None
    rest = (
        found[1] if found[1] in ("text", "picture") and found[2] is None else f"{found[1]}[{(found[2] or '').strip()}]"
    )
    return rest if parse_type(rest) else None


def within(type: Tensor, low: float | None, high: float | None) -> Tensor:
    """The type with what is known of its numbers where these two limit them; None limits nothing."""
    least, most = -inf if low is None else low, inf if high is None else high
    return replace(type, bounds=(least, most)) if type.dtype in FLOATS and least <= most else type


def batched(type: Type) -> Type:
    """The type of a stacked batch of samples of `type`."""
    if isinstance(type, Tensor):
        return replace(type, shape=(BATCH, *type.shape))
    return replace(type, batched=True) if isinstance(type, Text | Picture) else type


def short(type: Type) -> str:
    """What a chip on the canvas says: ``float32`` goes without saying."""
    return str(type).removeprefix("float32") if isinstance(type, Tensor) else str(type)
