"""Cases of functions whose wires and parameters go together, which by chance they seldom do."""

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from runtime.spec.tensor import BATCH, Dim, Tensor

if TYPE_CHECKING:
    from tests.runtime.check.cases import Case

SIZES = [1, 1, 2, 3, 4, 5, 6, 8]
EQUATIONS = (
    "bi,bj->bij", "bij,bjk->bik", "bhqd,bhkd->bhqk", "...i,...i->...", "...ij,...jk->...ik", "bi,i->b", "bi->b",
    "ij,jk", "bij->bji", "bii->bi", "ii", "b...i,ji->b...j", "...,...->...", "i", "", "->", "Ab,bA->A", "bi,bi",
    "ab,cb,ac->", "bi,->bi", "...", "bij", "bi->bk", "bi->bb", "b1->b", "b->b->b", "b.i->b", "....->b", "b-b",
    "...i...->i", "i->...", "bi,bj->bij...", "é->é", "b>b", "b i , b j -> b", "b,b->b,b",
)  # fmt: skip


def with_every_dim(case: "Case", random: Random) -> "Case":
    """Every dimension once, in some order."""
    (_, (first, *_)), *_ = case.given
    assert isinstance(first, Tensor)
    dims = random.sample(range(first.rank), first.rank)
    return replace(case, parameters={**case.parameters, "dims": dims}) if dims else case


def with_open_size(case: "Case", random: Random) -> "Case":
    """Sizes that make up what comes in, one of them left open, most often that of the batch."""
    (_, (first, *_)), *_ = case.given
    assert isinstance(first, Tensor)
    sizes = [each for each in first.shape[1:] if isinstance(each, int)]
    random.shuffle(sizes)
    if len(sizes) > 1 and random.random() < 0.5:
        sizes = [sizes[0] * sizes[1], *sizes[2:]]
    at = random.choice([0, 0, 0, len(sizes)])
    return replace(case, parameters={"shape": [*sizes[:at], -1, *sizes[at:]]})


def with_sections(case: "Case", random: Random) -> "Case":
    """Sizes that add up to the last dimension, or nearly."""
    (name, (first, *_)), *_ = case.given
    assert isinstance(first, Tensor)
    sizes = [random.randint(0, 4) for _ in range(random.randint(1, 3))]
    dim = random.choice([-1, first.rank - 1])
    whole = first.with_shape(*first.shape[:-1], sum(sizes) + random.choice([0, 0, 0, 1]))
    parameters = {"split_size_or_sections": sizes, "dim": dim}
    return replace(case, parameters=parameters, given=((name, (whole,)),))


def with_positions(case: "Case", random: Random) -> "Case":
    """An index of the input's shape with another size along the dimension, or a list of positions."""
    (name, (first, *_)), (other, _) = case.given
    assert isinstance(first, Tensor)
    shape = list(first.shape)
    dim = case.parameters.get("dim", 0)
    if case.spec.type == "torch.index_select":
        shape = [BATCH if random.random() < 0.5 else random.choice(SIZES)]
    elif dim is not None and -len(shape) <= dim < len(shape):
        shape[dim] = random.choice(SIZES)
        if random.random() < 0.3:
            shape[random.randrange(len(shape))] = 1
    return replace(case, given=((name, (first,)), (other, (Tensor("int64", tuple(shape)),))))


def with_classes(case: "Case", random: Random) -> "Case":
    """A number of classes, pinned or known of what comes in."""
    ((name, (first, *_)),) = case.given
    assert isinstance(first, Tensor)
    if random.random() < 0.5:
        return replace(case, parameters={"num_classes": random.randint(1, 6)})
    return replace(case, parameters={}, given=((name, (replace(first, classes=random.randint(4, 9)),)),))


def with_letters(case: "Case", random: Random) -> "Case":
    """Operands as an equation names their dimensions, most of them."""
    equation = random.choice(EQUATIONS)
    sizes: dict[str, Dim] = {}
    dots = [random.choice(SIZES) for _ in range(random.randint(0, 2))]
    given = []
    for term in equation.replace(" ", "").partition("->")[0].split(","):
        shape: list[Dim] = []
        for letter in term.replace("...", ".", 1):
            if letter == ".":
                shape += dots[random.choice([0, 0, 0, 1]) :]
            else:
                stretched = random.random() < 0.1
                named: Dim = BATCH if random.random() < 0.4 else random.choice(SIZES)
                shape.append(1 if stretched else sizes.setdefault(letter, named))
        given.append(Tensor("float32", tuple(shape)))
    given += given[:1] if random.random() < 0.1 else []
    if random.random() < 0.1:
        given[-1] = given[-1].with_shape(*given[-1].shape[1:])
    return replace(case, parameters={"equation": equation}, given=(("operands", tuple(given)),))


def with_columns_to_match(case: "Case", random: Random) -> "Case":
    """Matrices of one dtype that meet in a size."""
    (name, (first, *_)), (other, _) = case.given
    assert isinstance(first, Tensor)
    if not first.shape:
        return case
    inner, outer = first.shape[-1], random.choice(SIZES)
    shapes = [(inner,), (inner, outer), (*first.shape[:-2], inner, outer), (1, inner, outer)]
    fitting = shapes[2:3] if case.spec.type == "torch.bmm" else shapes
    return replace(case, given=((name, (first,)), (other, (first.with_shape(*random.choice(fitting)),))))
