"""Names one after the other in a sentence."""

import pytest

from runtime.spec.listed import listed


@pytest.mark.parametrize("said", ["none", "a", "a and b", "a, b and c"])
def test_that_names_are_told_as_a_sentence_has_them(said: str) -> None:
    assert listed([] if said == "none" else said.replace(" and ", ", ").split(", ")) == said
