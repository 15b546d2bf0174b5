"""The search for garbage goes on as before after it was paused, whatever happened meanwhile."""

import gc

import pytest

from runtime.graph.collecting import not_collecting
from runtime.graph.file import Refused, load


def test_that_garbage_is_looked_for_again_afterwards() -> None:
    with not_collecting(), not_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(Refused):
        load(b"{")
    assert gc.isenabled()


def test_that_who_paused_it_before_finds_it_paused() -> None:
    gc.disable()
    try:
        with not_collecting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
