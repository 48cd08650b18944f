"""The files that a file imports: their blocks, and each file as a block itself."""

from __future__ import annotations

import os
from functools import cache

from archcalc.errors import Diagnostic, Source, SpecError
from archcalc.language.document import read_document
from archcalc.language.keys import LISTS, RESERVED, VERSION_1
from archcalc.language.names import is_name
from archcalc.language.parts import ANY, Block, Document
from archcalc.language.problems import Problems
from archcalc.language.yaml_nodes import Node
from archcalc.meter import OutOfWork, charge
from archcalc.sources import shipped
from archcalc.sources.project import beside, reach_of
from archcalc.sources.source import Located, read_shipped

MOST_FILES = 1000
DEEPEST = 50
LONGEST = 1000  # characters of a file's name


class Imports:
    """Loads each file once, and only files that the spec may reach."""

    def __init__(self, located: Located, allowed: tuple[str, ...], problems: Problems) -> None:
        self.problems, self.looked_at, self.real = problems, located.imported, located.real
        self.reach = reach_of(located, allowed)
        self._documents: dict[str, Document | None] = {}
        self._loading: list[str] = []

    def load(self, source: Source, path: str | None) -> Document:
        """The document of a file, its imports loaded."""
        real = self.reach.resolved(path) if path else source.name
        self._documents[real] = None
        self._loading.append(real)
        document = self._documents[real] = read_document(source, path, self.problems, self)
        self._loading.pop()
        return document

    def own_documents(self) -> list[Document]:
        """The files that were read, apart from those that ship with archcalc."""
        return [document for document in self._documents.values() if document and not document.source.shipped]

    @property
    def words(self) -> frozenset[str]:
        """Every layer type, and every block that needs no import: one set for all files."""
        return known_words()

    def shipped_blocks(self) -> dict[str, str]:
        return shipped.index()["blocks"]

    def shipped_block(self, name: str) -> Block | None:
        """A block that needs no import, read when it is used."""
        file = self.shipped_blocks().get(name)
        if file is None:
            return None
        path = os.path.realpath(os.path.join(shipped.folder(), file))
        document = self._documents.get(path) or self.load(read_shipped(file), path)
        return document.blocks[name]

    def blocks_of(self, document: Document, node: Node) -> list[Block]:
        """The blocks that ``import: [FILE, ...]`` brings in."""
        if not isinstance(node.value, list):
            help = f"write import: [{node.text}]" if node.text else "such as import: [lib/blocks.yaml]"
            self.problems.say("import takes a list of files", node.span, help=help)
            document.import_failed = True
            return []
        found: list[Block] = []
        for item in node.value:
            try:
                found += self._import(document, item)
            except OutOfWork:
                raise
            except SpecError as error:
                document.import_failed = True
                self.problems.add(*error.diagnostics)
        return found

    def _import(self, document: Document, item: Node) -> list[Block]:
        """The blocks of one file. Raises SpecError if it cannot be read."""
        if not isinstance(item.value, str) or not item.text or "\0" in item.text:
            raise SpecError(Diagnostic("an import is the name of a file or of a shipped spec", item.span))
        if len(item.text) > LONGEST:
            message = f"the name of an import has {len(item.text):,} characters, {LONGEST:,} are allowed"
            raise SpecError(Diagnostic(message, item.span))
        path, variant, is_shipped = self._path(document, item)
        if path in self._loading:
            circle = [*self._loading[self._loading.index(path) :], path]
            names = " -> ".join(os.path.basename(file) for file in circle)
            raise SpecError(Diagnostic(f"imports go round in a circle: {names}", item.span))
        imported = self._documents.get(path) or self._imported(path, is_shipped, item)
        if imported.layout not in (document.layout, ANY):
            raise SpecError(other_layout(document, imported, is_shipped, item))
        if not is_shipped:
            written = beside(document.path, item.text)
            self.looked_at[written], self.real[written] = imported.source, path
        blocks = list(imported.blocks.values())
        if imported.layers is not None:
            blocks.append(self._whole_file(imported, variant, item))
        return blocks

    def _imported(self, path: str, is_shipped: bool, item: Node) -> Document:
        """The document of a file that is imported for the first time."""
        if len(self._documents) >= MOST_FILES:
            self.problems.halt(f"more than {MOST_FILES:,} files are imported", item.span)
        if len(self._loading) >= DEEPEST:
            self.problems.halt(f"files import one another more than {DEEPEST} deep", item.span)
        if is_shipped:
            source = read_shipped(os.path.relpath(path, os.path.realpath(shipped.folder())))
        else:
            source = self._read(item, path)
        loading = len(self._loading)
        try:
            return self.load(source, path)
        finally:
            del self._loading[loading:]

    def _read(self, item: Node, path: str) -> Source:
        try:
            return self.reach.read(path)
        except SpecError as error:
            raise SpecError(Diagnostic(error.diagnostics[0].message, item.span)) from None

    def _path(self, document: Document, item: Node) -> tuple[str, str | None, bool]:
        """The real path of an import, the variant it names, and whether it is a shipped spec. Raises SpecError."""
        written = beside(document.path, item.text)
        real = self.reach.resolved(written)
        inside = self.reach.holds(real)
        is_yaml = item.text.endswith((".yaml", ".yml"))
        if inside and is_yaml and self.reach.is_file(real):
            return real, None, False
        self.looked_at[written] = None
        file, variant = shipped.find(item.text)
        if file is not None:
            return os.path.realpath(os.path.join(shipped.folder(), file)), variant, True
        if not inside:
            raise SpecError(self.reach.outside(item.text, item.span))
        if not is_yaml and self.reach.is_file(real):
            raise SpecError(Diagnostic(f"an import ends in .yaml or .yml, not '{item.text}'", item.span))
        message = f"no file '{item.text}' beside {document.source.name}, and no shipped spec of that name"
        raise SpecError(Diagnostic(message, item.span))

    def _whole_file(self, imported: Document, variant: str | None, item: Node) -> Block:
        name = variant or imported.name
        if not is_name(name) or name in RESERVED or name in VERSION_1 or name in LISTS:
            self.problems.say(
                f"{imported.source.name} is called '{name}', which no block may be", item.span, help="rename it: name:"
            )
        block = Block(name, imported, item.span)
        block.whole_file, block.variant = True, variant
        charge(len(imported.vars), item.span)
        block.arguments = dict(imported.vars)
        block.steps = imported.layers or []
        if imported.variants and variant is None:
            block.arguments["variant"] = None
            block.literal.add("variant")
        return block


@cache
def known_words() -> frozenset[str]:
    return VERSION_1.union(shipped.index()["blocks"])


def other_layout(document: Document, imported: Document, is_shipped: bool, item: Node) -> Diagnostic:
    """The error of an import whose shapes are not those of the file."""
    message = f"{imported.source.name} has layout: {imported.layout}, this file layout: {document.layout}"
    help = f"say layout: any in {imported.source.name} if it says channels for each axis of the channels"
    if is_shipped:
        help = f"shipped networks have layout: {imported.layout}: take it for this file too"
    return Diagnostic(message, item.span, help=help)
