"""What the word of a step names: a block, a layer type, or a framework's word for one."""

from __future__ import annotations

from archcalc.errors import Span, unknown
from archcalc.language import foreign
from archcalc.language.keys import LISTS
from archcalc.language.parts import Block, Document
from archcalc.language.problems import Problems
from archcalc.language.yaml_nodes import Node
from archcalc.layers import FAMILY, find
from archcalc.layers.base import Layer

Found = Block | type[Layer] | None
"""What the word of a step names."""

MOST_ARGUMENTS = 100
"""No framework's layer has more."""


def foreign_step(
    document: Document, word: str, span: Span, body: Node | None, problems: Problems, found: Found = None
) -> tuple[Found, Node | None]:
    """What a step in another framework's words means, told with the right words; None for what cannot be built."""

    def lookup(meant: str) -> Found:
        return found if meant == word else known_word(document, meant, span, problems)

    few = body is None or body.is_scalar or len(body.value) <= MOST_ARGUMENTS
    translation = foreign.translate(word, span, body, document.layout, lookup) if few else None
    if translation is None:
        if found is None and not document.import_failed:
            unknown_layer(word, [*document.words, *LISTS], span, problems)
        return found, body
    if not document.import_failed:
        problems.add(*translation.diagnostics)
    return lookup(translation.word) if translation.word else None, translation.body


def find_word(document: Document, word: str, span: Span, problems: Problems) -> Found:
    """What a word names here, apart from a step. The word that was meant stands for one that is told to be unknown."""
    found = known_word(document, word, span, problems)
    if found is None and not document.import_failed:
        meant = foreign.layer(word)
        if meant in document.words or meant in LISTS:
            tail = ": the rank comes from the shape" if word[-2:].lower() in ("1d", "2d", "3d") else ""
            problems.say(f"unknown layer '{word}'", span, label=f"write '{meant}'{tail}")
            return known_word(document, meant, span, problems)
        unknown_layer(word, [*document.words, *LISTS], span, problems)
    return found


def known_word(document: Document, word: str, span: Span, problems: Problems) -> Found:
    """The file's own block, an imported one, a shipped one, or a layer type; None for any other word."""
    if word in document.blocks:
        return document.blocks[word]
    if word in document.imported:
        found = document.imported[word]
        if len(found) > 1:
            more = [f"{len(found) - 2:,} more"] if len(found) > 2 else []
            files = " and ".join([*(block.document.source.name for block in found[:2]), *more])
            problems.say(f"'{word}' is imported from {files}", span, help="import one of them, or rename a block")
        return found[0]
    if word in FAMILY:
        return find(word)
    if word == "custom":
        from archcalc.language.custom import Custom

        return Custom
    return document.imports.shipped_block(word) if document.words else None


def unknown_layer(word: str, words: list[str], span: Span, problems: Problems) -> None:
    name, _, behind = word.partition(":")
    if behind and name in words:
        problems.say(f"a space after the colon is missing in '{word}'", span, help=f"write `{name}: {behind}`")
        return
    listed = "'archcalc layers' lists them; a block of your own stands under blocks:"
    problems.add(unknown(f"unknown layer '{word}'", word, words, span, otherwise=listed))
