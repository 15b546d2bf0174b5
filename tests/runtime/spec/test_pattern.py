"""What an input accepts: patterns beside types that fit and types that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.spec.pattern import Pattern
from runtime.spec.tensor import (
    BATCH,
    DTYPES,
    Dim,
    Loss,
    Picture,
    Several,
    Size,
    Tensor,
    Text,
    Type,
    batched,
    parse_type,
    short,
)

T = Size("words.T")


def t(dtype: str, *shape: Dim) -> Tensor:
    """A tensor."""
    return Tensor(dtype, shape)


FITS: list[tuple[str, Type, dict[str, Dim]]] = [
    ("any", t("bool"), {}),
    ("any", Text(), {}),
    ("any", Loss(), {}),
    ("text", Text(True), {}),
    ("picture", Picture(), {}),
    ("loss", Loss(), {}),
    ("float32[]", t("float32"), {}),
    ("float32[...]", t("float32"), {}),
    ("float32[...]", t("float32", BATCH, 3, 8), {}),
    ("float[B, C]", t("float16", BATCH, 3), {"B": BATCH, "C": 3}),
    ("index[B]", t("int64", BATCH), {"B": BATCH}),
    ("number[N]", t("uint8", 4), {"N": 4}),
    ("tensor[N]", t("bool", 4), {"N": 4}),
    ("float32[..., in_features]", t("float32", 7), {"in_features": 7}),
    ("float32[..., in_features]", t("float32", BATCH, 5, 7), {"in_features": 7}),
    ("float32[B, ..., C]", t("float32", BATCH, 7), {"B": BATCH, "C": 7}),
    ("float32[B, ..., C]", t("float32", BATCH, 1, 2, 7), {"B": BATCH, "C": 7}),
    ("float32[N, N]", t("float32", 3, 3), {"N": 3}),
    ("float32[B, 3, H, W]", t("float32", BATCH, 3, T, 9), {"B": BATCH, "H": T, "W": 9}),
    ("text | float32[B, C]", t("float32", BATCH, 3), {"B": BATCH, "C": 3}),
    ("float32[B, N] | float32[B, N, L]", t("float32", BATCH, 3, 9), {"B": BATCH, "N": 3, "L": 9}),
]
DOES_NOT: list[tuple[str, Type]] = [
    ("text", Picture()),
    ("loss", t("float32")),
    ("float32[...]", Text()),
    ("float32[...]", Loss()),
    ("float32[...]", Several(t("float32"))),
    ("float32[...]", t("float64")),
    ("float[...]", t("int64")),
    ("index[...]", t("int8")),
    ("number[...]", t("bool")),
    ("float32[]", t("float32", 1)),
    ("float32[B]", t("float32")),
    ("float32[B]", t("float32", BATCH, 1)),
    ("float32[..., C]", t("float32")),
    ("float32[B, ..., C]", t("float32", BATCH)),
    ("float32[N, N]", t("float32", 3, 4)),
    ("float32[B, 3, H, W]", t("float32", BATCH, 1, 8, 8)),
    ("float32[B, 3]", t("float32", BATCH, T)),
]


@pytest.mark.parametrize(("pattern", "type", "bound"), FITS, ids=str)
def test_that_a_type_fits_and_names_its_dimensions(pattern: str, type: Type, bound: dict[str, Dim]) -> None:
    assert Pattern(pattern).bound(type) == bound


@pytest.mark.parametrize(("pattern", "type"), DOES_NOT, ids=str)
def test_that_a_type_does_not_fit(pattern: str, type: Type) -> None:
    assert Pattern(pattern).bound(type) is None


@pytest.mark.parametrize("text", ["", "float32", "float32[", "a b[c]", "float32[B] |", "|"])
def test_that_what_is_no_pattern_is_our_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="not a pattern"):
        Pattern(text).bound(Text())


def test_that_a_pattern_tells_which_dtypes_could_fit() -> None:
    assert [d for d in DTYPES if Pattern("index[B]").accepts_dtype(d)] == ["int32", "int64"]
    assert all(Pattern("any").accepts_dtype(d) for d in DTYPES)
    assert not any(Pattern("text").accepts_dtype(d) for d in DTYPES)


SAMPLES = st.builds(Tensor, st.sampled_from(DTYPES), st.lists(st.integers(0, 999_999_999), max_size=5).map(tuple))


@given(SAMPLES)
def test_that_a_type_is_read_as_it_is_shown(type: Tensor) -> None:
    assert parse_type(str(type)) == type
    assert Pattern(str(type)).bound(type) is not None
    assert short(type) == str(type).removeprefix("float32")


@pytest.mark.parametrize(
    "text", ["", "float", "float32", "float31[3]", "float32[-1]", "float32[B]", "float32[3", "float32[3,]", "Text",
             "float32[1e3]", "float32[9999999999]", "float32[3] ", "float32[3]\n", "int64[[3]]", "list", "loss"],
)  # fmt: skip
def test_that_what_is_no_type_of_a_sample_is_told_apart(text: str) -> None:
    assert parse_type(text) is None


@given(st.text())
def test_that_any_text_is_a_type_or_none(text: str) -> None:
    found = parse_type(text)
    assert found is None or parse_type(str(found)) == found


def test_that_a_batch_has_one_dimension_more() -> None:
    assert str(batched(t("int64"))) == "int64[B]"
    assert str(batched(Tensor("float32", (3, 4), 7))) == "float32[B, 3, 4]"
    assert str(batched(Text())) == "text[B]"
