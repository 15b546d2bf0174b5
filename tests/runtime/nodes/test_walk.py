"""All that torch offers for building and training models is a node type, or named with its reason."""

from fnmatch import fnmatchcase
from pathlib import Path

from tests.runtime.nodes.left_out import NOT_OFFERED
from tests.runtime.nodes.walk import REASONS, is_offered, offered, reason, torchs


def test_that_all_of_torch_is_offered_or_named_with_a_reason() -> None:
    known = offered()
    lost = [name for name in torchs() if not is_offered(name, known) and reason(name) is None]
    assert lost == []


def test_that_every_name_with_a_reason_is_one_that_is_not_offered() -> None:
    known = offered()
    missing = {name.removeprefix("torch.").removeprefix("F.") for name in torchs() if not is_offered(name, known)}
    named = [each for names in REASONS.values() for each in names.split()]
    assert [each for each in named if not any(fnmatchcase(name, each) for name in missing)] == []


def test_that_no_node_type_is_named_among_the_reasons() -> None:
    assert [name for name in offered() if reason(name) is not None] == []


def test_that_the_changelog_says_how_much_is_left_out() -> None:
    known, text = offered(), (Path(__file__).parents[3] / "CHANGELOG.md").read_text()
    missing = {name for name in torchs() if name.startswith("nn.") and not is_offered(name, known)}
    losses = {name for name in missing if "Loss" in name}
    whole = {name for name, why in NOT_OFFERED.items() if name.startswith("optim.") and "inherit from" not in why}
    schedules = {name for name in whole if "lr_scheduler" in name}
    assert f"layers of torch.nn but for {len(missing - losses)} modules" in text
    assert f"losses of torch.nn but for {len(losses)} that" in text
    assert f"but for {' and '.join(sorted(n.removeprefix('optim.') for n in whole - schedules))}, and its" in text
    assert f"schedules of learning rates but for {len(schedules)}, listed" in text
