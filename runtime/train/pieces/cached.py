"""Pieces of programs: what took long to make is kept in files, and read where the same is asked for again."""

import hashlib
import inspect
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from runtime.train.pieces.column import Rows

LEARNT = True  # what is kept was learnt of rows
OPENED = True  # it was made of files
IN_FILE = False  # all rows may be larger than memory


def cached(
    folder: Path | None, make: Callable[..., Any], *given: Any, **named: Any
) -> Any:
    """What `make` gives; read from `folder` where it gave it before, of the same."""
    if folder is None:
        return make(*given, **named)
    key = hashlib.sha256()
    for each in content_of([make, *given, *named.items()]):
        key.update(hashlib.sha256(each).digest())
    name = f"{make.__name__}-{key.hexdigest()[:40]}"
    file, part = folder / f"{name}.pt", folder / f"{name}.{os.getpid()}.part"
    with suppress(Exception):  # whatever else lies there is made anew
        found = torch.load(file, weights_only=True)[name]
        os.utime(file)  # it was of use
        return found
    found = make(*given, **named)
    with suppress(OSError, RuntimeError):  # a full disk ends no training
        folder.mkdir(parents=True, exist_ok=True)
        torch.save({name: found}, part)
        os.replace(part, file)
    with suppress(OSError):
        part.unlink()  # of a disk that was full
    return found


def content_of(value: Any) -> Iterator[Any]:
    """All that a value depends on, as bytes: functions count by their source.

    Of a file of more than 1 MB it is the size, the time and 64 places in it.
    """
    if OPENED:
        if inspect.ismethod(value):
            value = [value.__func__, vars(value.__self__)]
        if isinstance(value, Path) and value.is_file():
            about = value.stat()
            size, large = about.st_size, about.st_size > 2**20
            yield repr((size, large and about.st_mtime_ns)).encode()
            with value.open("rb") as file:
                for place in range(0, size, max(2**14, size // 64)):
                    file.seek(place)
                    yield file.read(2**14)
            return
    if LEARNT:
        if inspect.isgenerator(value):  # before its first step: what it was given
            value = inspect.getgeneratorlocals(value)
        value = [*value.items()] if isinstance(value, dict) else value
    if isinstance(value, (list | tuple | Rows if IN_FILE else list | tuple)):
        yield repr(len(value)).encode()
        for each in value:
            yield from content_of(each)
    elif inspect.isfunction(value):
        yield "\n".join(sources_of(value, {}).values()).encode()
    elif isinstance(value, Tensor):
        yield repr((value.dtype, value.shape)).encode()
        yield value.contiguous().reshape(-1).view(torch.uint8).numpy()
    else:
        yield value if isinstance(value, bytes) else repr(value).encode()


def sources_of(function: Any, found: dict[str, str]) -> dict[str, str]:
    """The source of a function and of those beside it that it uses, by their names."""
    found[function.__name__] = text = inspect.getsource(function)
    for name in {*re.findall(r"\w+", text)} - found.keys():
        other = function.__globals__.get(name)
        beside = getattr(other, "__module__", "") == function.__module__
        if beside and inspect.isfunction(other) and name not in found:
            sources_of(other, found)
    return dict(sorted(found.items()))
