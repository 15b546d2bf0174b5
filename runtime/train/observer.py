"""Has questions about Python of the user's answered by a process, one after another, and waits for it."""

import json
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.check import use
from runtime.check.check import check
from runtime.check.problem import Report
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.spec.models import look, looked_up, signatures
from runtime.spec.named import MODEL
from runtime.spec.observed import Question, learn, unanswered
from runtime.started import command, environment
from runtime.train.cards import cards_of
from runtime.train.trust import trusted

TRYING = "runtime.train.observe"  # the module of the process


def checked(graph: Graph, folder: Path, trusting: bool = False) -> tuple[Graph, Report]:
    """The report on a graph, the user's own Python tried as far as it is trusted, or all of it with `trusting`.

    `folder` is the one that paths in the graph are relative to. The graph comes back with what looks at models told, of
    files and of installed packages. Raises OSError where nothing can be tried.
    """
    graph = _looked_at(graph, folder)
    cards = cards_of(graph, folder.resolve())
    report = check(graph, cards)
    while questions := allowed(list(unanswered()), folder, trusting):
        observe(questions, folder)
        use.forget()
        graph = applied(graph, looked_up(graph)).with_()
        report = check(graph, cards)  # what lies behind may ask in turn
    return graph, report


def _looked_at(graph: Graph, folder: Path) -> Graph:
    """The graph with what the texts of its models' files tell; whoever wrote it by hand may have left that out."""
    paths = {str(node.parameters.get("path") or "") for node in graph.nodes.values() if node.type == MODEL}
    looks = {path: look(folder / path) for path in paths - {""}}
    return applied(graph, signatures(graph, looks)).with_() if looks else graph


def allowed(questions: Collection[Question], folder: Path, trusting: bool = False) -> list[Question]:
    """Those of the questions that may be answered by running something."""
    texts = {question: question.python.to_trust(folder) for question in questions}
    fine = trusted(texts.values())
    return [question for question, text in texts.items() if trusting or text in fine]


def observe(questions: Collection[Question], folder: Path) -> None:
    """Learn the answers. Raises OSError where there is no process, or it ends too early."""
    with _trying() as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()  # torch is there
        for at, question in enumerate(questions):
            process.stdin.write(json.dumps({"id": at, **question.order(folder)}).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                raise OSError("the process that tries your own Python has ended")
            learn(question, question.answer(json.loads(line)))
        process.stdin.close()


@contextmanager
def _trying() -> Iterator[subprocess.Popen[bytes]]:
    """The process, which hears no interrupt of the terminal and ends with whoever waits for it."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command(TRYING), stdin=pipe, stdout=pipe, env=environment(), start_new_session=True
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise
