"""Functions that take a part: pieces, slices, and numbers picked by index."""

from typing import Any

from runtime.check.rules import indexing as rules
from runtime.check.rules.rows import picked_from
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Inferred, Int, Sizes
from runtime.spec.tensor import Dim, Tensor
from runtime.spec.value import counted

MOST = 64  # outputs; nobody draws more wires


class Pieces:
    """Several outputs that are the input when they are joined again."""

    input = Input("tensor[...]", "A tensor with at least one dimension.")

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        count = min(self.pieces(), MOST)
        outputs = [Output(f"Piece {number + 1}.", f"output_{number}") for number in range(count)]
        return (Input("tensor[...]", Pieces.input.doc, name="input"),), tuple(outputs)

    def pieces(self) -> int:
        raise NotImplementedError


@node("torch.chunk", "transform", words="split halves equal pieces parts", called="pieces")
class Chunk(Pieces):
    """Cut a tensor into equal pieces along a dimension."""

    output_0 = Output("The first piece.")
    output_1 = Output("The second piece.")
    chunks = Int("How many pieces there are, each an output.", 2, least=2, most=MOST)
    dim = Int("The dimension that is cut.", least=-64, start=1)

    def pieces(self) -> int:
        return int(self.chunks)

    def rule(self, input: Tensor) -> dict[str, Tensor] | Misfit:
        return rules.chunked(self, input)

    def summary(self) -> str:
        return f"{self.chunks} along dim {self.dim}"


@node("torch.split", "transform", words="pieces parts sections sizes", called="parts")
class Split(Pieces):
    """Cut a tensor into pieces of given sizes along a dimension."""

    output_0 = Output("The first piece.")
    output_1 = Output("The second piece.")
    split_size_or_sections = Sizes("The size of each piece, which add up; each piece is an output.", [1, 1])
    dim = Int("The dimension that is cut.", least=-64, start=1)

    def pieces(self) -> int:
        return len(self.sizes())

    def sizes(self) -> list[int]:
        sizes: Any = self.split_size_or_sections
        return sizes if isinstance(sizes, list) else [sizes]

    example = Example(input="float32[8]", split_size_or_sections=[5, 3])

    def rule(self, input: Tensor) -> dict[str, Tensor] | Misfit:
        return rules.split(self, input, MOST)

    def forward(self, input: Code) -> Code:
        named = {} if self.dim == 0 else {"dim": self.dim}
        found = call("torch.split", input, self.sizes(), **named)
        return found if self.pieces() > 1 else Code(f"{found}[0]")

    def summary(self) -> str:
        return f"{self.sizes()} along dim {self.dim}"


@node("torch.select", "transform", words="index pick one slice token step", called="selected")
class Select:
    """Take one slice along a dimension, which goes: a single step of a series."""

    input = Input("tensor[...]", "A tensor with at least one dimension.")
    output = Output("The slice, with one dimension less.")
    dim = Int("The dimension that goes.", 1, least=-64)
    index = Int("Which slice; negative ones count from the end.", 0, least=-(2**31))

    same_numbers = True
    example = Example(input="float32[6, 8]")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return rules.selected(self, input)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return rules.one_slice_of_the_batch(self, input)

    def summary(self) -> str:
        return f"{self.index} of dim {self.dim}"


@node("torch.narrow", "transform", words="slice crop range window part", called="window")
class Narrow:
    """Take some slices in a row along a dimension."""

    input = Input("tensor[...]", "A tensor with at least one dimension.")
    output = Output("The slices.")
    dim = Int("The dimension that becomes shorter.", 1, least=-64)
    start = Int("The first slice; negative ones count from the end.", 0, least=-(2**31))
    length = Int("How many slices.", 1)

    same_numbers = True
    example = Example(input="float32[6, 8]", length=3)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return rules.narrowed(self, input)

    def summary(self) -> str:
        return f"{self.length} of dim {self.dim} from {self.start}"


@node("torch.slice_copy", "transform", words="slice step every second stride crop [:, ::2]", called="sliced")
class SliceCopy:
    """Take slices as in x[:, 2:8:2]: from one to another, every second or third one."""

    input = Input("tensor[...]", "A tensor with at least one dimension.")
    output = Output("The slices.")
    dim = Int("The dimension that becomes shorter.", least=-64, start=1)
    start = Int("The first slice; negative ones count from the end.", least=-(2**31))
    end = Int("The slice at which it stops, which is left out; none goes on to the end.", least=-(2**31))
    step = Int("How far it is from one slice to the next.", least=1, start=2)

    same_numbers = True

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return rules.sliced(self, input)

    def summary(self) -> str:
        start, end = ("" if each is None else str(each) for each in (self.start, self.end))
        return f"{start}:{end}:{self.step} of dim {self.dim}"


