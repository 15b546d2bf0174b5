"""Pieces of programs: texts as the numbers of their tokens."""

import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor


def tokens_of(text: str, by: str, lower: bool) -> list[str]:
    """The words and signs of a text, or its characters."""
    text = text.lower() if lower else text
    return list(text) if by == "characters" else re.findall(r"\w+|[^\w\s]", text)


def vocabulary_of(
    parts: Iterable[list[str]], size: int, by: str, lower: bool
) -> dict[str, int]:
    """Numbers for the most frequent tokens, from 2 on: 0 fills up, 1 is any other."""
    texts = (text for part in parts for text in part)
    counts = Counter(token for text in texts for token in tokens_of(text, by, lower))
    order = sorted(counts, key=lambda token: (-counts[token], token))
    return {token: number for number, token in enumerate(order[: size - 2], start=2)}


def tokenize_text(
    text: Any, vocabulary: Mapping[str, int], by: str, lower: bool, length: int
) -> Any:
    """The numbers of the tokens of a text as int64, or those of each of several texts.

    They are cut off or filled up to `length`, unless that is 0.
    """
    if isinstance(text, list):
        found = [tokenize_text(each, vocabulary, by, lower, length) for each in text]
        return torch.stack(found) if length else found
    return to_length([vocabulary.get(t, 1) for t in tokens_of(text, by, lower)], length)


def to_length(numbers: list[int], length: int) -> Tensor:
    """Numbers of tokens as a tensor; those of an empty text are one unknown token."""
    numbers = numbers or [1]
    if length:
        numbers = (numbers + [0] * length)[:length]
    return torch.tensor(numbers, dtype=torch.int64)


def byte_pairs_of(parts: Iterable[list[str]], size: int, lower: bool) -> Any:
    """Pairs of letters that are often beside each other, as `sentencepiece` finds them.

    Tokens are numbered from 2 on: 0 fills up, 1 is any other. Few texts have fewer than
    `size` of them.
    """
    try:
        import sentencepiece
    except ImportError:
        told = "byte pairs need a package more: pip install sentencepiece"
        raise SystemExit(told) from None
    texts = (text.lower() if lower else text for part in parts for text in part)
    model = io.BytesIO()
    options: dict[str, Any] = {"pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1}
    options |= {"num_threads": 1, "minloglevel": 2, "max_sentence_length": 2**20}
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=texts,
            model_writer=model,
            model_type="bpe",
            vocab_size=size,
            hard_vocab_limit=False,
            **options,
        )
    except RuntimeError:
        told = f"cannot learn {size} byte pairs: there are more letters, or no text"
        raise ValueError(told) from None
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def tokenize_pairs(text: Any, pairs: Any, lower: bool, length: int) -> Any:
    """The numbers of the byte pairs of a text as int64, or those of each of several.

    They are cut off or filled up to `length`, unless that is 0.
    """
    if isinstance(text, list):
        found = [tokenize_pairs(each, pairs, lower, length) for each in text]
        return torch.stack(found) if length else found
    return to_length(pairs.encode(text.lower() if lower else text), length)
