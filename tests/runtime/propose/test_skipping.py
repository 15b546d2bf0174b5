"""What of a file cannot be read: how many rows are left for it, what a careful person does then, and what is said."""

import csv
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.propose.again import as_before
from runtime.propose.columns import OUT, TARGET, Column, chosen, columns_of
from runtime.propose.propose import Proposal, dataset_only, proposed
from runtime.propose.skipping import filled, kept_of
from runtime.train.look import look
from tests.runtime.generate.cases import imported

Row = dict[str, Any]
ODD = {"few", "n.m.", "?!", "1o"}


def written(folder: Path, rows: list[Row]) -> dict[str, Any]:
    """What a look at a CSV file of these rows finds."""
    with (folder / "t.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    found = look(folder / "t.csv")
    found["parameters"]["path"] = "t.csv"
    return found


def proposal_for(found: dict[str, Any], columns: tuple[Column, ...] = (), skip: bool = True) -> Proposal:
    """What is proposed."""
    return proposed(Graph(), found, columns or columns_of(found), "t", (0.0, 0.0), skip)


def run_of(proposal: Proposal, folder: Path) -> Any:
    """The run of the proposed graph, before its first step."""
    graph = applied(Graph(), proposal.edits)
    report = check(graph)
    assert report.sound and not report.problems
    program = imported(generate(graph, report, "t").text, folder / "program.py")
    return program.prepare(program.options_from(["--epochs", "8", "--device=cpu"]))


def rows_of(run: Any) -> int:
    """How many rows are trained on, and held out."""
    return sum(map(len, run.rows.values()))


def measured(share: float) -> list[Row]:
    """A thousand rows of twenty numbers, of which such a share are words."""
    draw = random.Random(0)
    rows = []
    for _ in range(1000):
        numbers = [draw.gauss(0, 1) for _ in range(20)]
        cells = [draw.choice(sorted(ODD)) if draw.random() < share else f"{x:.4f}" for x in numbers]
        rows.append({f"x{at}": cell for at, cell in enumerate(cells)} | {"label": "ny"[sum(numbers[:4]) > 0]})
    return rows


def test_that_odd_cells_count_as_missing_where_most_rows_have_one(tmp_path: Path) -> None:
    rows = measured(0.08)
    whole = sum(ODD.isdisjoint(row.values()) for row in rows)
    assert 150 < whole < 220
    found = written(tmp_path, rows)
    proposal = proposal_for(found)
    (told,) = proposal.notes
    assert told.startswith("x0 has 81 cells that are no numbers (?!, line 14), and 19 more columns have such cells: ")
    assert told.endswith(
        f"they count as missing and are filled in, since only {whole} of 1,000 rows are left without them"
    )
    assert proposal.sentence.startswith("Impute and standardise 20 numbers")
    run = run_of(proposal, tmp_path)
    assert rows_of(run) == 1000
    figures = [event["validation"] for event in run if event["event"] == "epoch"][-1]
    assert figures["accuracy"] > 0.8


def test_that_a_run_ends_at_odd_cells_where_it_is_to_however_many_they_are(tmp_path: Path) -> None:
    proposal = proposal_for(written(tmp_path, measured(0.08)), skip=False)
    assert proposal.notes[0] == "x0 has 81 cells that are no numbers (?!, line 14); a run ends there"
    assert proposal.notes[3:] == ("17 more columns have cells that cannot be read",)
    with pytest.raises(ValueError, match=r"t.csv, line \d+: '.*' in 'x\d+' cannot be read as number"):
        run_of(proposal, tmp_path)


def test_that_another_look_lets_odd_cells_count_as_missing_as_before_unless_a_run_is_to_end_there(
    tmp_path: Path,
) -> None:
    rows = measured(0.08)
    fields = applied(Graph(), proposal_for(written(tmp_path, rows)).edits).nodes["t"].parameters["fields"]
    found = written(tmp_path, [row | {f"x{at}": "0.5" for at in range(1, 20)} for row in rows])
    columns = as_before(columns_of(found), fields)
    keeps, ends = (dataset_only(Graph(), found, columns, "t", (0.0, 0.0), skip) for skip in (True, False))
    assert keeps.edits[0][3]["fields"] == fields
    assert "odd" not in ends.edits[0][3]["fields"]["features"]
    assert ends.notes == ("x0 has 81 cells that are no numbers (?!, line 14); a run ends there",)


def test_that_few_rows_are_left_out_and_those_of_several_columns_are_told_together(tmp_path: Path) -> None:
    rows: list[Row] = [{"a": at / 2, "b": at / 3, "c": at / 7, "label": "ny"[at % 2]} for at in range(100)]
    for at, title in ((3, "a"), (3, "b"), (5, "b"), (9, "c")):
        rows[at][title] = f"word {at}"
    rows[3]["label"] = rows[7]["label"] = ""
    found = written(tmp_path, rows)
    proposal = proposal_for(found)
    assert proposal.notes == (
        "a has a cell that is no number (word 3, line 5); its row will be left out",
        "b has 2 cells that are no numbers (word 3, line 5); their rows will be left out",
        "c has a cell that is no number (word 9, line 11); its row will be left out",
        "1 more column has cells that cannot be read",
        "96 of 100 rows are left",
    )
    with pytest.warns(UserWarning, match="4 of 100 rows are left out"):
        assert rows_of(run_of(proposal, tmp_path)) == 96
    without = proposal_for(found, chosen(columns_of(found), "b", role=OUT))
    assert without.notes[-1] == "97 of 100 rows are left"


def test_that_rows_with_other_numbers_of_cells_count_too(tmp_path: Path) -> None:
    rows = "".join(f"{at}.5,{'ny'[at % 2]}\n" for at in range(60))
    (tmp_path / "t.csv").write_text(f"x,label\n{rows}few,n\n1,2,3\n# so far\n")
    found = look(tmp_path / "t.csv")
    assert proposal_for(found).notes == (
        "line 64 is a comment; it will be left out",
        "line 63 has 3 cells where 2 are titled; it will be left out",
        "x has a cell that is no number (few, line 62); its row will be left out",
        "60 of 62 rows are left",
    )


def test_that_the_classes_of_a_label_of_numbers_are_all_learnt(tmp_path: Path) -> None:
    draw = random.Random(1)
    rows: list[Row] = []
    for at in range(400):
        grade = "other" if at % 25 == 3 else at % 3 + 1
        rows.append({"x": (9 if grade == "other" else int(grade)) + draw.gauss(0, 0.2), "grade": grade})
    proposal = proposal_for(written(tmp_path, rows))
    assert proposal.notes == ()
    assert proposal.sentence.endswith("predict grade (4 classes) by cross entropy, rare classes weighted more")
    assert rows_of(run_of(proposal, tmp_path)) == 400


def test_that_rows_without_what_is_predicted_go_and_are_told_whatever_that_is(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"size": "" if at % 5 == 2 else at / 2, "sex": "" if at % 4 == 1 else "mf"[at % 3 % 2], "kind": "ab"[at % 2]}
        for at in range(100)
    ]
    found = written(tmp_path, rows)
    assert proposal_for(found).notes == ()
    as_class, as_number = (chosen(columns_of(found), title, role=TARGET) for title in ("sex", "size"))
    proposal = proposal_for(found, as_class)
    assert proposal.notes == ("sex is empty in 25 rows; they will be left out", "75 of 100 rows are left")
    assert "predict sex (2 classes)" in proposal.sentence
    with pytest.warns(UserWarning, match="25 of 100 rows are left out"):
        assert rows_of(run_of(proposal, tmp_path)) == 75
    assert proposal_for(found, as_number).notes == (
        "size is empty in 20 rows; they will be left out",
        "80 of 100 rows are left",
    )


