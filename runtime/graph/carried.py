"""A graph inside another file: in a script, a notebook, a picture, a file of weights; each opens it again.

Reading runs nothing: of a script or notebook its text is read, of a picture or weights what stands before the rest.
"""

import base64
import io
import json
import lzma
import pickletools
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import IO

from runtime.graph.file import MOST_BYTES, Refused, dump
from runtime.graph.model import Graph

NOTEBOOK = "torchweave"  # of the metadata of a notebook
KEY = "graph"  # of the metadata of weights, and of a checkpoint, in which it comes first
SCRIPTED = "script"  # the same in a checkpoint that a script wrote: its own text, with the graph at the end
SCRIPT = "# The graph that this script was made from, which Torchweave opens again:\n# "
IN_SCRIPT = re.compile(rb"^# The graph that this script was made from, .*:\r?\n# ([A-Za-z0-9+/=]+)", re.MULTILINE)
PNG, CHUNK = b"\x89PNG\r\n\x1a\n", b"torchweave\0\0\0\0\0"  # keyword, not compressed, no language, no translation
HEAD = len(PNG) + 25  # of a picture, with its first chunk
METADATA = re.compile(rb'<metadata id="torchweave">([A-Za-z0-9+/=]+)</metadata>')
MOST_HEADER = 2 * MOST_BYTES  # what stands before the numbers of weights
FIRST = 8  # operations of a checkpoint's pickle, which are listed and not done


def in_script(text: str, graph: Graph) -> str:
    """A program with its graph in a comment at the end."""
    return f"{text}\n{SCRIPT}{_packed(graph)}\n"


def in_picture(png: bytes, graph: Graph) -> bytes:
    """A picture with its graph as a text of its own, as the PNG specification has it (iTXt)."""
    chunk = b"iTXt" + CHUNK + dump(graph).encode()
    return png[:HEAD] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[HEAD:]


def in_svg(svg: str, graph: Graph) -> str:
    """A drawing with its graph as metadata."""
    head, tag, rest = svg.rpartition("</svg>")
    return f'{head}<metadata id="torchweave">{_packed(graph)}</metadata>\n{tag}{rest}'


def contents(path: Path) -> bytes:
    """The graph that a file is or carries, as a graph's file has it; of one that is too long a byte more than may be.

    Raises OSError, and Refused for what is no plain file, such as a pipe, which would be waited for.
    """
    if path.exists() and not path.is_file():
        raise Refused("It is not a file.")
    if path.suffix.lower() in READERS and path.exists():
        if (found := carried(path)) is None:
            raise Refused("It carries no graph.")
        return found
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def carried(path: Path) -> bytes | None:
    """The graph in a file that is not one itself, as a graph's file has it; None where there is none.

    Raises OSError, and Refused for one that is not whole.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None or not path.is_file():
        return None
    with path.open("rb") as file:
        return reader(file)


def carries(path: Path) -> bool:
    """Whether a graph is in it; also where it is not whole, which whoever opens it is told."""
    try:
        return carried(path) is not None
    except Refused:
        return True
    except OSError:
        return False


def _packed(graph: Graph) -> str:
    return base64.b64encode(zlib.compress(dump(graph).encode(), 9)).decode()


def _unpacked(text: bytes) -> bytes:
    """What was packed, a byte more than a graph may have at most."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text), MOST_BYTES + 1)
    except (ValueError, zlib.error):
        raise Refused("The graph in it is not whole any more.") from None


def _of_script(file: IO[bytes]) -> bytes | None:
    found = IN_SCRIPT.findall(file.read(MOST_HEADER))
    return _unpacked(found[-1]) if found else None


def _of_svg(file: IO[bytes]) -> bytes | None:
    file.seek(max(0, file.seek(0, io.SEEK_END) - MOST_HEADER))
    found = METADATA.search(file.read())
    return _unpacked(found[1]) if found else None


def _of_picture(file: IO[bytes]) -> bytes | None:
    """It stands before the picture itself."""
    if file.read(len(PNG)) != PNG:
        return None
    while len(head := file.read(8)) == 8 and head[4:] != b"IDAT":
        length = int.from_bytes(head[:4], "big")
        if head[4:] == b"iTXt" and length <= MOST_BYTES + len(CHUNK) + 1:
            if (data := file.read(length)).startswith(CHUNK):
                return data[len(CHUNK) :]
            file.seek(4, io.SEEK_CUR)
        else:
            file.seek(length + 4, io.SEEK_CUR)
    return None


def _of_weights(file: IO[bytes]) -> bytes | None:
    """From the metadata of safetensors."""
    length = int.from_bytes(file.read(8), "little")
    try:
        header = json.loads(file.read(length)) if length <= MOST_HEADER else {}
        text = header["__metadata__"][KEY]
        return text.encode() if isinstance(text, str) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _of_notebook(file: IO[bytes]) -> bytes | None:
    """From its metadata."""
    text = file.read(MOST_HEADER + 1)
    try:
        found = json.loads(text)["metadata"][NOTEBOOK] if len(text) <= MOST_HEADER else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return json.dumps(found).encode() if isinstance(found, dict) else None


# What a file that is no checkpoint, or was made to break its reader, may raise.
BROKEN = (
    *(zipfile.BadZipFile, StopIteration, ValueError, NotImplementedError, RuntimeError, EOFError),
    *(zlib.error, lzma.LZMAError),
)


def _of_checkpoint(file: IO[bytes]) -> bytes | None:
    """From what torch.save wrote, whose pickle is only listed: its first entry."""
    try:
        with zipfile.ZipFile(file) as parts:
            name = next(each for each in parts.namelist() if each.endswith("/data.pkl"))
            with parts.open(name) as listed:
                steps = pickletools.genops(listed.read(MOST_HEADER))
                texts = [given for _, given, _ in islice(steps, FIRST) if isinstance(given, str)]
        if len(texts) > 1 and texts[0] == SCRIPTED:
            return _of_script(io.BytesIO(texts[1].encode()))
        return texts[1].encode() if len(texts) > 1 and texts[0] == KEY else None
    except BROKEN:
        return None


READERS: dict[str, Callable[[IO[bytes]], bytes | None]] = {
    ".py": _of_script,
    ".ipynb": _of_notebook,
    ".png": _of_picture,
    ".svg": _of_svg,
    ".safetensors": _of_weights,
    ".pt": _of_checkpoint,
    ".pth": _of_checkpoint,
}
