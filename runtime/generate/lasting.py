"""What takes long to prepare before the first epoch, so that programs can keep it in files for the next run."""

from runtime.generate.drawn import Drawn
from runtime.spec.code import Code, call


def lasting(drawn: Drawn) -> list[str]:
    """The nodes whose samples, or what they learn, take long to make."""
    own = {each.node for each in drawn.owned}  # the source of which may stand in other files
    found = []
    for id in drawn.samples:
        upstream = drawn.graph.upstream([id])
        anew = [each for each in upstream & {*drawn.samples} if each not in drawn.prepared]
        learns_of_opened = drawn.fits(id) and any(map(drawn.opens, anew)) and not own & upstream
        made_once = id in drawn.prepared and getattr(drawn.values(id), "lasting", True) and not drawn.in_rows(id)
        if made_once or learns_of_opened:
            found.append(id)
    return found


def cached(drawn: Drawn, id: str, expression: Code) -> Code:
    """An expression whose value a file keeps for the next run, if it takes long."""
    if id not in lasting(drawn):
        return expression
    return call("cached", Code("options.cache"), Code(expression.head[:-1]), *map(Code, expression.parts))
