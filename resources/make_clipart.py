"""Cuts Debian's Open Clip Art Library (drawings with titles, in folders) down to the data of the examples.

Run by hand when the data should be made anew; Torchweave itself never needs this file:

    apt-get download openclipart-png openclipart-svg
    for package in openclipart-*.deb; do dpkg -x "$package" clipart; done
    python resources/make_clipart.py clipart/usr/share/openclipart -o resources/examples/data
"""

import argparse
import csv
import html
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

CLASSES = 10
SIDE = 48
TITLE_LENGTH = 80
PICTURES = 60  # of each class that are files of their own
LARGEST_PICTURE = 4_000_000  # pixels; a handful reach 600 million and would only cost memory
NEAR = 0.25  # share of a drawing's ink by which two pictures have to differ to count as two
SERIES = 5  # a title that more drawings of a folder share ("card") names a series; the rest of it is left out
# Folders that mix unrelated things, or hold thousands of variations of one drawing: nothing to learn there.
UNSUITABLE = {"computer", "shapes", "signs_and_symbols", "special", "unsorted"}
# Titles with somebody's address, and drawings that not everybody wants to meet in a tutorial.
UNWANTED = re.compile(r"@|\b(sexy|stripper|pantyhose\d*|gallows|atomic)\b", re.IGNORECASE)
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
PUBLIC_DOMAIN = "publicdomain"

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Drawing:
    """One row of the data: a picture `[3, SIDE, SIDE]`, its title, its folder, and facts of the original."""

    picture: Picture
    title: str
    folder: str
    width: int  # pixels of the original
    height: int
    shapes: int  # elements of the svg file: how much work went into it


def local_name(element: ElementTree.Element) -> str:
    """The tag without its namespace, of which the library uses several generations."""
    return element.tag.rpartition("}")[2]


def is_public_domain(drawing: ElementTree.Element) -> bool:
    """Whether the drawing names a licence, and names no other than the public domain."""
    licences = [
        value for element in drawing.iter() if local_name(element) == "license" for value in element.attrib.values()
    ]
    plain = [licence.replace(" ", "").rstrip("/").lower() for licence in licences]
    return bool(plain) and all(licence.endswith(PUBLIC_DOMAIN) for licence in plain)


def title_of(drawing: ElementTree.Element) -> str:
    """The drawing's own title in one line without control characters; its publisher and author have titles, too."""
    work = next((element for element in drawing.iter() if local_name(element) == "Work"), None)
    text = "" if work is None else work.findtext(f"{DUBLIN_CORE}title") or ""
    text = html.unescape(text)
    visible = "".join(" " if unicodedata.category(sign).startswith(("C", "Z")) else sign for sign in text)
    return " ".join(visible.split())[:TITLE_LENGTH].strip()


