"""What a program that was run in the process of the tests leaves of torch."""

import gc
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _alone_again() -> Iterator[None]:
    """A program for several processes leaves no group of them behind."""
    yield
    torch = sys.modules.get("torch")
    if torch is not None and torch.distributed.is_available() and torch.distributed.is_initialized():
        group = torch.distributed.group.WORLD
        torch.distributed.destroy_process_group()
        gc.collect()  # what holds the group goes before it: a model would have it wait for threads that wait for Python
        del group
