"""The lists of names that are written down, compared with what they were copied from."""

from pathlib import Path

from torch import nn

from runtime.graph.names import MODULE

ROOT = Path(__file__).parents[1]


def test_that_the_reserved_names_hold_every_public_attribute_of_a_module() -> None:
    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert public - MODULE == set()


def test_that_the_readme_shows_linear_as_it_is_declared() -> None:
    shown = (ROOT / "README.md").read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    assert shown.strip()
    assert shown in (ROOT / "runtime" / "nodes" / "layer.py").read_text(encoding="utf-8")
