"""Where things live that are not in the graph's file: settings, trust, runs, unsaved work; in the user's folders."""

import contextlib
import hashlib
import json
import re
import secrets
from pathlib import Path
from typing import Any

import platformdirs

from runtime.graph.save import write_whole

RESOURCES = Path(__file__).parent.parent / "resources"
EXAMPLES = RESOURCES / "examples"


def settings_file() -> Path:
    """The user's settings: theme, recent files, trusted texts."""
    return platformdirs.user_config_path("torchweave", appauthor=False) / "settings.json"


def read_settings() -> dict[str, Any]:
    """The settings; a file that cannot be read counts as none and is kept beside as `.bad`, where that can be done."""
    file = settings_file()
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    with contextlib.suppress(OSError):
        file.replace(file.with_suffix(".bad"))
    return {}


def write_setting(key: str, value: Any) -> None:
    """Change one setting, whole or not at all."""
    file = settings_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(read_settings() | {key: value}, indent=2).encode())


def all_runs() -> Path:
    """The folder that holds one of runs for each graph file."""
    return platformdirs.user_data_path("torchweave", appauthor=False) / "runs"


def runs_folder(origin: Path | None) -> Path:
    """The folder of the runs of one graph file; without a file and a draft all share one."""
    return all_runs() / ("untitled" if origin is None else _named_for(origin))


def new_draft() -> str:
    """What tells a graph that has no file from all others, as long as it has none."""
    return secrets.token_hex(6)


def is_draft(text: object) -> bool:
    """Whether it is such a name, and thus no way out of the folder of all runs."""
    return isinstance(text, str) and re.fullmatch("[0-9a-f]{12}", text) is not None


def draft_runs(draft: str) -> Path:
    """The folder of the runs of a graph that has no file; no file's folder is called so, its digest is shorter."""
    return all_runs() / f"untitled-{draft}"


def versions_folder(file: Path) -> Path:
    """What one graph file held each time it was saved; see `runtime.graph.versions`."""
    return platformdirs.user_data_path("torchweave", appauthor=False) / "versions" / _named_for(file)


def open_file(file: Path) -> Path:
    """The file that a window holds while it has one graph file open, so that another one can say so."""
    return platformdirs.user_state_path("torchweave", appauthor=False) / "open" / _named_for(file)


def _named_for(file: Path) -> str:
    """A name that tells people the file, and files of one name apart."""
    return f"{file.stem[:60]}-{hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:8]}"


def definitions_folder() -> Path:
    """The user's library of definitions, a graph file for each; see `runtime.define.library`."""
    return platformdirs.user_data_path("torchweave", appauthor=False) / "definitions"


def journals_folder() -> Path:
    """The journals of unsaved work, one for each open graph that was edited; see `runtime.graph.journal`."""
    return platformdirs.user_state_path("torchweave", appauthor=False) / "journals"


def cache_folder() -> Path:
    """What took long to prepare for training, to be read by the next run; see `runtime.train.cache`."""
    return platformdirs.user_cache_path("torchweave", appauthor=False) / "prepared"


def glances_file() -> Path:
    """What was read of runs, kept until they change; see `runtime.train.runs`."""
    return platformdirs.user_cache_path("torchweave", appauthor=False) / "runs.json"


def cards_folder() -> Path:
    """What looks at files of weights told, kept until a file changes."""
    return platformdirs.user_cache_path("torchweave", appauthor=False) / "cards"
