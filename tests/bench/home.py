"""The user's folders of a bench: it leaves no runs and no settings among those of who runs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import redirect_user_folders


@contextmanager
def at_home() -> Iterator[Path]:
    """While it is measured, this process and what it starts have a home that is thrown away."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as home, pytest.MonkeyPatch.context() as patch:
        redirect_user_folders(patch, Path(home))
        yield Path(home)
