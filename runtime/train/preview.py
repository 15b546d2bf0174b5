"""Shows what is on a wire: a real sample or batch, as training would see it, in a process that stays warm.

``python -m runtime.train.preview`` reads a question a line, ``{"id", "graph": text, "folder", "runs", "end", "batch",
"augment", "alone", "glance"}``, and answers with a line of JSON: facts (`runtime.train.shown`) or a ``"problem"``, and
before it ``{"id", "stage": words, "seconds"}``, every second where that takes long: a sign that it goes on. It says
``{"id": null}`` when torch is there. Where its input ends, it ends too, whatever it is doing.
"""

import json
import os
import queue
import sys
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from runtime.check import use
from runtime.check.problem import OPEN, Report
from runtime.generate.drawn import Drawn
from runtime.generate.part import (
    Part,
    batches_part,
    ends_of,
    model_part,
    samples_part,
    seen_part,
)
from runtime.graph.bypass import origin, passed
from runtime.graph.file import Refused, dump, load
from runtime.graph.model import End, Graph
from runtime.graph.model import end as parsed_end
from runtime.spec.listed import listed
from runtime.spec.observed import forget
from runtime.spec.own import own_sources
from runtime.train.folder import last_run
from runtime.train.observer import checked
from runtime.train.trust import untrusted
from runtime.train.weights import weights_of

KEPT, FACTS = 6, 60  # programs that are kept, and what was told of ends of each
BEAT = 1.0  # seconds between signs of life
COMPUTING, ENDLESS = "computing", 60.0  # what is done of a batch that was read, and seconds of the processors for it
STILL = 0.001  # seconds of the processors in one of them: what uses less stands still
NICE = 10  # window and training come first where cores are few
MEMORY = 8 * 2**30  # bytes that it may take, or half of what the machine has
READERS = ("sklearn.datasets", "pyarrow.csv", "PIL.Image")  # what data is read with; imported before anybody asks
Answer = dict[str, Any]


class Cannot(Exception):
    """There is nothing to be seen; one sentence says why."""

    def __init__(self, sentence: str, **more: Any) -> None:
        super().__init__(sentence)
        self.more = more


