"""The node types of a test that takes long: a tenth of them at once, the same everywhere, all others in the soak."""

from typing import Any
from zlib import crc32

import pytest

from runtime.spec.catalogue import catalogue


def tenth() -> list[Any]:
    """The names of all node types as parameters of a test."""
    marks = {name: () if crc32(name.encode()) % 10 == 0 else pytest.mark.soak for name in catalogue()}
    return [pytest.param(name, marks=mark) for name, mark in marks.items()]
