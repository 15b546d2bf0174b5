"""What a failure of a run means, in one sentence, where torch's own words are about something else."""

import re

UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")
NO_MEMORY = re.compile(r"out of memory|can't allocate memory|not enough memory|Unable to allocate", re.IGNORECASE)
AMOUNT = re.compile(r"(?:tried to|unable to) allocate ([\d.]+) ?(bytes|[KMGTPE]i?B)", re.IGNORECASE)
LABEL = re.compile(r"Target (-?\d+) is out of bounds")


def in_words(error: BaseException, node: str | None) -> str | None:
    """One sentence about an error at a node's line, or None where torch's own words serve."""
    text = str(error)
    if isinstance(error, MemoryError) or NO_MEMORY.search(text):
        found = AMOUNT.search(text)
        needs = f": it needs {_amount(*found.groups())} more" if found else ""
        return f"out of memory{needs}. Make {'it' if node else 'the model'} or the batch smaller."
    if label := LABEL.search(text):
        few = "classes are counted from 0" if label[1].startswith("-") else "there are fewer classes"
        return f"a label of {label[1]} does not fit the scores: {few}."
    if "index out of range in self" in text:
        return "a number that comes in is below 0, or not below num_embeddings."
    return None


def _amount(number: str, unit: str) -> str:
    """Bytes in a unit that a person can read; other units as they are."""
    if unit.lower() != "bytes":
        return f"{number} {unit}"
    size, at = float(number), 0
    while size >= 1000 and at < len(UNITS) - 1:
        size, at = size / 1000, at + 1
    return f"{size:.3g} {UNITS[at]}"
