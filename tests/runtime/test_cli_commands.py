"""Words in the place of a command that are none."""

from tests.runtime.commands import TWO_MODELS, here


def test_that_a_command_that_does_not_exist_is_told_with_the_nearest() -> None:
    for arguments in (["trian", TWO_MODELS], ["trian"]):
        code, output, errors = here(*arguments)
        assert (code, output, errors) == (2, "", "torchweave: there is no command trian; train is near.\n")
    assert "there is no command xyzzy; commands are check, train" in here("xyzzy", TWO_MODELS)[2]
    assert "one graph at a time" in here("a.json", "b.json")[2]
