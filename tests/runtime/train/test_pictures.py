"""Pictures in folders: which are read, how they are decoded, what a look proposes, and what is refused."""

import base64
import io
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from runtime.train.look import look
from runtime.train.pieces.decode import decode_picture
from runtime.train.pieces.pictures import read_pictures

RED, BLUE = (200, 10, 20), (10, 20, 200)


def picture(file: Path, size: tuple[int, int] = (6, 4), colour: tuple[int, ...] = RED) -> Path:
    """A picture of one colour, its width and height in pixels."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(file)
    return file


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Two classes with three pictures, and what is no picture."""
    picture(tmp_path / "pets" / "dog" / "b.png")
    picture(tmp_path / "pets" / "dog" / "a.JPG", (9, 5))
    picture(tmp_path / "pets" / "cat" / "more" / "deep.bmp")
    picture(tmp_path / "pets" / "cat" / ".hidden.png")
    picture(tmp_path / "pets" / ".thumbnails" / "a.png")
    (tmp_path / "pets" / "cat" / "notes.txt").write_text("no picture")
    (tmp_path / "pets" / "empty").mkdir()
    return tmp_path / "pets"


def test_that_files_are_read_in_sorted_order_with_the_number_of_their_folder(pets: Path) -> None:
    found = read_pictures(pets, "photo", "kind", ["dog", "cat"])
    assert [file.relative_to(pets).as_posix() for file in found["photo"]] == [
        "cat/more/deep.bmp",
        "dog/a.JPG",
        "dog/b.png",
    ]
    assert (found["kind"].tolist(), found["kind"].dtype) == ([1, 0, 0], torch.int64)


def test_that_a_folder_without_labels_gives_all_pictures_in_it(pets: Path) -> None:
    assert [file.name for file in read_pictures(pets, "photo")["photo"]] == ["deep.bmp", "a.JPG", "b.png"]


