"""Modules of the user's are what their text says now: nobody has looked at what lies compiled beside it."""

import sys
import traceback
from collections.abc import Sequence
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType

PACKAGES = "site-packages"  # which may lie in a folder of the user's, and take long to be compiled


class Written(SourceFileLoader):
    """Imports a file as its text stands there."""

    def get_code(self, fullname: str) -> CodeType:
        """The compiled text."""
        return self.source_to_code(self.get_data(self.path), self.path)


def line_of(error: BaseException, folders: Sequence[str]) -> str:
    """The innermost line in files of these folders, ``encoders.py, line 12: ``; empty where none led to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if lies_in(frame.filename, folders):
            return f"{Path(frame.filename).name}, line {frame.lineno}: "
    return ""


def lies_in(file: str, folders: Sequence[str]) -> bool:
    """Whether a file of a traceback is in these folders, and of no package that is installed there."""
    path = Path(file).resolve()
    inside = any(path.is_relative_to(Path(folder).resolve()) for folder in folders)
    return inside and not file.startswith("<") and PACKAGES not in path.parts


def import_from(folders: Sequence[str]) -> None:
    """Let modules be found in these folders too, after all others: nothing there is taken for a library."""

    def finder(path: str) -> FileFinder:
        place = Path(path)
        if PACKAGES in place.parts or not any(place.is_relative_to(folder) for folder in folders):
            raise ImportError
        return FileFinder(path, (ExtensionFileLoader, EXTENSION_SUFFIXES), (Written, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, finder)
    sys.path_importer_cache.clear()
    sys.path += folders
