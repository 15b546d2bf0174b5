"""Columns: what a look tells of them, which is guessed to be the target, and what a choice makes of the fields."""

from runtime.propose.again import as_before
from runtime.propose.columns import OUT, TARGET, chosen, columns_of
from runtime.propose.fields import fields_for
from tests.runtime.propose.looks import NUMBERS, PENGUINS

FIELDS = PENGUINS["parameters"]["fields"]


def target(look: dict[str, object]) -> str | None:
    """The title of the column that is guessed to be predicted."""
    return next((each.title for each in columns_of(look) if each.role == TARGET), None)


def table(*titles: str, numbers: tuple[str, ...] = ()) -> dict[str, object]:
    """A table of categories and numbers, in this order."""
    facts: list[dict[str, object]] = [{"title": each, "kind": "number", "field": "features"} for each in numbers]
    facts += [{"title": each, "kind": "category", "classes": [["a", 1], ["b", 1]], "field": each} for each in titles]
    fields: dict[str, object] = {each: {"type": "int64[]", "column": each, "classes": ["a", "b"]} for each in titles}
    if numbers:
        fields["features"] = {"type": f"float32[{len(numbers)}]", "columns": list(numbers)}
    return {"type": "data.Table", "parameters": {"fields": fields}, "columns": facts}


def test_that_fields_stay_as_they_were_looked_at_where_nothing_is_chosen() -> None:
    assert fields_for(columns_of(PENGUINS)) == FIELDS


def test_that_a_look_without_facts_gives_the_same_columns() -> None:
    bare = {name: value for name, value in PENGUINS.items() if name != "columns"}
    assert [each.title for each in columns_of(bare)] == [*NUMBERS, "species", "island", "comments"]
    assert fields_for(columns_of(bare)) == FIELDS


def test_that_a_column_called_like_a_label_is_the_target() -> None:
    assert target(PENGUINS) == "species"
    assert target(table("Survived", "sex", numbers=("age",))) == "Survived"


def test_that_the_last_column_is_the_target_where_no_title_tells() -> None:
    assert target(table("colour", "cut")) == "cut"
    assert target(table(numbers=("age", "bmi", "progression"))) == "progression"


def test_that_a_lone_column_is_no_target() -> None:
    assert target(table("label")) is None


def test_that_another_target_takes_the_place_of_the_one_there_was() -> None:
    changed = chosen(columns_of(PENGUINS), "island", role=TARGET)
    assert [each.title for each in changed if each.role == TARGET] == ["island"]


def test_that_a_number_that_is_the_target_leaves_the_features() -> None:
    fields = fields_for(chosen(columns_of(PENGUINS), "body_mass_g", role=TARGET))
    assert fields["features"] == {"type": "float32[1]", "columns": ["bill_length_mm"]}
    assert fields["body_mass_g"] == {"type": "float32[]", "column": "body_mass_g"}


def test_that_a_number_becomes_a_category_and_a_category_text() -> None:
    columns = chosen(columns_of(PENGUINS), "year", kind="category", role="input")
    fields = fields_for(chosen(columns, "island", kind="text"))
    assert fields["year"] == {"type": "int64[]", "column": "year", "classes": ["2007", "2008"]}
    assert fields["island"] == {"type": "text", "column": "island"}


def test_that_a_column_that_is_left_out_is_read_no_more() -> None:
    fields = fields_for(chosen(chosen(columns_of(PENGUINS), "comments", kind=OUT), "body_mass_g", role=OUT))
    assert list(fields) == ["features", "species", "island"]
    assert fields["features"]["columns"] == ["bill_length_mm"]


def test_that_another_look_keeps_what_was_chosen_and_takes_new_classes() -> None:
    own = {
        "kind_of_bird": {"type": "int64[]", "column": "species", "classes": ["Adelie"]},
        "numbers": {"type": "float32[1]", "columns": ["body_mass_g"]},
    }
    fields = fields_for(as_before(columns_of(PENGUINS), own))
    assert fields["numbers"] == {"type": "float32[1]", "columns": ["body_mass_g"]}
    assert fields["kind_of_bird"]["classes"] == ["Adelie", "Chinstrap", "Gentoo"]
    assert len(fields) == 2
