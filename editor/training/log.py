"""The log of a run: plain lines that can be copied, from its name to what was saved."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from editor.looks.pieces import Line, colour
from editor.looks.theme import mono_font, theme_changes
from editor.training.record import SIDES, Event, at_the_end, duration, figure, number
from runtime.check.failed import by_hand
from runtime.train.events import FILE
from runtime.train.outcome import diverged, why

if TYPE_CHECKING:
    from editor.running.session import Session

NOTHING = "What a run says appears here."
MOST = 1000  # lines; for each Qt keeps what it was shaped in, 7 KiB, as long as the line is there
BESIDE = "   "  # between columns, which stand below those of other lines; sentences are broken where they are long
STAYS = "\N{NO-BREAK SPACE}"
PAUSING = {"paused": "paused", "unpaused": "goes on"}
EARLIER = f"The last {MOST:,} lines. All that the run said is in {FILE}, in the folder of the run."


class LogPanel(QWidget):
    """Follows the session's run; steps are left to the curve."""

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.lines: list[tuple[str, str]] = []  # text and token of its colour
        self.at_end = True  # whoever reads further up stays there
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Log")
        self.text.setFont(mono_font(12))
        self.text.setPlaceholderText(NOTHING)
        self.text.setMaximumBlockCount(MOST)
        self.text.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.text.setStyleSheet(
            "QPlainTextEdit { border: none; border-radius: 0; padding: 6px 8px; background: palette(window); }"
        )
        bar = self.text.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        bar.rangeChanged.connect(self._follow)
        self.earlier = Line(EARLIER, "muted").wrapped()
        self.earlier.setContentsMargins(12, 6, 12, 0)
        self.earlier.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.earlier)
        layout.addWidget(self.text, 1)
        theme_changes.changed.connect(self._write_all)
        session.run_started.connect(self.reload)
        session.run_shown.connect(self.reload)
        session.happened.connect(self.take)
        session.message.connect(lambda sentence: self._add(sentence, "muted"))
        self.reload()

    def reload(self) -> None:
        """Begin anew with the events that the session holds."""
        self.lines = []
        self.earlier.hide()
        self.text.clear()
        if self.session.run_time is not None:
            name = self.session.run_name or "the last run of this graph"
            self._add(f"{self.session.run_time:%H:%M:%S}  {name}", "muted")
        elif self.session.last_events:
            self._add("The last run of this graph", "muted")
        for event in self.session.last_events:
            self.take(event)

    def take(self, event: Event) -> None:
        """Write the line of an event, if it has one."""
        if line := told(event):
            self._add(*line)

    def _add(self, text: str, token: str) -> None:
        first, stays = self.text.firstVisibleBlock(), not self.at_end  # as Qt itself scrolls where it takes lines away
        within = self.text.verticalScrollBar().value() - first.firstLineNumber()  # a long line is broken into several
        for line in text.splitlines() or [""]:
            self.lines.append((line, token))
            self._write(line, token)
        if len(self.lines) > MOST:
            del self.lines[:-MOST]
            self.earlier.show()
        if stays:
            self.text.verticalScrollBar().setValue(first.firstLineNumber() + within)  # fewer lines may be before it

    def _scrolled(self, value: int) -> None:
        self.at_end = value >= self.text.verticalScrollBar().maximum() - 1

    def _follow(self, _: int, end: int) -> None:
        """There is another line, or less room for them."""
        if self.at_end:
            self.text.verticalScrollBar().setValue(end)

    def _write(self, text: str, token: str) -> None:
        ink = QTextCharFormat()
        ink.setForeground(colour(token))
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self.text.document().isEmpty():
            cursor.insertBlock()
        cursor.insertText(text.replace(" ", STAYS) if BESIDE in text else text, ink)

    def _write_all(self) -> None:
        bars = [self.text.verticalScrollBar(), self.text.horizontalScrollBar()]
        places = [bar.value() for bar in bars]
        self.text.clear()
        for text, token in self.lines:
            self._write(text, token)
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)


def told(event: Event) -> tuple[str, str] | None:
    """The line of an event and the token of its colour; None for events that have none."""
    kind = event.get("event")
    if kind == "stage":
        return str(event.get("stage", "")), "muted"
    if kind in PAUSING:
        return PAUSING[kind], "muted"
    if kind == "started":
        return _started(event), "text"
    if kind == "epoch":
        return _epoch(event), "text"
    if kind == "saved":
        return f"saved {event.get('path', '')}", "muted"
    if kind == "warning":
        return f"{event['node']}: {event['message']}" if event.get("node") else str(event.get("message", "")), "warning"
    if kind == "failed":
        return (why(event), "warning") if by_hand(event) else (f"failed  {why(event)}", "error")
    if kind == "finished":
        if sentence := diverged(event):
            return sentence, "error"
        return ("stopped", "warning") if event.get("stopped") else (_finished(event), "good")
    return None


def _started(event: Event) -> str:
    rows = event.get("rows") or {}
    parts = [f"{count:,} {name} rows" for name, count in rows.items() if isinstance(count, int)]
    weights = event.get("weights")
    if isinstance(weights, int):
        parts.append(f"{weights:,} weights")
    reason = f" ({event['reason']})" if event.get("reason") else ""
    fold = f"fold {event['fold']} of {event.get('folds', '?')}  " if "fold" in event else ""
    return ", ".join([f"{fold}on {event.get('device', '?')}{reason}", *parts])


def _epoch(event: Event) -> str:
    """The figures in columns, short enough to be compared from line to line."""
    fold = f"fold {event['fold']}  " if "fold" in event else ""
    parts = [f"{fold}epoch {event.get('epoch', '?'):>3}"]
    for side in SIDES:
        if event.get(side):
            parts.append(_figures(event, side))
    rates = event.get("lr")
    if isinstance(rates, dict) and rates:
        parts.append("lr  " + "  ".join(f"{name} {figure(value):<8}" for name, value in rates.items()))
    return BESIDE.join(parts).rstrip()


def _figures(event: Event, side: str) -> str:
    """The figures of one side, the loss first."""
    figures = event[side]
    names = sorted(figures, key=lambda name: name != "loss")
    return f"{side}  " + "  ".join(f"{name} {figure(figures[name]):<8}" for name in names)


def _finished(event: Event) -> str:
    seconds = event.get("seconds")
    ended = f"finished in {duration(number(seconds))}" if isinstance(seconds, int | float) else "finished"
    if event.get("folds"):
        return BESIDE.join([ended, *(at_the_end(event, side) for side in ("validation", "test") if event.get(side))])
    return f"{ended}{BESIDE}{_figures(event, 'test')}".rstrip() if event.get("test") else ended
