"""The questions before a graph is left: what becomes of its run, and of edits that are not saved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from runtime.graph.model import Graph

if TYPE_CHECKING:
    from editor.running.session import Session
    from editor.window.window import Window

Go = Callable[[], None]
Windows = Callable[[], Sequence["Window"]]  # there may be others while something is asked
Settle = Callable[[Go], None]  # does what was answered about the run, then goes on
Button, Role = QMessageBox.StandardButton, QMessageBox.ButtonRole


def begin_graph(window: "Window", does: Callable[["Window"], object]) -> None:
    """Show another graph where there is room for it; what it would take the place of is asked about first."""
    place = window.room()

    def begin() -> None:
        does(place)

    leave_graph(place, begin)


def begin_untitled(window: "Window", graph: Graph, then: Callable[["Window"], object]) -> None:
    """The same for a graph that has no file, and what follows in its window."""

    def begin(place: "Window") -> None:
        place.files.show_graph(graph, None)
        then(place)

    begin_graph(window, begin)


def leave_graph(window: "Window", then: Go, stay: Go = lambda: None) -> None:
    """Go on at once where nothing could be lost, otherwise when both questions have been answered so; or `stay`."""
    leave_all(lambda: [window], lambda _: None, then, stay)


def leave_all(windows: Windows, show: Callable[["Window"], object], then: Go, stay: Go) -> None:
    """The same for several graphs: each question is asked once for all of them. `show` brings one to the front."""
    there = windows()
    for each in there:
        each.commit()
    at_stake = [each for each in there if each.session.at_work or each.document.unsaved]
    if not at_stake:
        then()
        return

    def answered(settle: Settle) -> None:
        asked = {each: each.document.graph for each in there}
        settle(lambda: again(asked))

    def again(asked: Mapping["Window", Graph]) -> None:
        """Behind the questions a run may have begun, a graph be edited while one took its time, or opened."""
        there = [each for each in windows() if not each.session.closed]  # by the same questions, asked twice
        for each in there:
            each.commit()
        if any(each.document.graph is not asked.get(each) for each in there):
            leave_all(windows, show, then, stay)
        elif there:
            _about_runs(there, lambda settle: settle(then), stay)

    show(at_stake[-1])
    _about_runs(at_stake, lambda settle: _about_all_edits(at_stake, show, lambda: answered(settle), stay), stay)


def _about_runs(windows: Sequence["Window"], then: Callable[[Settle], None], stay: Go) -> None:
    running = [each for each in windows if each.session.at_work]
    if len(running) < 2:
        _about_run(running[0] if running else windows[0], then, stay)
        return
    paused = sum(each.session.pausing.stands for each in running)
    title = "Runs are paused" if paused == len(running) else "Runs go on"
    some = f", {paused} of them paused" if paused else ""
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, f"{len(running)} graphs are still being trained{some}.")
    learns = "One that is left paused learns nothing. " if paused else ""
    again = "open the graphs again to follow, pause or stop them"
    box.setInformativeText(f"{learns}The runs can go on by themselves; {again}.")
    running.sort(key=lambda each: each.session.life.begins)  # where one cannot begin, none is let go
    leave = _each([_letting_go(each.session, stay, paused=True) for each in running])

    def let(go_on: Go) -> None:
        """None is left before all go on."""
        if all(each.session.pausing.go_on() for each in running):
            leave(go_on)
        else:
            stay()

    ways: dict[str, Settle] = {"Let them go on": let, **({"Leave them as they are": leave} if paused else {})}
    ways["Stop them"] = _each([each.session.life.stop_then for each in running])
    _ask(windows[-1], box, ways, then, stay)


def _each(settles: Sequence[Settle]) -> Settle:
    """One after the other, the last one first."""

    def settle(go_on: Go) -> None:
        for each in settles:
            go_on = partial(each, go_on)
        go_on()

    return settle


def _ask(
    window: "Window", box: QMessageBox, ways: Mapping[str, Settle], then: Callable[[Settle], None], stay: Go
) -> None:
    """A button for each way to leave runs, the first by default: it loses nothing. The last one stops them."""
    first, *_, stop = ways
    answers: dict[object, Go] = {Button.Cancel: stay}
    for words, settle in ways.items():
        button = box.addButton(words, Role.DestructiveRole if words == stop else Role.AcceptRole)
        answers[button] = partial(then, settle)
        if words == first:
            box.setDefaultButton(button)
    box.addButton(Button.Cancel)
    window.ask(box, answers)


def _about_all_edits(windows: Sequence["Window"], show: Callable[["Window"], object], then: Go, stay: Go) -> None:
    unsaved = [each for each in windows if each.document.unsaved]
    if len(unsaved) < 2:
        _about_edits(unsaved[0] if unsaved else windows[0], then, stay)
        return
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Unsaved changes", f"Save the changes to {len(unsaved)} graphs?")
    names = ", ".join(each.document.title for each in unsaved)
    box.setInformativeText(" ".join((f"{names}. They are lost otherwise.", *_of_runs(unsaved))))
    box.setStandardButtons(Button.SaveAll | Button.Discard | Button.Cancel)
    box.setDefaultButton(Button.SaveAll)

    def save(left: Sequence["Window"]) -> None:
        if left:
            show(left[0])
            left[0].files.save(lambda: save(left[1:]))
        else:
            then()

    windows[-1].ask(box, {Button.SaveAll: lambda: save(unsaved), Button.Discard: then, Button.Cancel: stay})


def _of_runs(windows: Sequence["Window"]) -> Iterator[str]:
    """What becomes of the runs of graphs that have no file and may get none."""
    kept = sum(each.session.recalling.along.count for each in windows)
    if kept:
        whose = "Its" if len(windows) == 1 else "Their"
        stay, them = ("run stays", "it") if kept == 1 else (f"{kept} runs stay", "them")
        yield f'{whose} {stay}: the Runs panel shows {them} under "all graphs".'


def _about_run(window: "Window", then: Callable[[Settle], None], stay: Go) -> None:
    """Nothing becomes of the run yet: the next question may still be answered with Cancel."""
    session = window.session
    if not session.at_work:
        then(lambda go_on: go_on())
        return
    again = "open the graph again" if session.document.path else "Show in the Runs panel is the way"
    ways = {"Let it go on": _letting_go(session, stay)}
    if session.pausing.stands:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "A run is paused", "The run of this graph is paused.")
        box.setInformativeText(
            f"Left so, it learns nothing. It can go on by itself; {again} to follow, pause or stop it."
        )
        ways["Leave it paused"] = _letting_go(session, stay, paused=True)
    else:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "A run goes on", "This graph is still being trained.")
        box.setInformativeText(f"The run can go on by itself; {again} to follow, pause or stop it.")
    _ask(window, box, {**ways, "Stop it": session.life.stop_then}, then, stay)


def _letting_go(session: "Session", stay: Go, paused: bool = False) -> Settle:
    """Lets the run go on without the window, where it stands still only if it is to stay `paused`.

    One that is about to begin as this is asked may turn out not to, which has been said then.
    """
    begins, before = session.life.begins, session.run_time

    def release(go_on: Go) -> None:
        ended = begins and not session.at_work and session.run_time is before
        if not ended and (paused or session.pausing.go_on()):
            session.life.release(go_on, stay)
        else:
            stay()

    return release


def _about_edits(window: "Window", then: Go, stay: Go) -> None:
    document = window.document
    if not document.unsaved:
        then()
        return
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Unsaved changes", f"Save the changes to {document.title}?")
    box.setInformativeText(" ".join(("They are lost otherwise.", *_of_runs([window]))))
    box.setStandardButtons(Button.Save | Button.Discard | Button.Cancel)
    box.setDefaultButton(Button.Save)
    window.ask(box, {Button.Save: lambda: window.files.save(then), Button.Discard: then, Button.Cancel: stay})
