"""The process that is copied for tests: no test waits for ever for one that is gone, or that something else holds."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.workers import Copies, copyable

pytestmark = pytest.mark.skipif(not copyable(), reason="no copies are made here")


@pytest.fixture
def begun() -> Iterator[Copies]:
    """One of their own."""
    with TemporaryDirectory() as folder, closing(Copies(Path(folder))) as made:
        made.begin()
        yield made


def test_that_one_that_has_died_is_told(begun: Copies) -> None:
    assert begun.process
    begun.process.kill()
    begun.process.wait()
    with pytest.raises(RuntimeError, match="ended with -9"):
        begun.spawned()


def test_that_its_end_waits_for_nobody_who_holds_its_input(begun: Copies) -> None:
    assert begun.process and begun.process.stdin
    held = os.dup(begun.process.stdin.fileno())
    begun.close()
    assert begun.process.returncode == -9
    os.close(held)
