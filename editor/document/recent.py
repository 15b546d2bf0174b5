"""Which graphs were open lately, newest first; kept in the user's settings."""

import os
from pathlib import Path

from platformdirs import user_documents_path

from runtime.places import EXAMPLES, read_settings, write_setting

KEY, MOST = "recent", 12


def recent_files() -> list[Path]:
    """The files in the list, whether they are still there or not; what is not a list of texts counts as none."""
    found = read_settings().get(KEY)
    return [Path(item) for item in found if isinstance(item, str)][:MOST] if isinstance(found, list) else []


def usual_folder() -> Path:
    """Where the latest graph lies that is the user's own and still there; without any the folder of documents."""
    own = (file for file in recent_files() if not file.is_relative_to(EXAMPLES) and os.path.isfile(file))
    if latest := next(own, None):
        return latest.parent
    documents = user_documents_path()
    return documents if documents.is_dir() else Path.home()


def remember(path: Path) -> None:
    """Put a file at the head of the list. A list that cannot be written is no reason to stop anybody."""
    path = path.absolute()
    kept = [path, *(other for other in recent_files() if other != path)][:MOST]
    _write(kept)


def forget(path: Path) -> None:
    """Take a file off the list."""
    _write([other for other in recent_files() if other != path])


def _write(files: list[Path]) -> None:
    try:
        write_setting(KEY, [str(file) for file in files])
    except OSError:
        return