@dataclass
class Preview:
    """What is kept between questions: checked graphs, programs at work, and the data that was read."""

    told: TextIO
    asked: Any = None  # the id of the question under way
    reports: OrderedDict[str, tuple[Graph, Report]] = field(default_factory=OrderedDict)
    files: dict[str, list[Any]] = field(default_factory=dict)  # the stamps of the user's own, when they were tried
    running: OrderedDict[str, Any] = field(default_factory=OrderedDict)
    stage: str = ""  # what is being done that may take long
    begun: float = 0.0  # when, in seconds
    used: float = 0.0  # seconds of the processors, when it was told last
    until: float = 0.0  # seconds of the processors after which a batch is not waited for
    speaking: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        from runtime.train.read_once import Columns

        self.columns = Columns(doing=self.doing)

    def say(self, **about: Any) -> None:
        """A line to whoever asked."""
        with self.speaking:
            self.told.write(json.dumps({"id": self.asked, **about}) + "\n")
            self.told.flush()

    @contextmanager
    def doing(self, stage: str) -> Iterator[None]:
        """Tell what is being done that may take long."""
        before, self.stage = self.stage, stage
        self.begun, self.used = time.monotonic(), time.process_time()
        self.say(stage=stage)
        try:
            yield
        finally:
            self.stage = before

    def live(self) -> None:
        """Tell that it goes on and since when; not where it stands still, or one batch is computed without an end."""
        stage, before, self.used = self.stage, self.used, time.process_time()
        endless = stage == COMPUTING and self.used > self.until
        if stage and self.used - before > STILL and not endless:
            self.say(stage=stage, seconds=round(time.monotonic() - self.begun))

    def answer(self, order: Answer) -> None:
        """Answer one question."""
        from runtime.train.previewed import Failed
        from runtime.train.worker import sentence

        self.asked, self.stage = order.get("id"), COMPUTING
        self.begun, self.used = time.monotonic(), time.process_time()
        self.until = self.used + ENDLESS
        end = parsed_end(str(order.get("end", "")))
        try:
            found = self._tried(order) if "try" in order else self._found(order, end)
            self.say(end=str(end), **found)
        except Cannot as error:
            self.say(end=str(end), problem=str(error), **error.more)
        except Failed as error:
            at = f"{error.node} fails: " if error.node else ""
            self.say(end=str(end), problem=f"{at}{error}", node=error.node)
        except Exception as error:  # a mistake of ours, or of a file; the next question may do better
            traceback.print_exc()
            self.say(end=str(end), problem=f"{end} cannot be shown. {sentence(error)}")
        finally:
            self.stage = ""

    def _open(self, order: Answer) -> tuple[Graph, Report, Path]:
        """The graph of a question, its report, and the folder that its paths are relative to."""
        import torch

        alone = bool(order.get("alone"))
        torch.set_num_threads(1 if alone else max(1, (os.cpu_count() or 2) - 1))
        folder = Path(str(order.get("folder") or "."))
        return *self._checked(str(order["graph"]), folder), folder

    def _tried(self, order: Answer) -> Answer:
        """What the model of the last run says of one sample."""
        from runtime.train.tried import tried, tried_part

        graph, report, folder = self._open(order)
        graph = passed(graph)
        _refuse_untrusted(graph, graph.nodes, folder)
        if not report.sound:
            raise Cannot("Finish the graph first: there is no model yet that could be tried.")
        running = self._running("model", tried_part(graph, report), True, graph, folder, False)
        run = Path(order["run"]) if order.get("run") else None
        kept = weights_of(run) if run and not order.get("alone") else None  # a run that goes on may get a better one
        weights = _weights(running, run, kept)
        try:
            return {"weights": weights, **tried(running, order["try"])}
        except ValueError as error:
            raise Cannot(str(error)) from error

    def _found(self, order: Answer, end: End) -> Answer:
        from runtime.train.shown import shown

        graph, report, folder = self._open(order)
        if end.node not in graph.nodes:
            raise Cannot(f"There is no node {end.node} any more.")
        end = origin(graph, end) or end
        graph = passed(graph)
        if end.node not in graph.nodes:
            raise Cannot(f"{end.node} is bypassed, and nothing comes to it.")
        _refuse_untrusted(graph, graph.upstream([end.node]), folder)
        type = report.types.get(end)
        if type is None:
            raise Cannot(_why_no_type(graph, report, end))
        running, about = self._seen(graph, report, end, folder, order)
        key = (end, about["batch"], about["augmented"])
        if key not in running.facts:
            running.facts[key] = shown(graph, report, end, running.last, about["size"], running.pairs)
            while len(running.facts) > FACTS:
                running.facts.popitem(last=False)
        return {"type": str(type), **running.facts[key], **about}

    def _checked(self, text: str, folder: Path) -> tuple[Graph, Report]:
        """The graph and its report, as they were worked out last time where graph, files and trust are the same."""
        from runtime.train.read_once import stamps_of

        try:
            graph = load(text.encode())
        except Refused as error:
            raise Cannot(str(error)) from error
        key = json.dumps([text, str(folder), untrusted(graph, folder), stamps_of(graph, folder)])
        if key not in self.reports:
            self._forget_changed(graph, folder)
            self.reports[key] = checked(graph, folder)
            while len(self.reports) > KEPT:
                self.reports.popitem(last=False)
        return self.reports[key]

    def _forget_changed(self, graph: Graph, folder: Path) -> None:
        """What a file of the user's gave is of no use when it has changed."""
        from runtime.train.read_once import stamp

        for path in {own.python.path for own in own_sources(graph)} - {""}:
            now = stamp(folder / path)
            if self.files.setdefault(path, now) != now:
                self.files[path] = now
                forget(path)
                use.forget()

    def _seen(self, graph: Graph, report: Report, end: End, folder: Path, order: Answer) -> tuple[Any, Answer]:
        """The program whose `last` values have one at an end, and what is to be known about it beside."""
        from runtime.train.previewed import Failed, located

        bad = [node for node, _ in untrusted(graph, folder)]
        parts = _parts(graph, report, end, bad)
        for kind, part, whole in parts:
            try:
                running = self._running(kind, part, whole, graph, folder, bool(order.get("glance")))
                with located(running):
                    about = _run(running, kind, order)
                    break
            except Failed:
                if part is parts[-1][1]:
                    raise
        if end not in running.last:
            raise Cannot(f"{end} cannot be seen.")
        return running, about

    def _running(self, kind: str, part: Part, whole: bool, graph: Graph, folder: Path, glance: bool) -> Any:
        """A program at work, kept while graph and files are the same; for a glance none is made."""
        from runtime.train.previewed import data_running, model_running
        from runtime.train.read_once import stamps_of

        bare = dump(part.graph.with_(layout={}))
        key = json.dumps([kind, bare, str(folder), stamps_of(part.graph, folder)])
        if key not in self.running:
            if glance:
                raise Cannot("Nothing is read for a glance.")
            seed = graph.run.get("seed", 0)
            made = (
                model_running(part, folder, seed, self.columns, whole)
                if kind == "model"
                else data_running(part, folder, seed, self.columns)
            )
            self.running[key] = made
            while len(self.running) > KEPT:
                self.running.popitem(last=False)
        self.running.move_to_end(key)
        return self.running[key]


