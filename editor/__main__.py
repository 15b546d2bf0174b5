"""``python -m editor [GRAPH]`` opens the window; `--render` and `--pictures` draw pictures."""

import argparse
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from editor.export.render import SIZE
from editor.libraries import lacking

NO_DISPLAY = "There is no display here to open a window on. `torchweave train GRAPH` trains without one."


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code says whether it did what was asked."""
    options = _parser().parse_args(arguments)
    with suppress(ImportError):  # of Qt: whoever wants a window is told below
        from editor.raised import hold

        hold()
    if options.render:
        from editor.export.render import render

        return render(options)
    if options.pictures:
        from editor.export.render import render_folder

        return render_folder(options)
    if not _display():
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    if why := lacking():
        print(why, file=sys.stderr)
        return 1
    return _edit(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m editor", description="Draw and train PyTorch pipelines.")
    parser.add_argument("graph", nargs="?", type=Path, help="the graph to open")
    parser.add_argument("--render", nargs=2, type=Path, metavar=("GRAPH", "FILE"), help="write a picture of the canvas")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="write a picture beside each graph in a folder")
    parser.add_argument("--theme", choices=("dark", "light", "contrast"), help="default: the one chosen last")
    parser.add_argument("--run", type=Path, metavar="DIR", help="with --render: draw the curves of this run below")
    parser.add_argument("--size", metavar="WxH", default=SIZE, help="of the picture or pictures")
    parser.add_argument("--measure-first-frame", action="store_true", help="print the ms to the first frame, and end")
    return parser


def _display() -> bool:
    """Whether a window can be opened: always on macOS and Windows, elsewhere where the environment names a display."""
    if sys.platform in ("darwin", "win32") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _edit(options: argparse.Namespace) -> int:
    """The window, until it is closed."""
    from PySide6.QtWidgets import QApplication

    from editor.looks import theme
    from editor.window import mishaps
    from editor.window.last_tabs import LastTabs
    from editor.window.place import Place, restore_place
    from editor.window.tabs import Tabs
    from editor.workers.collecting import Collecting, keep_loaded
    from editor.workers.started import wait_for_ended
    from runtime.places import read_settings

    app = QApplication([sys.argv[0]])
    app.setApplicationName("torchweave")
    app.setApplicationDisplayName("Torchweave")
    theme.apply(app, options.theme or str(read_settings().get("theme", "dark")))
    app.setWindowIcon(theme.icon("family-layer", theme.current().accent, 64))
    Collecting(app)
    window = Tabs()
    mishaps.watch(window)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal ends the window too
    if options.measure_first_frame:
        window.painted.connect(lambda: (print(f"{_age():.0f} ms to the first frame", flush=True), window.close()))
    else:
        restore_place(window)
        window.painted.connect(window.settle)
        window.painted.connect(lambda: keep_loaded("the first window"))
        Place(window)
    window.show()
    if not options.measure_first_frame:
        last = LastTabs(window)
        app.aboutToQuit.connect(last.leave)
        last.open(options.graph)
    elif options.graph:
        window.current.files.open(options.graph)
    code = app.exec()
    wait_for_ended(app)
    return code


def _age() -> float:
    """Milliseconds since this process began, as the system counts them; where it does not say, since Python did."""
    try:
        began = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        up = float(Path("/proc/uptime").read_text().split()[0])
        return 1000 * (up - began / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, AttributeError):
        return 1000 * time.process_time()


if __name__ == "__main__":
    sys.exit(main())
