"""A command as it is typed: a name with spaces in it stays whole in the shell of this system."""

import os
import shlex
import subprocess

SYSTEM = os.name


def typed(*words: str) -> str:
    """The line for a terminal."""
    return subprocess.list2cmdline(words) if SYSTEM == "nt" else shlex.join(words)