def _refuse_untrusted(graph: Graph, needed: Iterable[str], folder: Path) -> None:
    """Nothing runs that brings Python which nobody has trusted."""
    if foreign := sorted({*needed} & {node for node, _ in untrusted(graph, folder)}):
        brings = "brings" if len(foreign) == 1 else "bring"
        why = f"{listed(foreign)} {brings} Python of its own that you have not trusted yet: nothing was run."
        why += " Read it and trust it to see what it gives."
        raise Cannot(why, untrusted=foreign)


def _parts(graph: Graph, report: Report, end: End, bad: list[str]) -> list[tuple[str, Part, bool]]:
    """The parts of a graph in which a value can be seen, the one first that is nearest to training."""
    if report.sides[end.node] == "sample":
        alone = graph.with_(edges=tuple(e for e in graph.edges if e.target.node in graph.upstream([end.node])))
        several = samples_part(graph, report, end, bad)
        return [("data", several, False), ("data", samples_part(alone, report, end, bad), False)]
    if report.sides[end.node] == "border":
        whole = batches_part(graph, report, end.node, bad)
        return [("data", whole, False), ("data", batches_part(graph, report, end.node, bad, [end.port]), False)]
    found: list[tuple[str, Part, bool]] = []
    if report.sound and not bad:
        drawn = Drawn(graph, report)
        ids = [*drawn.in_model, *drawn.beside_model]
        if end.node in {*ids, *drawn.losses}:
            found.append(("model", seen_part(graph, [e for id in ids for e in ends_of(graph, id)], report), True))
    if cut := model_part(graph, report, end):
        found.append(("model", cut, False))
    if not found:
        raise Cannot(f"No data leads to {end}: connect it behind a Collate, and that to a dataset.")
    return found


def _why_no_type(graph: Graph, report: Report, end: End) -> str:
    """What is wrong before a wire that carries nothing yet."""
    upstream = graph.upstream([end.node])
    found = [problem for problem in report.problems if problem.node in upstream]
    first = next((each for each in found if each.severity != OPEN), next(iter(found), None))
    return first.told if first else f"Nothing is known of {end} yet."


def _run(running: Any, kind: str, order: Answer) -> Answer:
    """Have the values of a batch computed; what is to be known about them."""
    number, augment = int(order.get("batch", 0)), bool(order.get("augment", True))
    last = last_run(Path(order["runs"])) if order.get("runs") else None
    about: Answer = {"weights": _weights(running, last)} if kind == "model" else {}
    running.last, number, count = running.values(number, augment)
    size = next((len(value) for value in running.last.values() if not _single(value)), 0)
    random = any(running.drawn.random(id) for id in running.drawn.samples)
    return {"batch": number, "batches": count, "size": size, "random": random, "augmented": augment and random, **about}


def _weights(running: Any, run: Path | None, kept: Path | None = None) -> str:
    """Which weights the model has: those `kept` by a run, or its last, read again when they have changed."""
    from runtime.train.previewed import trained
    from runtime.train.read_once import stamp

    file = kept or (run / "weights.safetensors" if run else None)
    key = json.dumps([str(file), stamp(file) if file else []])
    if running.weights_from[0] != key:
        running.weights_from = (key, trained(running, file))
    return str(running.weights_from[1])


def _single(value: Any) -> bool:
    return getattr(value, "ndim", 1) == 0


def _limit_memory() -> None:
    """So that a greedy graph ends in a sentence, and the window goes on."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        whole = os.sysconf("SC_PHYS_PAGES") * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + min(MEMORY, whole // 2),) * 2)


def _listen(questions: "queue.SimpleQueue[Answer]") -> None:
    """Take questions while others are answered; the end of the input ends the process at once."""
    for line in sys.stdin:
        questions.put(json.loads(line))
    os._exit(0)


def _beat(preview: Preview) -> None:
    """What takes long is told of again and again."""
    while True:
        time.sleep(BEAT)
        preview.live()


def main() -> None:
    """Answer until nobody asks any more; of several questions that wait the last one counts."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what the user's own Python prints is no answer
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # the device is for training
    if hasattr(os, "nice"):
        os.nice(NICE)
    import runtime.train.previewed  # noqa: F401  # torch, the wait for which is why this process exists

    _limit_memory()
    questions: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    preview = Preview(told)
    threading.Thread(target=_beat, args=(preview,), daemon=True).start()
    preview.say()
    for package in READERS:
        with suppress(ImportError):
            import_module(package)
    while True:
        preview.answer(questions.get())


if __name__ == "__main__":
    main()