@node("torch.gather", "transform", words="pick index lookup take class per row", called="picked")
class Gather:
    """Pick a number for every index, from its own place along the other dimensions."""

    input = Input("tensor[...]", "What is picked from.")
    index = Input("index[...]", "Positions along the dimension, in as many dimensions as the input.")
    output = Output("The numbers, in the shape of the index.")
    dim = Int("The dimension along which is picked.", 1, least=-64)

    same_numbers = True

    def mixes(self, input: Tensor, index: Tensor) -> bool:
        return picked_from(self, input)

    def rule(self, input: Tensor, index: Tensor) -> Tensor | Misfit:
        return rules.gathered(self, input, index)

    def below(self, input: Tensor, index: Tensor) -> dict[str, Dim]:
        return {"index": rules.below_size(self, input)}

    def doubts(self, input: Tensor, index: Tensor) -> list[Misfit]:
        return rules.too_many_classes(self, input, index, "index")

    def summary(self) -> str:
        return f"along dim {self.dim}"


@node("torch.index_select", "transform", words="pick rows columns index lookup order", called="chosen")
class IndexSelect:
    """Take the slices that a list of indices names, in its order."""

    input = Input("tensor[...]", "What is picked from.")
    index = Input("index[...]", "A list of positions along the dimension.")
    output = Output("The slices, one an index.")
    dim = Int("The dimension along which is picked.", 1, least=-64)

    same_numbers = True

    def mixes(self, input: Tensor, index: Tensor) -> bool:
        return picked_from(self, input)

    def rule(self, input: Tensor, index: Tensor) -> Tensor | Misfit:
        return rules.index_selected(self, input, index)

    def below(self, input: Tensor, index: Tensor) -> dict[str, Dim]:
        return {"index": rules.below_size(self, input)}

    def doubts(self, input: Tensor, index: Tensor) -> list[Misfit]:
        return rules.too_many_classes(self, input, index, "index")

    def summary(self) -> str:
        return f"along dim {self.dim}"


@node("torch.take_along_dim", "transform", words="pick index sort argmax lookup", called="taken")
class TakeAlongDim:
    """Pick numbers by positions along a dimension, such as those that torch.argmax or torch.sort gives."""

    input = Input("tensor[...]", "What is picked from.")
    indices = Input("index[...]", "Positions along the dimension as int64; other sizes are equal, or 1.")
    output = Output("The numbers, in the shape that both stretch to.")
    dim = Int("The dimension along which is picked; none takes positions in everything.", least=-64, start=1)

    same_numbers = True

    def mixes(self, input: Tensor, indices: Tensor) -> bool:
        return picked_from(self, input)

    def rule(self, input: Tensor, indices: Tensor) -> Tensor | Misfit:
        return rules.taken_along(self, input, indices)

    def below(self, input: Tensor, indices: Tensor) -> dict[str, Dim]:
        return {"indices": rules.below_size(self, input)}

    def doubts(self, input: Tensor, indices: Tensor) -> list[Misfit]:
        return rules.too_many_classes(self, input, indices, "indices")

    def summary(self) -> str:
        return "of everything" if self.dim is None else f"along dim {self.dim}"


@node("F.one_hot", "transform", "either", words="categories classes dummy indicator encode", called="one_hot")
class OneHot:
    """Make a row of zeros with a single 1 of every class."""

    tensor = Input("int64[...]", "Classes, counted from 0.")
    output = Output("A last dimension more, with one place a class.")
    num_classes = Inferred("How many classes there are, where the data tells it.")

    exact = True

    def infers(self, tensor: Tensor) -> dict[str, Any]:
        return {} if self.num_classes is not None or not tensor.classes else {"num_classes": tensor.classes}

    def rule(self, tensor: Tensor) -> Tensor | Misfit:
        return rules.one_hot(self, tensor)

    def below(self, tensor: Tensor) -> dict[str, Dim]:
        return {} if self.num_classes is None else {"tensor": self.num_classes}

    def doubts(self, tensor: Tensor) -> list[Misfit]:
        if tensor.classes is None or tensor.classes <= self.num_classes:
            return []
        repair = ("Take num_classes from the wire", (("unset", "{node}", "num_classes"),))
        why = f"gets classes up to {tensor.classes - 1}, but makes rows of {self.num_classes}, so training would stop"
        return [Misfit(why, "tensor", (repair,))]

    def summary(self) -> str:
        return f"{counted(self.num_classes)} classes"
