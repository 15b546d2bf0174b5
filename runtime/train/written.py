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
    roots = [Path(folder).resolve() for folder in folders]
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith("<")]
    for frame in reversed(frames):
        file = Path(frame.filename).resolve()
        if PACKAGES not in file.parts and any(file.is_relative_to(root) for root in roots):
            return f"{file.name}, line {frame.lineno}: "
    return ""


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
