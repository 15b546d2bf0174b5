"""Looks at files that tests propose graphs for: one of penguins, and any."""

from typing import Any

from hypothesis import strategies as some

from runtime.spec.catalogue import catalogue

NUMBERS = ["bill_length_mm", "body_mass_g"]
PENGUINS: dict[str, Any] = {
    "type": "data.Table",
    "parameters": {
        "path": "penguins.csv",
        "fields": {
            "features": {"type": "float32[2]", "columns": NUMBERS},
            "species": {"type": "int64[]", "column": "species", "classes": ["Adelie", "Chinstrap", "Gentoo"]},
            "island": {"type": "int64[]", "column": "island", "classes": ["Biscoe", "Dream"]},
            "comments": {"type": "text", "column": "comments"},
        },
    },
    "rows": 344,
    "columns": [
        {
            "title": "species",
            "kind": "category",
            "classes": [["Adelie", 152], ["Chinstrap", 68], ["Gentoo", 124]],
            "field": "species",
        },
        {"title": "island", "kind": "category", "classes": [["Biscoe", 168], ["Dream", 176]], "field": "island"},
        {"title": "bill_length_mm", "kind": "number", "low": 32.1, "high": 59.6, "field": "features"},
        {"title": "body_mass_g", "kind": "number", "low": 2700, "high": 6300, "field": "features"},
        {"title": "comments", "kind": "text", "count": 344, "missing": 318, "field": "comments"},
        {
            "title": "year",
            "kind": "number",
            "type": "float32[]",
            "classes": [["2007", 110], ["2008", 234]],
            "field": None,
        },
    ],
    "samples": [{"species": "Adelie", "island": "Dream", "bill_length_mm": "39.1", "body_mass_g": "3750"}],
}
TITLES = (
    "label",
    "batches",
    "price",
    "class",
    "Größe",
    "loss",
    "features",
    "a b",
    "a_b",
    "hidden",
    "input",
    "x",
    "y",
    "id",
)
KINDS = ("number", "category", "text", *(["picture"] if "transform.Decode" in catalogue() else []))
TYPES = (
    "float32[]",
    "float32[7]",
    "int64[]",
    "int64[12]",
    "uint8[3, 8, 8]",
    "uint8[1, 28, 28]",
    "float32[16, 16]",
    "float32[4, 5, 6, 7]",
    "float64[3]",
    "bool[]",
    "bool[4]",
    "uint8[5]",
    "float32[1, 1, 1]",
    "text",
)


@some.composite
def tables(draw: Any) -> dict[str, Any]:
    """A look at a table of any columns."""
    titles = draw(some.lists(some.sampled_from(TITLES), min_size=1, max_size=8, unique=True))
    fields: dict[str, Any] = {}
    columns, numbers = [], []
    for at, title in enumerate(titles):
        kind = draw(some.sampled_from(KINDS))
        counts = draw(some.lists(some.integers(1, 500), min_size=1, max_size=5))
        facts = {"title": title, "kind": kind, "missing": draw(some.sampled_from((0, 3))), "field": f"f_{at}"}
        if kind == "number":
            numbers.append(title)
            facts["field"] = "features"
        elif kind == "category":
            names = [str(number) for number in range(len(counts))]
            facts["classes"] = [list(pair) for pair in zip(names, counts, strict=True)]
            fields[f"f_{at}"] = {"type": "int64[]", "column": title, "classes": names}
        else:
            fields[f"f_{at}"] = {"type": kind, "column": title}
        columns.append(facts)
    if numbers:
        fields = {"features": {"type": f"float32[{len(numbers)}]", "columns": numbers}} | fields
        if "transform.Impute" in catalogue() and any(each["missing"] for each in columns if each["kind"] == "number"):
            fields["features"]["missing"] = "keep"
    rows = draw(some.sampled_from((5, 150, 20_000, 1_000_000)))
    return {
        "type": "data.Table",
        "parameters": {"path": "any.csv", "fields": fields},
        "rows": rows,
        "columns": draw(some.sampled_from((columns, []))),
    }


@some.composite
def arrays(draw: Any) -> dict[str, Any]:
    """A look at arrays of any types, of which no more is known."""
    found = draw(some.lists(some.sampled_from(TYPES), min_size=1, max_size=5))
    fields: dict[str, Any] = {f"array_{at}": type for at, type in enumerate(found)}
    if draw(some.booleans()):
        fields["label"] = {"type": "int64[]", "classes": ["no", "yes"]}
    return {"type": "data.Arrays", "parameters": {"path": "any.npz", "fields": fields}, "rows": 300}
