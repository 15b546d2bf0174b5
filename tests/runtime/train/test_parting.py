"""Processes that trained together part without waiting for each other forever."""

import signal
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


# A thread of gloo is the last to know what was sent, and takes its time to put it away.
ENDING = """
import sys, time, weakref
import torch
from torch import distributed
from runtime.train.pieces.shared import meet_others

meet_others("cpu")
known = []
sys.setswitchinterval(100)  # we let go of what is sent before it does
for _ in range(3):
    word = torch.tensor(1)
    known.append(weakref.ref(word, lambda _: time.sleep(0.1)))
    distributed.broadcast(word, src=0, async_op=True)
    del word
sys.setswitchinterval(0.005)
raise {end}
"""


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("ValueError", 1),
        pytest.param("SystemExit(3)", 3, marks=pytest.mark.soak),
        pytest.param("KeyboardInterrupt", -signal.SIGINT, marks=pytest.mark.soak),
    ],
)
def test_that_what_ends_a_process_among_others_is_not_an_abort(end: str, code: int) -> None:
    line = [sys.executable, "-c", ENDING.format(end=end)]
    ended = subprocess.run(line, capture_output=True, text=True, env=environment(), timeout=600)
    assert (ended.returncode, "terminate called" in ended.stderr) == (code, False), ended.stderr
