"""What an importer is asked, what it gives, and how it tells of what it does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archcalc.errors import Diagnostic, Span, SpecError, option, unknown
from archcalc.importers.graphs.graph import Graph
from archcalc.importers.graphs.proof import Proof
from archcalc.sources.file import File

Inputs = Mapping[str | None, tuple[int, ...]]
MOST_PLACES = 3
"""Places of an unknown operator that are told."""
MOST_KINDS = 50
"""Unknown operators that are told."""
AS_CUSTOM = "as-custom"


class Asked:
    """What a person adds to a file: shapes of its inputs, and whether unknown operators may stand as ``custom``.

    ``used``: the names of the shapes that the importer has put into the spec. The others are the loader's.
    ``variant``: that which is asked for; a format that has such takes it, and it is None from then on. ``variants``:
    those that there are.
    """

    __slots__ = ("inputs", "as_custom", "used", "variant", "variants")

    def __init__(self, inputs: Inputs | None = None, as_custom: bool = False, variant: str | None = None) -> None:
        self.inputs, self.as_custom, self.variant = inputs or {}, as_custom, variant
        self.used: set[str | None] = set()
        self.variants: list[str] = []

    def variant_of(self, known: Iterable[str], place: Span) -> str | None:
        """The variant that is asked for, if one is. Raises SpecError for none of the known ones."""
        found, self.variant = self.variant, None
        names = self.variants = [*known]
        if found is not None and found not in names:
            message = f"no scale '{found}' here"
            raise SpecError(unknown(message, found, names, place, otherwise=f"there are {', '.join(names)}"))
        return found

    def shape(self, name: str, only: bool = True) -> tuple[int, ...] | None:
        """The shape that is asked for an input, without a batch axis. ``only``: the file has no other input."""
        for key in (name, None) if only else (name,):
            if key in self.inputs:
                self.used.add(key)
                return self.inputs[key]
        return None

    @property
    def rest(self) -> Inputs:
        """The shapes that the spec does not have yet."""
        return {name: shape for name, shape in self.inputs.items() if name not in self.used}


class Imported:
    """A spec as text. ``origins``: of each line, what of the file it came from; ``notes``: what was dropped and such.

    ``proof``: that the text is what was read; None where a file holds no graph that could be compared.
    """

    __slots__ = ("text", "origins", "notes", "proof")

    def __init__(
        self, text: str, origins: Sequence[str | None], notes: Sequence[Diagnostic], proof: Proof | None = None
    ) -> None:
        self.text, self.origins, self.notes, self.proof = text, origins, notes, proof


def written(graph: Graph, file: File, notes: Sequence[Diagnostic] = ()) -> Imported:
    """The spec of a graph, folded as far as that can be proved."""
    from archcalc.importers.structure.grouping import give_modules
    from archcalc.importers.structure.search import spec_of

    give_modules(graph)
    found = spec_of(graph)
    if found.proof.differences:
        message = f"{file.name} is a network that no spec says yet: {'; '.join(found.proof.differences)}"
        raise SpecError(Diagnostic(message, help="please report it with the file"))
    origins = [f"{file.name}: {place}" if place else None for place in found.places]
    dropped = [f"{what} left out, {times:,} times" for what, times in graph.dropped.items()]
    told = [Diagnostic(f"{file.name}: {note}") for note in (*dropped, *graph.notes)]
    return Imported(found.text, origins, [*notes, *told], found.proof)


class Unknown:
    """The operators of a file that an importer does not know, with their places."""

    def __init__(self, file: File, what: str, known: Iterable[str] = ()) -> None:
        self.file, self.what, self.known = file, what, tuple(known)
        self._places: dict[str, list[Diagnostic]] = {}

    def add(self, name: str, place: Diagnostic) -> None:
        """``place``: its message says where, such as ``section 12, line 88``."""
        self._places.setdefault(name, []).append(place)

    def tell(self) -> None:
        """Raise SpecError if there are some."""
        if self._places:
            raise SpecError(*self._told())

    def notes(self) -> list[Diagnostic]:
        """One for each, where they stand as ``custom``."""
        return [
            Diagnostic(f"{self.what} '{name}' stands as custom, {self._where(places)}", places[0].span)
            for name, places in self._places.items()
        ]

    def _told(self) -> Iterator[Diagnostic]:
        for name, places in [*self._places.items()][:MOST_KINDS]:
            kind, _, word = name.partition(" ") if name.startswith("activation ") else (self.what, "", name)
            message = f"archcalc knows no {kind} '{word}', {self._where(places)}"
            help = f"{option(AS_CUSTOM)} takes it as custom, with the shape that it gives and no costs"
            yield unknown(message, name, self.known, places[0].span, otherwise=help)
        if len(self._places) > MOST_KINDS:
            yield Diagnostic(f"and {len(self._places) - MOST_KINDS:,} others")

    def _where(self, places: list[Diagnostic]) -> str:
        shown = "; ".join(place.message for place in places[:MOST_PLACES])
        more = f"; and {len(places) - MOST_PLACES:,} more" if len(places) > MOST_PLACES else ""
        times = "once" if len(places) == 1 else f"{len(places):,} times"
        return f"which {self.file.name} has {times}: {shown}{more}"
