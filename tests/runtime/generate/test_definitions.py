"""Classes of definitions: their copies in a loop, their arguments, and what is left out where it tells nothing."""

from pathlib import Path

import torch

from tests.runtime.check.test_definitions import LAYER, decoding
from tests.runtime.generate.cases import imported, program_of


def test_that_copies_with_several_inputs_are_a_loop_that_hands_on_what_each_gives(tmp_path: Path) -> None:
    text = program_of(decoding(LAYER, 3)).text
    model = imported(text, tmp_path / "decoder.py").Model().eval()
    assert "self.decoder = nn.ModuleList(Layer() for _ in range(3))" in text
    x, memory = torch.randn(2, 5, 8), torch.randn(2, 7, 8)
    found = x
    for layer in model.decoder:
        found, _ = layer(found, memory)
    assert torch.equal(model(x, memory), found.mean(dim=1))
