"""Texts of files: a line each, or a file each in a folder a class."""

from typing import Any

from runtime.check.rules.repairs import Candidate
from runtime.nodes.declared import FromFile, FromFolder, declared_types
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Misfit, node
from runtime.spec.parameter import Bool, Choice, Fields, Path
from runtime.spec.tensor import Tensor, Text, Type


@node("data.Lines", "dataset", "sample", words="txt text lines sentences corpus language file nlp")
class Lines(FromFile):
    """Lines of a text file, one a sample; empty ones are left out."""

    path = Path("The text file, in UTF-8 or UTF-16, relative to the graph.")
    fields = Fields("Name of the text.", {})
    in_memory = Bool(
        "Keep all rows in memory; if not, they lie in a file and are read as batches need them, "
        "for data larger than memory.",
        True,
    )
    example = Example(path="sentences.txt", fields={"text": "text"})

    def rule(self) -> dict[str, Type] | Misfit:
        found = declared_types(self.fields)
        texts = [name for name, type in found.items() if isinstance(type, Text)]
        return _only(self.fields, found, texts[:1], "gives one text a line") or found

    def read(self) -> Code:
        reader = "read_lines" if self.in_memory else "read_lines_in_parts"
        return call(reader, Code("path"), next(iter(self.fields)))


@node("data.Texts", "dataset", "sample", words="txt text folder documents reviews imdb sentiment classes files nlp")
class Texts(FromFolder):
    """Text files in a folder, one a sample; where it holds a folder for each class, with their labels."""

    path = Path("The folder, relative to the graph; in it a folder for each class, or texts alone.", folder=True)
    fields = Fields("Name of the texts, and name of the labels and their classes, which are the folders.", {})
    bad_files = Choice(
        "What becomes of files that are no text in UTF-8 or UTF-16: they end the run, or are left out.",
        ("refuse", "skip"),
        "refuse",
    )
    example = Example(path="reviews", fields={"text": "text", "label": {"type": "int64[]", "classes": ["neg", "pos"]}})

    def rule(self) -> dict[str, Type] | Misfit:
        found = declared_types(self.fields)
        texts = [name for name, type in found.items() if isinstance(type, Text)]
        labels = [name for name, type in found.items() if type == Tensor("int64", (), _count(self.fields[name]))]
        if wrong := _only(self.fields, found, [*texts[:1], *labels[:1]], "gives texts and their labels with classes"):
            return wrong
        if found and not texts:
            more = (("set", "{node}", "fields", {"text": "text", **self.fields}),)
            return Misfit("has no field of type text", None, (("Add text", more),))
        return found

    def read(self) -> Code:
        names = {isinstance(type, Text): name for name, type in declared_types(self.fields).items()}
        kept = {"kept": Code("without_bad_texts")} if self.bad_files == "skip" else {}
        if False not in names:
            return call("read_texts", Code("path"), names[True], **kept)
        label = names[False]
        return call("read_texts", Code("path"), names[True], label, self.fields[label]["classes"], **kept)


def _only(fields: dict[str, Any], found: dict[str, Type], given: list[str], gives: str) -> Misfit | None:
    """A field that such files do not have."""
    extra = next((name for name in found if name not in given), None)
    if extra is None:
        return None
    rest = {name: about for name, about in fields.items() if name != extra}
    leave: Candidate = (f"Leave out {extra}", (("set", "{node}", "fields", rest),))
    return Misfit(f"{gives}, so that {extra} cannot be {found[extra]}", None, (leave,))


def _count(about: Any) -> int:
    """How many classes a field has; at least one makes it a label."""
    return len(about.get("classes") or ()) if isinstance(about, dict) else 0
