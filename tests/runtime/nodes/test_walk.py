"""All that torch offers for building and training models is a node type, or named with its reason."""

from fnmatch import fnmatchcase

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
