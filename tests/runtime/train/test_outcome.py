"""What a run came to, in words."""

import pytest

from runtime.train.outcome import why


@pytest.mark.parametrize(
    "failed, said",
    [
        ({"node": None, "message": "out of memory"}, "out of memory"),
        ({"node": "conv", "message": "it raised ValueError"}, "conv: it raised ValueError"),
        ({"node": "conv", "message": "conv raised ValueError"}, "conv raised ValueError"),
        ({"node": "conv", "message": "conv.output became nan", "wire": "conv.output"}, "conv.output became nan"),
        ({"node": "conv", "message": "conv.csv has no rows"}, "conv: conv.csv has no rows"),  # a file of that name
    ],
)
def test_that_a_sentence_on_a_failed_run_names_its_node_once(failed: dict[str, str | None], said: str) -> None:
    assert why(failed) == said
