"""Other frameworks' words, each with the right one: a table a framework, and ``usual`` for what belongs to none.

    table.py          how a row of a table is written, and the answers that several tables give
    translation.py    a step in foreign words -> the step that is meant, and what is said of it
    usual.py          abbreviations, and words for keys and values

They are loaded when an error is told, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archcalc.errors import Span
    from archcalc.language.foreign.table import Table
    from archcalc.language.foreign.translation import Told, Translation
    from archcalc.language.yaml_nodes import Node


def tables() -> list[Table]:
    """Every framework's table. Where two fit alike the earlier is meant."""
    from archcalc.language.foreign import caffe, darknet, flax, hugging_face, keras, pytorch, usual

    return [module.TABLE for module in (pytorch, keras, flax, hugging_face, caffe, darknet, usual)]


def translate(
    word: str, span: Span, body: Node | None, layout: str, lookup: Callable[[str], Any]
) -> Translation | None:
    """What a step in foreign words means; see translation.py."""
    from archcalc.language.foreign.translation import translate

    return translate(tables(), word, span, body, layout, lookup)


def layer(word: str) -> str | None:
    """The layer or block that a foreign spelling means: ``Conv2d``, ``nn.BatchNorm2d``, ``MaxPooling2D``."""
    from archcalc.language.foreign.translation import candidates

    name = word.partition("(")[0]
    found = [layer for _, layer in candidates(tables(), name, None) if layer.word]
    exact = [layer for layer in found if name.rpartition(".")[2] in layer.names]
    common = [layer for layer in found if layer.framework in ("PyTorch", "Keras", "")]
    return next((layer.word for layer in exact + common), None)


def argument(word: str, key: Node, value: Node | None, allowed: Collection[str]) -> Told | None:
    """The error of a foreign argument of our layer ``word``, alone; None for a word that no framework has."""
    from archcalc.language.foreign.translation import argument

    return argument(tables(), word, key, value, allowed)


def key(word: str, keys: Collection[str]) -> str | None:
    """The key of a file or block that a foreign spelling means."""
    from archcalc.language.foreign.usual import BLOCK_KEYS, FILE_KEYS

    return next((table[word] for table in (FILE_KEYS, BLOCK_KEYS) if table.get(word, "") in keys), None)


def value(word: str) -> str | None:
    """The value that a foreign spelling means: ``True``, ``yes``, ``None``."""
    from archcalc.language.foreign.usual import WORDS

    return WORDS.get(word)


def dtype(word: str) -> str | None:
    """The type of numbers that a foreign spelling means: ``half``."""
    from archcalc.layers.base import dtype_of

    return dtype_of(word)


def layout(word: str) -> str | None:
    """The layout that a foreign spelling means: ``channels_last``."""
    from archcalc.language.foreign.usual import LAYOUTS

    return LAYOUTS.get(word.lower())
