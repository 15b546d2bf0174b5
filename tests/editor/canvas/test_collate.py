"""Ports of Collate that are there with some parameters only: drawn, wired by hand, and gone again."""

from tests.editor.canvas.hand import Hand, assert_mirrors, edge


def test_that_a_column_is_pulled_onto_the_input_that_sampling_shows(hand: Hand) -> None:
    assert ("sample_by", False) not in hand.canvas.mirror.boxes["batches"].ports
    hand.document.do([("set", "batches", "sampling", "balanced")], "balance")
    hand.check()
    hand.pull(hand.output("digits.label"), hand.input("batches.sample_by"))
    assert edge("digits.label", "batches.sample_by") in hand.edges
    assert edge("digits.label", "batches.label") in hand.edges
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    hand.document.history.undo()
    assert ("sample_by", False) not in hand.canvas.mirror.boxes["batches"].ports
    assert_mirrors(hand.canvas)


def test_that_the_mask_of_a_padded_field_is_pulled_from_its_own_output(hand: Hand) -> None:
    hand.document.do([("set", "batches", "collate", {"image": "pad"})], "pad")
    hand.check()
    hand.pull(hand.output("batches.image_mask"), hand.input("flat.input"))
    assert edge("batches.image_mask", "flat.input") in hand.edges
    assert_mirrors(hand.canvas)


def test_that_the_tip_of_collate_says_how_its_data_is_fed(hand: Hand) -> None:
    box = hand.canvas.mirror.boxes["batches"]
    assert "Gathered from memory" in hand.canvas.tip(box)
    hand.document.do([("set", "batches", "num_workers", 2)], "workers")
    hand.check()
    assert "Loaded sample by sample: batches has workers." in hand.canvas.tip(box)
