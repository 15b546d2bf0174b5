"""Repairs for tensors that meet and differ in size: other channels, pictures that are padded or resized."""

from collections.abc import Sequence
from typing import Any

from runtime.check.rules.repairs import Candidate, insert
from runtime.spec.tensor import Tensor

Place = tuple[str, int | None]  # a port, and the number of the wire into it
NEAR = 4  # points by which pictures differ where windows took their borders


def sides_alike(tensors: Sequence[Tensor], places: Sequence[Place]) -> tuple[Candidate, ...]:
    """Pictures or series of several sizes: pad the smaller ones, or bring them to the size of the largest."""
    sides = [tensor.shape[2:] for tensor in tensors]
    if not sides[0] or len({len(each) for each in sides}) > 1:
        return ()
    known = [[size for size in each if isinstance(size, int)] for each in sides]
    if any(len(sizes) < len(sides[0]) for sizes in known):
        return ()
    most = [max(sizes) for sizes in zip(*known, strict=True)]
    small = [(place, sizes) for place, sizes in zip(places, known, strict=True) if sizes != most]
    if not small:
        return ()
    pads, sized = list[Any](), list[Any]()
    for (port, at), sizes in small:
        lacks = [large - size for large, size in zip(most, sizes, strict=True)][::-1]
        pad = [end for lack in lacks for end in (lack // 2, lack - lack // 2)]
        pads.append(("insert", "F.pad", {"pad": pad}, port, at))
        sized.append(("insert", "nn.Upsample", {"size": most}, port, at))
    size = " x ".join(map(str, most))
    padded = (f"Pad the smaller ones to {size} with F.pad", tuple(pads))
    resized = (f"Bring the smaller ones to {size} with nn.Upsample", tuple(sized))
    near = all(
        large - size <= min(NEAR, size / 2) for _, sizes in small for large, size in zip(most, sizes, strict=True)
    )
    return (padded, resized) if near else (resized, padded)


def channels_alike(input: Tensor, other: Tensor, port: str) -> tuple[Candidate, ...]:
    """Feature maps that differ in their channels alone: a layer gives as many as the other has."""
    if input.rank < 3 or input.rank != other.rank or input.shape[2:] != other.shape[2:]:
        return ()
    found = list[Candidate]()
    for here, size in ((port, input.shape[1]), ("input", other.shape[1])):
        if isinstance(size, int):
            found.append((f"Let the last layer before {here} give {size} channels", (("widen", here, size),)))
    size = input.shape[1]
    if isinstance(size, int) and input.rank <= 5:
        type_name = f"nn.Conv{input.rank - 2}d"
        found.append(
            insert(type_name, f"Insert {type_name} to {size} before {port}", port, out_channels=size, kernel_size=1)
        )
    return tuple(found)
