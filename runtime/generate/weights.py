"""Write how the model begins with weights from files."""

from collections.abc import Iterator

from runtime.generate.drawn import Drawn, Line
from runtime.generate.model import statement
from runtime.graph.weights import AFRESH, Source, sources
from runtime.spec.code import Code, call, name

MODEL = "model"  # the whole of it, in the names of options; no node can be called so


def files(drawn: Drawn) -> dict[str, Source]:
    """The files by what has its weights from them: a node, or the whole model, which comes first."""
    found = sources(drawn.graph)
    return {id or MODEL: each for id, each in found.items() if not id or id in drawn.layers}


def loading(drawn: Drawn) -> Iterator[Line]:
    """The function load_weights."""
    yield Line("def load_weights(model: Model, options: argparse.Namespace) -> None:")
    yield Line('    """Begin with weights from files: part of the model, and where it stands there."""')
    own = files(drawn)
    for id, source in own.items():
        node = None if id == MODEL else id
        places: dict[str, str | None] = {**source.places(node or "")}
        if node is None:
            nodes = drawn.graph.nodes
            places |= {each: None for each in drawn.layers if each in own or nodes[each].extra.get("weights") is AFRESH}
        file = Code(f"options.{name(id)}_weights")
        yield from statement("    ", call("take_weights", Code("model"), file, places), "", node)
