"""The events of a run that is over, few enough to be shown at once however long it was."""

from pathlib import Path
from typing import Any

from runtime.train.folder import parsed

MOST_STEPS = 4000  # more points than a screen is wide
STEP = b'"event": "step"'


def past_events(folder: Path | None) -> list[dict[str, Any]]:
    """The events of a run folder; of very many steps only every second, third, ... one. No folder, no events."""
    try:
        lines = (folder / "events.jsonl").read_bytes().split(b"\n") if folder else []
    except OSError:
        return []
    every = sum(STEP in line for line in lines) // MOST_STEPS + 1
    if every > 1:
        steps = -1
        kept = []
        for line in lines:
            if STEP in line:
                steps += 1
                if steps % every:
                    continue
            kept.append(line)
        lines = kept
    return parsed(b"\n".join(lines))
