"""What a program that was run in the process of the tests leaves of torch."""

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _alone_again() -> Iterator[None]:
    """A program for several processes leaves no group of them behind."""
    yield
    torch = sys.modules.get("torch")
    if torch is not None and torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
