"""Pictures of graphs: one, with the curves of a run below where one is named, or a folder of them; needs no display."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from runtime.graph.carried import contents, in_picture
from runtime.graph.file import Refused, load
from runtime.graph.model import Graph
from runtime.graph.save import write_whole

CURVES = 0.32  # share of the height that the curves take
SIZE = "1600x900"  # of one picture, unless another is asked for
WIDTH = 900  # of the pictures in a folder, which are as high as they need
NOISE = "This plugin does not support propagateSizeHints()"


def render(options: argparse.Namespace) -> int:
    """Do what ``--render`` asks, and print which file is written.

    2 where the graph cannot be read or the picture cannot be written.
    """
    source, target = options.render
    size = _size(options.size)
    if size is None:
        return 2
    graph = _read(source)
    if graph is None:
        return 2
    _begin(options.theme or "dark")
    if not _draw(graph, target, size, options.run):
        return _wrong(f"{target} could not be written")
    print(target, flush=True)
    return 0


def render_folder(options: argparse.Namespace) -> int:
    """Do what ``--pictures`` asks: ``NAME.png`` beside each ``NAME.json``, a line on standard output for each.

    Where a file is called after a node type, the node of that type is the one that the picture is about.
    """
    size = (WIDTH, 0) if options.size == SIZE else _size(options.size)
    if size is None:
        return 2
    _begin(options.theme or "dark")
    for source in sorted(options.pictures.glob("*.json")):
        graph, target = _read(source), source.with_suffix(".png")
        if graph is None:
            return 2
        shown = [id for id, node in graph.nodes.items() if node.type == source.stem][:1]
        if not _draw(graph, target, size, None, shown):
            return _wrong(f"{target} could not be written")
        print(target.name, flush=True)
    return 0


def _size(text: str) -> tuple[int, int] | None:
    """Width and height; None where they cannot be read, which is told."""
    if found := re.fullmatch(r"(\d{2,5})x(\d{2,5})", text):
        return int(found[1]), int(found[2])
    _wrong(f"--size needs two numbers such as 1600x900, got {text}")
    return None


def _read(source: Path) -> Graph | None:
    """The graph of a file; None where it cannot be read, which is told."""
    try:
        return load(contents(source))
    except (OSError, Refused) as problem:
        _wrong(f"{source}: {problem.strerror if isinstance(problem, OSError) else problem}")
        return None


def _begin(theme_name: str) -> None:
    """Make Qt ready to draw in memory: a picture is the same with a display and without."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from editor.looks import theme

    _hush()
    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)


def _draw(graph: Graph, target: Path, size: tuple[int, int], run: Path | None, chosen: Sequence[str] = ()) -> bool:
    """A height of 0 is as high as the graph needs."""
    from PySide6.QtCore import QBuffer, QSize
    from PySide6.QtGui import QColor, QPainter, QPixmap

    from editor.export.picture import picture
    from editor.looks import theme

    width, height = size
    below = round(CURVES * height) if run else 0
    drawn = picture(graph, QSize(width, height - below), chosen)
    whole = QPixmap(width, drawn.height() + below)
    whole.fill(QColor(theme.current().canvas))
    painter = QPainter(whole)
    painter.drawImage(0, 0, drawn)
    if run:
        from editor.running.past_run import past
        from editor.training.plot import picture as curves

        _, record, _ = past(run)  # what it went on from comes first: they are one curve
        painter.drawPixmap(0, height - below, curves(record, width, below))
    painter.end()
    if target.suffix.lower() != ".png":
        return whole.save(str(target))
    drawn_as = QBuffer()
    whole.save(drawn_as, "PNG")
    try:
        write_whole(target, in_picture(bytes(drawn_as.data().data()), graph))
    except OSError:
        return False
    return True


def _hush() -> None:
    """Without a display Qt says of each hidden widget that it cannot limit its size; nobody can change that."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    def pass_on(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text != NOISE:
            print(text, file=sys.stderr)

    qInstallMessageHandler(pass_on)


def _wrong(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
