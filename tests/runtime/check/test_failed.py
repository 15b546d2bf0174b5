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
