"""Python in a graph is inert until it is trusted: by hash in the user's settings, or because we ship it.

A text is trusted as it stands, files of the user's by their folder (`runtime.spec.python.Python.to_trust`).
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from runtime.graph.model import Graph
from runtime.nodes.own import A_FUNCTION, A_MODULE
from runtime.places import read_settings, write_setting
from runtime.spec.own import own_sources

KEY = "trusted"
HERE = Path()


def fingerprint(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()  # a paste may bring half characters


SHIPPED = (
    "d7dc02b348e092604860068c2df35909b04becbd569478cfc4254b4356f30c66",  # the texts of our own examples
    *map(fingerprint, (A_FUNCTION, A_MODULE)),  # and those of fresh nodes
)


def untrusted(graph: Graph, folder: Path = HERE) -> tuple[tuple[str, str], ...]:
    """(node, text) of all Python of the graph that nobody has trusted yet; a file stands for its folder.

    `folder` is the one that paths in the graph are relative to.
    """
    texts = [(own.node, own.python.to_trust(folder)) for own in own_sources(graph)]
    fine = trusted(text for _, text in texts)
    return tuple((node, text) for node, text in texts if text not in fine)


def trusted(texts: Iterable[str]) -> frozenset[str]:
    """Those of these texts that the user trusts, or that we ship."""
    asked = {fingerprint(text): text for text in texts}
    if not asked:
        return frozenset()
    known = read_settings().get(KEY)
    fine = {each for each in known if isinstance(each, str)} if isinstance(known, list) else set()
    return frozenset(text for mark, text in asked.items() if mark in fine or mark in SHIPPED)


def trust(texts: Iterable[str]) -> None:
    """Remember that the user trusts these texts."""
    known = read_settings().get(KEY)
    kept = [each for each in known if isinstance(each, str)] if isinstance(known, list) else []
    write_setting(KEY, list(dict.fromkeys([*kept, *map(fingerprint, texts)])))
