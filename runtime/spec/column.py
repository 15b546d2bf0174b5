"""A column of a dataset, as the program that puts datasets together names it."""

from collections.abc import Mapping
from typing import NamedTuple

from runtime.spec.code import Code


class Column(NamedTuple):
    """The dataset's id, and the expression that is the column: ``people["name"]``."""

    dataset: str
    code: Code


Columns = Mapping[str, list[Column]]  # by input, one for each wire