@pytest.mark.parametrize(
    ("path", "classes", "sentence"),
    [
        ("nowhere", ["cat"], "there is no folder"),
        ("empty", [], "empty has no pictures (.jpg, .jpeg, .png,"),
        (".", ["cat", "dog", "fox"], "has no folder 'fox' with pictures: add pictures, or take it out of the classes"),
        (".", ["cat", "dog", "empty"], "has no folder 'empty' with pictures"),
        (".", ["cat"], "has pictures of 'dog': add it to the classes of kind, or move the folder away"),
        (".", ["cat", "dog", "../pets/cat"], "has no folder '../pets/cat' with pictures"),
    ],
)
def test_that_what_is_not_there_or_not_named_is_a_sentence(
    pets: Path, path: str, classes: list[str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_pictures(pets / path, "photo", "kind" if classes else "", classes)


# --- decoding


def test_that_a_picture_is_bytes_of_channels_height_and_width(tmp_path: Path) -> None:
    file = picture(tmp_path / "a.png")
    found = decode_picture(file)
    assert (found.dtype, found.shape, found[:, 0, 0].tolist()) == (torch.uint8, (3, 4, 6), list(RED))
    assert found.is_contiguous()
    assert torch.equal(decode_picture(file.read_bytes()), found)
    with Image.open(file) as opened:
        assert torch.equal(decode_picture(opened), found)
        assert opened.size == (6, 4)


@pytest.mark.parametrize(("mode", "channels"), [("RGB", 3), ("L", 1), ("RGBA", 4)])
@pytest.mark.parametrize("size", [None, (5, 9)])
def test_that_mode_and_size_are_those_that_are_asked_for(
    tmp_path: Path, mode: str, channels: int, size: tuple[int, int] | None
) -> None:
    assert decode_picture(picture(tmp_path / "a.jpg"), mode, size).shape == (channels, *(size or (4, 6)))


def drawn(width: int, height: int) -> Image.Image:
    """A smooth picture: dark at its top left, bright at its bottom right."""
    ramp = np.add.outer(np.linspace(0, 120, height), np.linspace(0, 130, width)).astype(np.uint8)
    return Image.fromarray(ramp).convert("RGB")


def test_that_a_size_gives_what_resizing_the_whole_picture_gives(tmp_path: Path) -> None:
    drawn(640, 480).save(tmp_path / "a.jpg", quality=95)
    with Image.open(tmp_path / "a.jpg") as opened:
        whole = np.asarray(opened.convert("RGB").resize((40, 30), Image.Resampling.BILINEAR))
    found = decode_picture(tmp_path / "a.jpg", "RGB", (30, 40)).permute(1, 2, 0).numpy()
    assert abs(found.astype(int) - whole.astype(int)).max() <= 4


@pytest.mark.parametrize("orientation", [3, 6, 8])
@pytest.mark.parametrize("size", [None, (8, 8)])
def test_that_a_picture_stands_as_its_camera_was_held(
    tmp_path: Path, orientation: int, size: tuple[int, int] | None
) -> None:
    upright = drawn(24, 16)
    turn = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright.transpose(turn).save(tmp_path / "a.png", exif=exif)
    upright.save(tmp_path / "b.png")
    assert torch.equal(decode_picture(tmp_path / "a.png", "RGB", size), decode_picture(tmp_path / "b.png", "RGB", size))


KINDS: dict[str, tuple[Callable[[], Image.Image], list[int]]] = {
    "palette.png": (lambda: Image.new("RGB", (3, 3), RED).convert("P", palette=Image.Palette.ADAPTIVE), list(RED)),
    "palette.gif": (lambda: Image.new("RGB", (3, 3), RED).convert("P", palette=Image.Palette.ADAPTIVE), list(RED)),
    "cmyk.tif": (lambda: Image.new("CMYK", (3, 3), (0, 255, 255, 0)), [255, 0, 0]),
    "sixteen.png": (lambda: Image.fromarray(np.full((3, 3), 513 * 64, np.uint16)), [128, 128, 128]),
    "sixteen.tif": (lambda: Image.fromarray(np.full((3, 3), 513 * 64, np.uint16)), [128, 128, 128]),
    "bits.png": (lambda: Image.new("1", (3, 3), 1), [255, 255, 255]),
    "gray.webp": (lambda: Image.new("L", (3, 3), 90), [90, 90, 90]),
    "clear.png": (lambda: Image.new("LA", (3, 3), (90, 0)), [90, 90, 90]),
}


@pytest.mark.parametrize("name", KINDS)
def test_that_pictures_of_every_kind_become_colours(tmp_path: Path, name: str) -> None:
    made, colour = KINDS[name]
    made().save(tmp_path / name)
    assert decode_picture(tmp_path / name)[:, 1, 1].tolist() == pytest.approx(colour, abs=2)


def test_that_a_clear_colour_of_a_palette_gives_no_warning(tmp_path: Path) -> None:
    made = Image.new("P", (3, 3), 0)
    made.putpalette([*RED, *BLUE])
    made.save(tmp_path / "a.png", transparency=b"\0\xff")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode_picture(tmp_path / "a.png")[:, 0, 0].tolist() == list(RED)
    assert decode_picture(tmp_path / "a.png", "RGBA")[3].max() == 0


def test_that_of_moving_pictures_the_first_is_taken(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (3, 3), colour) for colour in (RED, BLUE)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert decode_picture(tmp_path / "a.gif")[:, 0, 0].tolist() == pytest.approx(list(RED), abs=2)


def shortened(file: Path) -> Path:
    """The first half of a file."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return file


def fractions(file: Path) -> Path:
    Image.fromarray(np.full((3, 3), 0.5, np.float32)).save(file)
    return file


def text(file: Path) -> Path:
    file.write_text("not a picture")
    return file


@pytest.mark.parametrize(
    ("name", "made", "sentence"),
    [
        ("cat/cut.jpg", lambda file: shortened(picture(file, (90, 90))), "cat/cut.jpg cannot be decoded: "),
        ("cat/cut.png", lambda file: shortened(picture(file, (90, 90))), "cat/cut.png cannot be decoded: "),
        ("cat/text.jpg", text, "cat/text.jpg is not a picture that Pillow knows"),
        ("cat/none.jpg", lambda file: file, "cat/none.jpg cannot be decoded: No such file or directory"),
        ("cat/half.tif", fractions, "cat/half.tif cannot be decoded: it holds fractions, for which no range is known"),
    ],
)
@pytest.mark.parametrize("size", [None, (8, 8)])
def test_that_a_picture_that_cannot_be_decoded_is_named(
    tmp_path: Path, name: str, made: Callable[[Path], Path], sentence: str, size: tuple[int, int] | None
) -> None:
    (tmp_path / "cat").mkdir()
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        decode_picture(made(tmp_path / name), "RGB", size)
    assert "\n" not in str(refused.value)


def test_that_a_picture_that_would_fill_the_memory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = picture(tmp_path / "cat" / "bomb.png", (80, 60))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(ValueError, match=r"cat/bomb.png is too large to be decoded: Image size \(4800 pixels\)"):
        decode_picture(file)
    with pytest.raises(ValueError, match=r"a picture of \d+ bytes is too large"):
        decode_picture(file.read_bytes())


# --- looks


def test_that_a_look_tells_classes_sizes_and_how_pictures_look(pets: Path) -> None:
    found = look(pets)
    label = {"type": "int64[]", "classes": ["cat", "dog"]}
    assert (found["type"], found["parameters"]["fields"]) == ("data.Pictures", {"picture": "picture", "label": label})
    assert (found["name"], found["path"], found["rows"]) == ("pets", str(pets), 3)
    assert found["notes"] == ["from 4 x 6 to 5 x 9 pixels"]
    pictures, labels = found["columns"]
    assert (pictures["kind"], pictures["count"], pictures["missing"]) == ("picture", 3, 0)
    assert (labels["kind"], labels["classes"]) == ("label", [["cat", 1], ["dog", 2]])
    assert found["samples"][0] == {"picture": "cat/more/deep.bmp", "label": "cat"}
    assert [each["class"] for each in found["thumbnails"]] == ["cat", "dog", "dog"]
    with Image.open(io.BytesIO(base64.b64decode(found["thumbnails"][0]["png"]))) as small:
        assert small.size == (6, 4)


def test_that_a_look_counts_what_cannot_be_opened_and_what_is_left_out(pets: Path) -> None:
    text(pets / "dog" / "c.png")
    picture(pets / "alone.png")
    found = look(pets)
    assert found["parameters"]["bad_files"] == "skip"
    assert found["left_out"][0]["told"] in found["notes"]
    assert found["notes"] == [
        "from 4 x 6 to 5 x 9 pixels",
        "1 of 4 cannot be opened: dog/c.png",
        "1 beside the folders is left out",
    ]


@pytest.mark.parametrize("held", ["validation", "val", "Valid"])
def test_that_folders_to_train_on_and_to_hold_out_are_told_apart(tmp_path: Path, held: str) -> None:
    for part in ("train", held, "test"):
        for kind in ("cat", "dog"):
            picture(tmp_path / "pets" / part / kind / "a.png")
    found = look(tmp_path / "pets")
    assert (found["name"], found["path"], found["rows"]) == ("pets", str(tmp_path / "pets" / "train"), 2)
    assert found["parameters"]["fields"]["label"]["classes"] == ["cat", "dog"]
    assert found["parameters"]["validation_path"] == str(tmp_path / "pets" / held)
    assert found["parameters"]["test_path"] == str(tmp_path / "pets" / "test")


def test_that_a_folder_in_a_folder_is_looked_into(pets: Path) -> None:
    assert look(pets.parent)["path"] == str(pets)


def test_that_pictures_alone_have_no_labels(tmp_path: Path) -> None:
    picture(tmp_path / "all" / "b.png", (300, 200))
    found = look(tmp_path / "all")
    assert (found["parameters"]["fields"], len(found["columns"])) == ({"picture": "picture"}, 1)
    with Image.open(io.BytesIO(base64.b64decode(found["thumbnails"][0]["png"]))) as small:
        assert small.size == (96, 64)


def test_that_a_folder_without_pictures_is_none(tmp_path: Path) -> None:
    assert look(tmp_path)["problem"] == f"the folder {tmp_path.name} is empty"
    (tmp_path / "letter.doc").touch()
    assert look(tmp_path)["problem"].startswith(f"the folder {tmp_path.name} has no pictures in it, and no .csv, ")
