"""Data sets that people know, as files, with what a person sees in each of their columns."""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from editor.dropping.columns import KIND, ROLE
from runtime.places import EXAMPLES
from runtime.propose.columns import CATEGORY, DATE, INPUT, NUMBER, OUT, PICTURE, TARGET, TENSOR, TEXT

TESTS, SHIPPED = Path(__file__).parents[2] / "data", EXAMPLES / "data"
Guess = dict[str, tuple[str, str]]  # kind and role of each column by its title
ACCURACY, R2 = "accuracy", "r2_score"


@dataclass(frozen=True)
class Known:
    """A data set: the file in a folder, what the sheet must guess, what a person changes, and what is learnt of it."""

    file: Callable[[Path], Path]
    guess: Guess
    least: float  # the figure of the rows that are held out
    changes: tuple[tuple[str, int, str], ...] = ()  # column, KIND or ROLE, word
    target: str = ""  # another one than was guessed
    figure: str = ACCURACY


def inputs(titles: Iterable[str], kind: str = NUMBER) -> Guess:
    """Columns of one kind that the model gets."""
    return dict.fromkeys(titles, (kind, INPUT))


def written(file: Path, titles: Iterable[str], rows: Iterable[Iterable[Any]]) -> Path:
    """A CSV file."""
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([titles, *rows])
    return file


def of_sklearn(name: str, title: str = "target", **how: Any) -> Callable[[Path], Path]:
    """A set of scikit-learn as a CSV file with its own titles; classes by their names."""

    def write(folder: Path) -> Path:
        data = loaded(name, **how)
        classes = list(map(str, data.get("target_names", [])))
        told = [classes[each] if classes else each for each in data.target.tolist()]
        rows = [[*row, label] for row, label in zip(data.data.tolist(), told, strict=True)]
        return written(folder / f"{name}.csv", [*data.feature_names, title], rows)

    return write


def loaded(name: str, **how: Any) -> Any:
    """A set of scikit-learn."""
    from sklearn import datasets

    return getattr(datasets, f"load_{name}")(**how)


def digits_as_arrays(folder: Path) -> Path:
    """The pictures and labels of scikit-learn's digits."""
    digits = loaded("digits")
    np.savez(folder / "digits.npz", image=digits.images.astype("float32"), label=digits.target)
    return folder / "digits.npz"


def irises_as_lines(folder: Path) -> Path:
    """Irises, an object a line."""
    iris = loaded("iris")
    rows = [dict(zip(iris.feature_names, row, strict=True)) for row in iris.data.tolist()]
    told = [row | {"species": str(iris.target_names[at])} for row, at in zip(rows, iris.target, strict=True)]
    file = folder / "iris.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in told), encoding="utf-8")
    return file


