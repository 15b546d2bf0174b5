"""Pictures in folders, and how they become numbers."""

from typing import Any

from runtime.check.rules.repairs import Candidate
from runtime.check.rules.windows import pair, shown
from runtime.nodes.declared import FromFolder, declared_types
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Choice, Fields, Path, Sizes
from runtime.spec.tensor import Dim, Picture, Size, Tensor, Type

CHANNELS = {"RGB": 3, "L": 1, "RGBA": 4}


@node("data.Pictures", "dataset", "sample", words="image images folder folders jpg jpeg png photos files imagefolder")
class Pictures(FromFolder):
    """Pictures in a folder; where it holds a folder for each class, with their labels."""

    path = Path(
        "The folder, relative to the graph; in it a folder for each class, or pictures without labels.", folder=True
    )
    fields = Fields("Name of the pictures, and name of the labels and their classes, which are the folders.", {})
    bad_files = Choice(
        "What becomes of pictures that cannot be decoded: they end the run, or all are tried and those left out.",
        ("refuse", "skip"),
        "refuse",
    )
    example = Example(
        path="photos",
        fields={"picture": "picture", "label": {"type": "int64[]", "classes": ["cat", "dog", "fox"]}},
    )

    def rule(self) -> dict[str, Type] | Misfit:
        found = declared_types(self.fields)
        if not found:
            return found
        pictures = [name for name, type in found.items() if isinstance(type, Picture)]
        labels = [name for name, type in found.items() if type == Tensor("int64", (), _count(self.fields[name]))]
        extra = next((name for name in found if name not in (*pictures[:1], *labels[:1])), None)
        if extra is not None:
            why = f"gives pictures and their labels, int64[] with classes, so that {extra} cannot be {found[extra]}"
            return Misfit(why, None, (self._without(extra),))
        if not pictures:
            more = (("set", "{node}", "fields", {"picture": "picture", **self.fields}),)
            return Misfit("has no field of type picture", None, (("Add picture", more),))
        return found

    def _without(self, name: str) -> Candidate:
        rest = {other: about for other, about in self.fields.items() if other != name}
        return f"Leave out {name}", (("set", "{node}", "fields", rest),)

    def read(self) -> Code:
        types = declared_types(self.fields)
        names = {isinstance(type, Picture): name for name, type in types.items()}
        kept = {"kept": Code("without_bad_pictures")} if self.bad_files == "skip" else {}
        if False not in names:
            return call("read_pictures", Code("path"), names[True], **kept)
        label = names[False]
        return call("read_pictures", Code("path"), names[True], label, self.fields[label]["classes"], **kept)


def _count(about: Any) -> int:
    """How many classes a field has; at least one makes it a label."""
    return len(about.get("classes") or ()) if isinstance(about, dict) else 0


@node("transform.Decode", "transform", "sample", words="open load read picture image jpg png pil rgb gray")
class Decode:
    """Make numbers from 0 to 255 of a picture, as it is or in a size of its own."""

    input = Input("picture", "A picture that is not decoded yet.")
    output = Output("The picture as uint8[C, H, W]; without a size each has its own height and width.")
    mode = Choice(
        "Its channels: red, green and blue (RGB), with transparency (RGBA), or gray (L).", tuple(CHANNELS), "RGB"
    )
    size = Sizes("Height and width that all pictures get; one number gives a square.", None, least=1, length=2)
    keep = Bool(
        "Decode all pictures once before training and keep them in memory, a byte a number; they need a size.", False
    )
    example = Example(size=[16, 16])

    id: str
    names_sizes = True  # of pictures that keep theirs
    one_by_one = True
    whole = False

    @property
    def kept(self) -> bool:
        return self.keep and self.size is not None

    def rule(self, input: Picture) -> Tensor | Misfit:
        if self.keep and self.size is None:
            sized = ("Set size to 224", (("set", "{node}", "size", [224, 224]),))
            dropped = ("Decode them in every epoch", (("unset", "{node}", "keep"),))
            return Misfit("keeps pictures of one size alone, and each has its own", None, (sized, dropped))
        own: tuple[Dim, Dim] = (Size(f"{self.id}.H"), Size(f"{self.id}.W"))
        return Tensor("uint8", (CHANNELS[self.mode], *(own if self.size is None else pair(self.size))))

    def forward(self, input: Code) -> Code:
        size = {} if self.size is None else {"size": pair(self.size)}
        decode = "decode_pictures" if self.whole else "decode_picture"
        return call(decode, input, *([self.mode] if self.mode != "RGB" else []), **size)

    def summary(self) -> str:
        size = "" if self.size is None else f", {shown(self.size, 2)}"
        return f"{self.mode}{size}{', kept' if self.keep else ''}"
