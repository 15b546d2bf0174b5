"""The parameters with which a layer would keep what a file of weights holds, found by trying the sizes in the file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runtime.check.card import Shape
from runtime.check.matches import Loading
from runtime.spec.node import WRONG_KIND, Spec
from runtime.spec.parameter import Parameter

MOST = 400  # tensors; a layer with more is not looked at
GATES = (1, 2, 3, 4)  # what is learned for gates, or for query, key and value, often lies one above the other


def fitted(spec: Spec, given: Mapping[str, Any], over: Iterable[str], loading: Loading) -> dict[str, Any] | None:
    """What must change, of the parameters `over`, so that everything fits; None where nothing does that.

    One parameter after the other is given the value with which most fits, twice over.
    """
    shapes = [loading.card.shapes[name] for name in loading.around]
    names = [name for name in over if spec.parameter[name].kind in ("int", "bool", "sizes")]
    if not hasattr(spec.declared, "tensors") or spec.family == "definition" or not 0 < len(shapes) <= MOST:
        return None
    known = {name: 1 for name in names if spec.parameter[name].inferred and given.get(name) is None} | dict(given)
    best = _score(spec, known, loading)
    for name in [*names, *names]:
        for value in _candidates(spec.parameter[name], shapes):
            score = _score(spec, {**known, name: value}, loading)
            if score > best:
                best, known = score, {**known, name: value}
    if best < 0:
        return None
    before = {**spec.defaults, **given}
    return {name: known[name] for name in names if name in known and known[name] != before[name]}


def _score(spec: Spec, parameters: Mapping[str, Any], loading: Loading) -> float:
    """0 where all fits, less for every size and every name that does not."""
    try:
        kept: Mapping[str, Shape] = spec.values(parameters).tensors()
        found = loading.matches(kept)
    except WRONG_KIND:
        return float("-inf")
    wrong = sum(
        sum(a != b for a, b in zip(*pair, strict=False)) + 9 * (len(pair[0]) != len(pair[1]))
        for pair in found.unlike.values()
    )
    return -wrong - 9 * (len(found.missing) + len(found.unexpected))


def _candidates(parameter: Parameter, shapes: Iterable[Shape]) -> Iterator[Any]:
    """The values that sizes in the file speak for."""
    if parameter.kind == "bool":
        yield from (True, False)
        return
    if parameter.kind == "int":
        found: set[Any] = {size // gates for shape in shapes for size in shape for gates in GATES}
    else:
        found = {shape[at:] for shape in shapes for at in range(3)}
    for value in sorted(found):
        one = value if isinstance(value, int) else value[0] if len(set(value)) == 1 else list(value)
        wrong = (isinstance(value, tuple) and not value) or parameter.problem(one)
        if not wrong:
            yield one
