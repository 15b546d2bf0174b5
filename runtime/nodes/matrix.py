"""Matrices: their products, their triangles and their diagonals."""

from runtime.check.rules import reshape
from runtime.check.rules.einsum import other_rows, summed
from runtime.check.rules.elementwise import promoted, reaching
from runtime.check.rules.matrix import dotted, multiplied, multiplied_each
from runtime.check.rules.work import contracted, numbers, size
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Int, Text
from runtime.spec.tensor import Tensor


@node("torch.matmul", "join", words="matrix product multiply dot scores @", called="product")
class Matmul:
    """Multiply matrices: every row of one with every column of the other."""

    input = Input("number[...]", "Rows: [..., n, k], or a single one.")
    other = Input("number[...]", "Columns: [..., k, m], or a single one.")
    output = Output("The products, [..., n, m]; what stands before the last two dimensions is stretched.")

    operator = "@"
    example = Example(input="float32[4, 8]", other="float32[8, 3]")

    def rule(self, input: Tensor, other: Tensor) -> Tensor | Misfit:
        return multiplied(self, input, other)

    def multiply_adds(self, made: Tensor, input: Tensor, other: Tensor) -> int:
        return numbers(made) * size(input.shape[-1])


@node("torch.bmm", "join", words="batch matrix product multiply", called="products")
class Bmm:
    """Multiply the matrices of two batches one by one."""

    input = Input("number[B, n, k]", "A matrix a sample.")
    mat2 = Input("number[B, k, m]", "A matrix a sample, with as many rows as the other has columns.")
    output = Output("The products, [B, n, m].")

    def rule(self, input: Tensor, mat2: Tensor) -> Tensor | Misfit:
        return multiplied_each(self, input, mat2)

    def multiply_adds(self, made: Tensor, input: Tensor, mat2: Tensor) -> int:
        return numbers(made) * size(input.shape[-1])


@node("torch.einsum", "join", words="einstein summation matrix product contract", called="summed")
class Einsum:
    """Multiply tensors and sum, as an equation says in which letters name dimensions."""

    operands = Input("float[...]", "One tensor for each part of the equation, in its order.", many=True)
    output = Output("The dimensions that stand behind the arrow.")
    equation = Text(
        "Letters for each operand, and behind -> those of the result; ... stands for any others.", "bi,bj->bij"
    )

    def rule(self, operands: list[Tensor]) -> Tensor | Misfit:
        return summed(self, operands)

    def multiply_adds(self, made: Tensor, operands: list[Tensor]) -> int:
        return contracted(self.equation, operands)

    def mixes(self, operands: list[Tensor]) -> bool:
        return other_rows(self.equation, operands)

    def forward(self, operands: list[Code]) -> Code:
        return call("torch.einsum", self.equation, *operands)

    def summary(self) -> str:
        return str(self.equation)[:48]


@node("torch.outer", "join", words="vectors table every pair product", called="table")
class Outer:
    """Multiply every number of one vector with every number of another."""

    input = Input("tensor[n]", "A vector: one row of the table a number.")
    vec2 = Input("tensor[m]", "A vector: one column of the table a number.")
    output = Output("The table, [n, m].")

    def rule(self, input: Tensor, vec2: Tensor) -> Tensor:
        return Tensor(promoted(input.dtype, vec2.dtype), (*input.shape, *vec2.shape))


@node("torch.dot", "join", words="vectors inner product similarity", called="similarity")
class Dot:
    """Multiply two vectors number by number and add up."""

    input = Input("number[n]", "A vector.")
    tensor = Input("number[n]", "A vector of the same size.")
    output = Output("One number.")

    def rule(self, input: Tensor, tensor: Tensor) -> Tensor | Misfit:
        return dotted(input, tensor)

    def multiply_adds(self, made: Tensor, input: Tensor, tensor: Tensor) -> int:
        return numbers(input)


class Triangle:
    """What lies on one side of a diagonal of the last two dimensions; the rest is 0."""

    input = Input("tensor[..., rows, columns]", "Matrices.")
    output = Output("The same shape.")
    diagonal = Int("The diagonal up to which numbers stay; positive ones lie above the main one.", least=-(2**31))

    exact = True

    def rule(self, input: Tensor) -> Tensor:
        return reaching(input, 0.0)

    def summary(self) -> str:
        return "" if self.diagonal == 0 else f"diagonal {self.diagonal}"


@node("torch.triu", "transform", "either", words="upper triangle causal mask matrix")
class Triu(Triangle):
    """Keep the upper triangle of a matrix; what lies below the diagonal becomes 0."""


@node("torch.tril", "transform", "either", words="lower triangle causal mask matrix")
class Tril(Triangle):
    """Keep the lower triangle of a matrix; what lies above the diagonal becomes 0."""


@node("torch.diagonal", "transform", words="trace matrix pairs")
class Diagonal:
    """Take the diagonal of two dimensions, which becomes one behind the others."""

    input = Input("tensor[...]", "At least two dimensions.")
    output = Output("The diagonals.")
    offset = Int("Which diagonal; positive ones lie above the main one.", least=-(2**31))
    dim1 = Int("The dimension of the rows.", least=-64, start=-2)
    dim2 = Int("The dimension of the columns.", least=-64, start=-1)

    example = Example(input="float32[4, 4]")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return reshape.diagonal(self, input)

    def summary(self) -> str:
        return f"of dims {self.dim1} and {self.dim2}"
