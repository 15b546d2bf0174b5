"""Starts a process of ours that the window listens to, and ends it without a wait."""

from PySide6.QtCore import QCoreApplication, QProcess, QProcessEnvironment, QTimer

from runtime.started import command, environment

ENDING = 1000  # ms for a process that is to end


def start(process: QProcess, module: str, *arguments: str) -> None:
    """Run a module of ours in a process whose signals are connected already."""
    known = QProcessEnvironment()
    for name, value in environment().items():
        known.insert(name, value)
    process.setProcessEnvironment(known)
    python, *line = command(module, *arguments)
    process.start(python, line)


def end(process: QProcess, patience: int = 0) -> None:
    """Kill a process that nobody listens to any more, unless it ends by itself within so many ms.

    It is let go when it has ended, which may be after its window.
    """
    process.setParent(QCoreApplication.instance())
    process.finished.connect(process.deleteLater)
    if process.state() == QProcess.ProcessState.NotRunning:
        process.deleteLater()
    if patience:
        QTimer.singleShot(patience, process, process.kill)
    else:
        process.kill()


def wait_for_ended(application: QCoreApplication) -> None:
    """No process outlives the application: there is no window any more that could stand still for it."""
    for process in application.findChildren(QProcess):
        if not process.waitForFinished(ENDING):
            process.kill()
            process.waitForFinished(ENDING)
