"""Starts a process of ours that the window listens to."""

from PySide6.QtCore import QProcess, QProcessEnvironment

from runtime.started import command, environment


def start(process: QProcess, module: str, *arguments: str) -> None:
    """Run a module of ours in a process whose signals are connected already."""
    known = QProcessEnvironment()
    for name, value in environment().items():
        known.insert(name, value)
    process.setProcessEnvironment(known)
    python, *line = command(module, *arguments)
    process.start(python, line)