def a_million_rows(folder: Path) -> Path:
    """Ten numbers and two categories, of which some numbers and one category tell the label."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    drawn, rows = np.random.default_rng(0), 1_000_000
    numbers = drawn.normal(size=(rows, 10)).astype("float32")
    colour, region = drawn.integers(0, 4, rows), drawn.integers(0, 6, rows)
    score = numbers[:, 0] + numbers[:, 1] * numbers[:, 2] + np.array([-1, 0, 0.5, 1])[colour]
    columns: dict[str, Any] = {f"x{at}": numbers[:, at] for at in range(10)}
    columns["colour"] = np.array(["red", "green", "blue", "grey"])[colour]
    columns["region"] = np.array(list("abcdef"))[region]
    columns["label"] = np.where(score + 0.3 * drawn.normal(size=rows) > 0.5, "yes", "no")
    pq.write_table(pa.table(columns), folder / "million.parquet")
    return folder / "million.parquet"


BIRD_NUMBERS = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
BIRDS = (
    {"species": (CATEGORY, TARGET)}
    | inputs(["island"], CATEGORY)
    | inputs(BIRD_NUMBERS)
    | inputs(["sex"], CATEGORY)
    | inputs(["year"])
)
BIRDS_AS_WRITTEN_DOWN = (
    inputs(["studyName"], CATEGORY)
    | {
        "Sample Number": (NUMBER, INPUT),
        "Species": (CATEGORY, TARGET),
        "Region": (CATEGORY, OUT),
        "Island": (CATEGORY, INPUT),
        "Stage": (CATEGORY, OUT),
        "Individual ID": (TEXT, OUT),
        "Clutch Completion": (CATEGORY, INPUT),
        "Date Egg": (DATE, INPUT),
        "Sex": (CATEGORY, INPUT),
        "Comments": (CATEGORY, OUT),
    }
    | inputs(["Culmen Length (mm)", "Culmen Depth (mm)", "Flipper Length (mm)", "Body Mass (g)"])
    | inputs(["Delta 15 N (o/oo)", "Delta 13 C (o/oo)"])
)
PASSENGERS: Guess = {
    "name": (TEXT, OUT),
    "class": (CATEGORY, INPUT),
    "age": (NUMBER, INPUT),
    "sex": (CATEGORY, INPUT),
    "survived": (CATEGORY, TARGET),
}
PIXELS = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
BLANK = dict.fromkeys(("pixel_0_0", "pixel_4_0", "pixel_4_7"), (NUMBER, OUT))
DRAWINGS = inputs(["picture"], PICTURE) | inputs(["title"], TEXT) | inputs(["width", "height", "shapes"])
ARRAYS: Guess = {"image": (TENSOR, INPUT), "label": (CATEGORY, TARGET)}
FOLDER: Guess = {"folder": (CATEGORY, TARGET)}

IRISES = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
WINES = """alcohol malic_acid ash alcalinity_of_ash magnesium total_phenols flavanoids nonflavanoid_phenols
    proanthocyanins color_intensity hue od280/od315_of_diluted_wines proline""".split()
CELLS = ("radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points")
NUCLEI = [
    pattern.format(each)
    for pattern in ("mean {}", "{} error", "worst {}")
    for each in (*CELLS, "symmetry", "fractal dimension")
]
PATIENTS = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")

KNOWN: dict[str, Known] = {
    "irises as JSON lines": Known(
        irises_as_lines,
        inputs(IRISES) | {"species": (CATEGORY, TARGET)},
        0.85,
    ),
    "penguins": Known(lambda _: SHIPPED / "penguins.csv", BIRDS, 0.9),
    "penguins by mass": Known(lambda _: SHIPPED / "penguins.csv", BIRDS, 0.5, target="body_mass_g", figure=R2),
    "penguins as written down": Known(
        lambda _: TESTS / "penguins-raw.csv", BIRDS_AS_WRITTEN_DOWN, 0.9, (("Sample Number", ROLE, OUT),)
    ),
    "titanic": Known(lambda _: TESTS / "titanic.csv", PASSENGERS, 0.72),
    "digits as a table": Known(
        of_sklearn("digits", "digit"), inputs(PIXELS) | BLANK | {"digit": (CATEGORY, TARGET)}, 0.9
    ),
    "digits as arrays": Known(digits_as_arrays, ARRAYS, 0.9),
    "wine": Known(of_sklearn("wine", "class"), inputs(WINES) | {"class": (CATEGORY, TARGET)}, 0.85),
    "breast cancer": Known(
        of_sklearn("breast_cancer", "diagnosis"),
        inputs(NUCLEI) | {"diagnosis": (CATEGORY, TARGET)},
        0.9,
    ),
    "diabetes": Known(
        of_sklearn("diabetes", scaled=False),
        inputs(PATIENTS) | {"target": (NUMBER, TARGET)},
        0.2,
        (("sex", KIND, CATEGORY),),
        figure=R2,
    ),
    "Fashion-MNIST": Known(lambda _: TESTS / "fashion" / "train-images-idx3-ubyte.gz", ARRAYS, 0.65),
    "drawings in folders": Known(
        lambda _: SHIPPED / "drawings", inputs(["picture"], PICTURE) | {"label": (CATEGORY, TARGET)}, 0.2
    ),
    "drawings and titles": Known(lambda _: SHIPPED / "drawings.csv", DRAWINGS | FOLDER, 0.15),
    "titles": Known(lambda _: SHIPPED / "titles.tsv", inputs(["title"], TEXT) | FOLDER, 0.4),
    "a million rows": Known(
        a_million_rows,
        inputs([f"x{at}" for at in range(10)]) | inputs(["colour", "region"], CATEGORY) | {"label": (CATEGORY, TARGET)},
        0.85,
    ),
}
