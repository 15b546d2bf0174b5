"""What of a program nobody can change by writing text into a graph: everything but values and comments."""

import ast
import io
import tokenize


class Blank(ast.NodeTransformer):
    """Every value becomes the same one, so that two programs differ in structure or not at all."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """Blank a value."""
        return ast.Constant("")


def shape(program: str) -> str:
    """The syntax tree of a program without its values."""
    return ast.dump(Blank().visit(ast.parse(program)))


def outside_of_strings(program: str) -> str:
    """The words of a program that are neither in a string nor in a comment."""
    tokens = tokenize.generate_tokens(io.StringIO(program).readline)
    return " ".join(token.string for token in tokens if token.type not in (tokenize.STRING, tokenize.COMMENT))