def shrink(path: Path) -> tuple[Picture, tuple[int, int]] | None:
    """The picture on white without its margin, its longer side fitted to SIDE, and the width and height that it had.

    None if it is blank or too large.
    """
    Image.MAX_IMAGE_PIXELS = None  # opening reads the size only; the limit below comes before any pixel is unpacked
    with Image.open(path) as opened:
        if opened.width * opened.height > LARGEST_PICTURE:
            return None
        picture = opened.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    inked = ImageChops.invert(white.convert("RGB")).getbbox()
    if inked is None:
        return None
    drawing = white.convert("RGB").crop(inked)
    scale = SIDE / max(drawing.size)
    size = (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale)))
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(drawing.resize(size, Image.Resampling.BOX), ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return np.ascontiguousarray(np.asarray(square, dtype=np.uint8).transpose(2, 0, 1)), drawing.size


def read(path: Path, picture_path: Path, folder: str) -> Drawing | None:
    """The drawing of one svg file and the png file beside it, or nothing where it is not to be used."""
    root = ElementTree.parse(path).getroot()
    title = title_of(root)
    if not title or UNWANTED.search(title) or not is_public_domain(root) or not picture_path.exists():
        return None
    shrunk = shrink(picture_path)
    shapes = sum(1 for _ in root.iter())
    return None if shrunk is None else Drawing(shrunk[0], title, folder, *shrunk[1], shapes)


def read_all(library: Path) -> list[Drawing]:
    """Every drawing of the suitable folders, in the order of their paths, whatever the file system says."""
    drawings = []
    for path in sorted((library / "svg").rglob("*.svg"), key=lambda path: path.as_posix()):
        place = path.relative_to(library / "svg")
        if place.parts[0] not in UNSUITABLE:
            drawings.append(read(path, library / "png" / place.with_suffix(".png"), place.parts[0]))
    return [drawing for drawing in drawings if drawing is not None]


def is_near(picture: Picture, others: Picture) -> bool:
    """Whether a picture looks like one of the others, so that seeing that one in training would give it away."""
    away = np.abs(others.astype(np.int16) - picture).mean(axis=(1, 2, 3))
    ink = np.minimum((255 - others).mean(axis=(1, 2, 3)), (255 - picture).mean())
    return bool((away < NEAR * ink).any())


def without_repeats(drawings: list[Drawing]) -> list[Drawing]:
    """The drawings without those that look like one before, and without what a series has beyond SERIES."""
    kept: list[Drawing] = []
    pictures = np.zeros((len(drawings), 3, SIDE, SIDE), np.uint8)
    series: Counter[tuple[str, str]] = Counter()
    for drawing in drawings:
        name = (drawing.folder, drawing.title.casefold())
        if series[name] < SERIES and not is_near(drawing.picture, pictures[: len(kept)]):
            series[name] += 1
            pictures[len(kept)] = drawing.picture
            kept.append(drawing)
    return kept


def of_largest_folders(drawings: list[Drawing]) -> list[Drawing]:
    """The drawings of the largest folders, in their order."""
    counts = Counter(drawing.folder for drawing in drawings)
    largest = sorted(sorted(counts), key=lambda folder: -counts[folder])[:CLASSES]
    return [drawing for drawing in drawings if drawing.folder in largest]


def save_arrays(rows: list[Drawing], path: Path) -> None:
    """Writes arrays that load without pickle; equal drawings give equal bytes."""
    names = sorted({row.folder for row in rows})
    np.savez_compressed(
        path,
        picture=np.stack([row.picture for row in rows]),
        title=np.array([row.title for row in rows]),
        label=np.array([names.index(row.folder) for row in rows], dtype=np.int64),
        label_names=np.array(names),
    )
    kept = Counter(row.folder for row in rows)
    print(f"{len(rows)} drawings, {path.stat().st_size:,} bytes:", ", ".join(f"{name} {kept[name]}" for name in names))


def save_titles(rows: list[Drawing], path: Path) -> None:
    """Writes a table of titles and folders, with tabs."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(["title", "folder"])
        table.writerows([row.title, row.folder] for row in rows)


def save_pictures(rows: list[Drawing], folder: Path) -> None:
    """Writes PICTURES of each class as files, a folder a class, and beside them a table of all."""
    written: Counter[str] = Counter()
    lines = []
    for row in rows:
        if written[row.folder] < PICTURES:
            written[row.folder] += 1
            place = folder / row.folder / f"{written[row.folder]:03}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(row.picture.transpose(1, 2, 0)).quantize(32).save(place, optimize=True)
            name = f"{folder.name}/{row.folder}/{place.name}"
            lines.append([name, row.title, row.width, row.height, row.shapes, row.folder])
    with folder.with_suffix(".csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["picture", "title", "width", "height", "shapes", "folder"])
        table.writerows(lines)


def main() -> None:
    """Reads the two folders that the packages hold, `svg` and `png`, and writes the data of the examples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path, help="the folder that holds svg and png")
    parser.add_argument("-o", "--output", type=Path, default=Path(), help="the folder to write into")
    arguments = parser.parse_args()
    rows = of_largest_folders(without_repeats(read_all(arguments.library)))
    save_arrays(rows, arguments.output / "clipart.npz")
    save_titles(rows, arguments.output / "titles.tsv")
    save_pictures(rows, arguments.output / "drawings")


if __name__ == "__main__":
    main()
