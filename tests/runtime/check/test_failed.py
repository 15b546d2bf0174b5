"""What a run failed at is an error that keeps nobody from the next run, with a button for what is advised."""

import pytest

from runtime.check.failed import failed
from runtime.graph.edit import applied
from runtime.graph.model import Graph


@pytest.mark.parametrize(("lr", "said", "smaller"), [(1e10, "1e10", 0.001), (0.0005, "0.0005", 0.00005)])
def test_that_a_smaller_lr_that_is_advised_is_one_click(lr: float, said: str, smaller: float) -> None:
    graph = applied(Graph(), [("add", "loss", "nn.MSELoss", {}), ("add", "adam", "optim.AdamW", {"lr": lr})])
    why = f"loss became infinite at step 3. Try a smaller lr of adam (now {said}) first; clip_grad_norm may help too."
    (problem,) = failed(graph, {"event": "failed", "node": "loss", "message": why})
    assert (problem.severity, problem.node, problem.blocks) == ("error", "loss", False)
    (repair,) = problem.repairs
    assert repair.edits == (("set", "adam", "lr", smaller),)
    assert applied(graph, repair.edits).nodes["adam"].parameters["lr"] == smaller


ENDED = "a worker that reads samples was ended by the signal"
KILLED = f"{ENDED} Killed, most often because memory is short. Set num_workers"
CRASHED = f"{ENDED} Segmentation fault. Set num_workers"
TRAINER = "The training process was ended by SIGKILL after step 5, as the system does where memory is short. Make"


@pytest.mark.parametrize(
    ("node", "said", "labels"),
    [
        ("batches", KILLED, ["Set num_workers to 2", "Set num_workers to 0"]),
        ("batches", CRASHED, ["Set num_workers to 0"]),
        (None, TRAINER, ["Set batch_size to 16 and accumulate to 2", "Set batch_size to 16"]),
    ],
)
def test_that_what_is_advised_where_a_process_was_ended_is_one_click(
    node: str | None, said: str, labels: list[str]
) -> None:
    graph = applied(Graph(), [("add", "batches", "Collate", {"num_workers": 4, "batch_size": 32})])
    (problem,) = failed(graph, {"event": "failed", "node": node, "message": f"{said} lower."})
    assert problem.node == "batches" and [repair.label for repair in problem.repairs] == labels