def test_that_a_label_with_gaps_that_becomes_an_input_costs_no_rows(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"x": at / 2, "label": "" if at % 9 == 4 else "ny"[at % 2], "place": "ab"[at % 3 % 2]} for at in range(90)
    ]
    found = written(tmp_path, rows)
    assert proposal_for(found).notes == (
        "label is empty in 10 of 90 rows; their rows will be left out",
        "80 of 90 rows are left",
    )
    proposal = proposal_for(found, chosen(columns_of(found), "place", role=TARGET))
    assert proposal.notes == ()
    assert rows_of(run_of(proposal, tmp_path)) == 90


def test_that_an_input_that_costs_most_rows_is_named(tmp_path: Path) -> None:
    for at in range(20):
        Image.new("RGB", (4, 3)).save(tmp_path / f"{at}.png")
    rows: list[Row] = [
        {"photo": f"{at}.png" if at < 20 else "lost.png", "x": at / 2, "label": "ny"[at % 2]} for at in range(30)
    ]
    found = written(tmp_path, rows)
    assert proposal_for(found).notes[-1] == ("20 of 30 rows are left; leave photo out to keep 10 more")
    assert proposal_for(found, chosen(columns_of(found), "photo", role=OUT)).notes == ()


CELLS: dict[str, Any] = {
    "numbers": lambda draw: f"{draw.gauss(0, 1):.4f}",
    "few numbers": lambda draw: str(draw.randrange(5)),
    "words": lambda draw: draw.choice("abc"),
    "dates": lambda draw: f"2020-01-{draw.randrange(1, 28):02}",
    "texts": lambda draw: " ".join(draw.choices(("sun", "rain", "wind", "fog", "snow"), k=6)),
}


def spoilt(draw: random.Random, kind: str, odd: float, gaps: float) -> str:
    """A cell that may be missing, or nothing of its kind."""
    dice = draw.random()
    cell: str = CELLS[kind](draw) if dice > gaps + odd else "NA" if dice < gaps else draw.choice(("few", "-", "x1"))
    return cell


@pytest.mark.filterwarnings("ignore::UserWarning")  # of what is left out, and of rare classes
@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(6, 100))])
def test_that_as_many_rows_are_told_as_a_run_has_whatever_is_in_a_table(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    kinds = [(draw.choice([*CELLS]), draw.choice((0, 0.02, 0.08, 0.3)), draw.choice((0, 0.05, 0.3))) for _ in range(4)]
    titles = ["a", "b", "c", draw.choice(("label", "price", "last"))]
    rows = [{title: spoilt(draw, *kind) for title, kind in zip(titles, kinds, strict=True)} for _ in range(120)]
    found = written(tmp_path, [dict.fromkeys(titles, "NA"), *rows])
    columns = columns_of(found)
    able = [each.title for each in columns if each.used and TARGET in each.roles]
    columns = chosen(columns, draw.choice(able), role=TARGET) if able else columns
    proposal = proposal_for(found, columns)
    if proposal.whole:
        run = run_of(proposal, tmp_path)
        assert rows_of(run) == kept_of(found, filled(found, columns, True))[0]
        for batch in run.feed("training", 1):
            assert not any(each.isnan().any() for each in batch.values() if each.is_floating_point())
