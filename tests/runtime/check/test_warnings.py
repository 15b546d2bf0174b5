"""Mistakes that cost people days: a graph with each, the sentence that is told of it, and a graph without it.

Both are data (tests/graphs/problems): the graph without it is what the first repair makes of the one with it.
"""

import json
from pathlib import Path

import pytest

from runtime.check.check import check
from runtime.check.problem import OPEN
from runtime.graph.edit import applied
from runtime.graph.file import load
from tests.runtime.check.test_problems import FOLDER, graph_of

# The graph with the mistake, where it is told of (node or node.port), and what is said of it.
MISTAKES = {
    # of data and its facts
    "labels_beyond_the_classes": ("loss.input", "labels go up to 2"),
    "labels_beyond_a_metric": ("measured.target", "labels go up to 9"),
    "embedding_smaller_than_its_words": ("table.input", "gets numbers up to 9, but knows only those below 5"),
    "one_hot_of_too_few_classes": ("marked.tensor", "gets classes up to 8, but makes rows of 5"),
    "pictures_of_0_to_255": ("conv.input", "gets numbers from 0 to 255"),
    "pictures_of_0_to_255_into_linear": ("final.input", "gets numbers from 0 to 255"),
    "scaled_twice": ("again.input", "divides numbers from 0 to 1 by 255"),
    "normalised_twice": ("again.input", "normalises what is normalised already"),
    "normalised_as_if_scaled": ("normal.input", "for numbers from 0 to 1, but gets numbers from 0 to 255"),
    "normalised_as_if_not_scaled": ("normal.input", "for numbers from 0 to 255, but gets numbers from 0 to 1"),
    "channels_last": ("conv.input", "in_channels pinned to 3, the wire brings 28"),
    "square_pictures_channels_last": ("conv.input", "channels last"),
    "noise_in_validation": ("noisy", "adds noise to the data in validation too"),
    "picture_turned_without_its_mask": ("turned", "turns pictures at random, but not the target of loss"),
    # of scores and losses
    "softmax_before_cross_entropy": ("loss.input", "goes through a softmax in the loss itself"),
    "sigmoid_before_cross_entropy": ("loss.input", "goes through a softmax in the loss itself"),
    "softmax_of_shares": ("again.input", "makes shares of numbers from 0 to 1"),
    "softmax_before_nll": ("loss.input", "needs logarithms of probabilities"),
    "sigmoid_before_a_loss_with_logits": ("loss.input", "applies a sigmoid itself"),
    "relu_before_a_loss_with_logits": ("loss.input", "gets no score below 0"),
    "relu_before_cross_entropy": ("loss.input", "gets no score below 0"),
    "scores_as_probabilities": ("loss.input", "needs probabilities between 0 and 1"),
    "dropout_of_scores": ("drop", "sets scores to zero right before loss"),
    "classes_into_mse": ("loss.target", "takes the numbers of 3 classes for amounts"),
    "cross_entropy_of_one_score": ("loss.input", "has one score a row"),
    "softmax_of_one_number": ("shares.input", "makes shares of a single number"),
    "zeros_where_minus_one_is_meant": ("loss.target", "needs 1 for yes and -1 for no"),
    # of rows and dimensions
    "target_row_against_column": ("loss.target", "torch stretches both, so every row meets every other"),
    "every_row_added_to_every_other": ("biased.other", "adds every row to every other"),
    "reshape_that_mixes_samples": ("shaped_again.input", "so that samples mix"),
    "flatten_of_everything": ("flat.input", "flattens the batch dimension too, so that samples mix"),
    "softmax_over_the_batch": ("shares.input", "makes shares over the rows"),
    "running_sum_over_the_batch": ("running.input", "runs over the rows"),
    "order_of_the_batch_turned": ("mirrored.input", "turns the order round over the rows"),
    "rows_shifted_without_their_labels": ("shifted.input", "moves rows, but the target of loss stays"),
    "rows_put_in_order": ("ordered.input", "puts in order over the rows"),
    "lengths_over_the_batch": ("unit.input", "measures lengths over the rows"),
    "batch_first_not_set": ("lstm.input", "takes the batch for time steps"),
    "squeeze_of_everything": ("thin.input", "drops the batch dimension too when a batch has one row"),
    "norm_over_a_last_row": ("batches", "makes a last batch of one row"),
    # of training
    "branch_to_nowhere": ("after", "leads to no loss, metric or output"),
    "parameter_with_a_slip": ("final", "does not know, so it is ignored: out_feature"),
    "key_with_a_slip": ("hidden", "has a key that is not known here, so it is ignored: freeze"),
    "parameter_beside_the_parameters": ("final", "has bias beside its parameters, where it is ignored"),
    "two_linear_layers_in_a_row": ("final.input", "both compute no more than one layer"),
    "nothing_to_train": ("adam.loss", "has nothing to train"),
    "best_class_looked_up": ("hidden", "leads to loss only through torch.argmax (best)"),
    "dropout_of_everything": ("drop", "drops everything in training"),
    "learning_rate_too_large": ("adam", "moves every weight by about 0.5 a step"),
    "learning_rate_of_nothing": ("adam", "has a learning rate of 0"),
    "learning_rate_that_grows": ("adam", "lets the learning rate grow"),
    "momentum_that_only_grows": ("adam", "has a momentum of 1.5"),
}
EXAMPLES = sorted(Path("resources/examples").glob("*.json"))


@pytest.mark.parametrize("name", MISTAKES)
def test_that_a_mistake_is_told_of_once_where_it_is(name: str) -> None:
    (problem,) = check(graph_of(name)).problems
    where, sentence = MISTAKES[name]
    assert (problem.node, problem.port) == (where.partition(".")[0], where.partition(".")[2] or None)
    assert sentence in problem.message and problem.severity != OPEN


@pytest.mark.parametrize("name", MISTAKES)
def test_that_its_repair_leaves_a_graph_of_which_nothing_is_told(name: str) -> None:
    graph = graph_of(name)
    (problem,) = check(graph).problems
    mended = check(applied(graph, problem.repairs[0].edits))
    assert mended.problems == () and mended.sound


def test_that_the_sentences_are_those_of_the_graphs_kept_as_data() -> None:
    for name, (_, sentence) in MISTAKES.items():
        told = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))["problems"]
        assert sentence in told[0]["message"]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_that_nothing_is_told_of_an_example(file: Path) -> None:
    assert len(EXAMPLES) > 5
    assert check(load(file.read_bytes())).problems == ()
