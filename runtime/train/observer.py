"""Has questions about Python of the user's answered by a process, one after another, and waits for it."""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from runtime.check import use
from runtime.check.check import check
from runtime.check.problem import Report
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.spec.models import looked_up
from runtime.spec.observed import Question, learn, unanswered
from runtime.train.trust import trusted

ROOT = Path(__file__).parent.parent.parent
COMMAND = (sys.executable, "-P", "-m", "runtime.train.observe")


def environment() -> dict[str, str]:
    """That of the process: it finds what is ours, and says each line at once."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def checked(graph: Graph, folder: Path, trusting: bool = False) -> tuple[Graph, Report]:
    """The report on a graph, the user's own Python tried as far as it is trusted, or all of it with `trusting`.

    `folder` is the one that paths in the graph are relative to. The graph comes back with what a look at installed
    models told. Raises OSError where nothing can be tried.
    """
    report = check(graph)
    while questions := allowed(list(unanswered()), folder, trusting):
        observe(questions, folder)
        use.forget()
        graph = applied(graph, looked_up(graph)).with_()
        report = check(graph)  # what lies behind may ask in turn
    return graph, report


def allowed(questions: Collection[Question], folder: Path, trusting: bool = False) -> list[Question]:
    """Those of the questions that may be answered by running something."""
    texts = {question: question.python.to_trust(folder) for question in questions}
    fine = trusted(texts.values())
    return [question for question, text in texts.items() if trusting or text in fine]


def observe(questions: Collection[Question], folder: Path) -> None:
    """Learn the answers. Raises OSError where there is no process, or it ends too early."""
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as process:
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
