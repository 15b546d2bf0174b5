"""Processes that trained together part without waiting for each other forever."""

import subprocess
import sys

import pytest

from runtime.started import environment

# Groups of one process each, whose model is the last that knows them. Without a pause it hangs after some dozens.
PARTING = """
import faulthandler
import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel
from runtime.train.pieces.parting import leave_others

def train():
    distributed.init_process_group("gloo", init_method="tcp://localhost:0", rank=0, world_size=1)
    model = DistributedDataParallel(nn.Linear(3, 3))
    model(torch.ones(2, 3)).sum().backward()
    word = torch.tensor(1)
    distributed.broadcast(word, src=0)
    leave_others()

for _ in range({times}):
    faulthandler.dump_traceback_later(60, exit=True)
    train()
print("parted")
"""


@pytest.mark.parametrize("times", [2, pytest.param(100, marks=pytest.mark.soak)])
def test_that_a_process_parts_from_the_others_and_ends(times: int) -> None:
    line = [sys.executable, "-c", PARTING.format(times=times)]
    parted = subprocess.run(line, capture_output=True, text=True, env=environment(), timeout=600)
    assert (parted.returncode, parted.stdout) == (0, "parted\n"), parted.stderr
