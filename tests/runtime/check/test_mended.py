"""What people ask about: a graph with one mistake has one problem, and its first repair nearly always lets it train.

That it trains is held by `test_repaired.py`, for each graph that is called sound here.
"""

from collections.abc import Callable
from functools import cache

from runtime.check.check import check
from runtime.check.problem import ERROR
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from tests.runtime.check.test_problems import NAMES, graph_of
from tests.runtime.check.test_repaired import STOPS

SHARE = 0.9


@cache
def mended() -> dict[str, Graph | None]:
    """The graphs with one error alone, by name: each after its first repair, None where that is not sound."""
    found: dict[str, Graph | None] = {}
    for name in NAMES:
        graph = graph_of(name)
        problems = check(graph).problems
        if [problem.severity for problem in problems] == [ERROR]:
            repairs = problems[0].repairs
            after = applied(graph, repairs[0].edits) if repairs else graph
            sound = bool(repairs) and (name, repairs[0].label) not in STOPS and check(after).sound
            found[name] = after if sound else None
    return found


def test_that_nine_in_ten_mistakes_are_mended_by_their_first_repair(
    record_property: Callable[[str, object], None],
) -> None:
    every = mended()
    sound = [name for name, graph in every.items() if graph]
    print(f"broken graphs: {len(every)}, mended by their first repair: {len(sound)}")
    assert len(every) >= 80
    assert len(sound) >= SHARE * len(every), sorted(every.keys() - set(sound))
