"""A document with its numbers: variables as the file, a variant, ``--set`` or an importer's arguments give them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from archcalc.errors import Diagnostic, Source, Span, SpecError, did_you_mean, option, unknown
from archcalc.language.expressions import LookupFailed, Word
from archcalc.language.keys import LISTS
from archcalc.language.parts import Document
from archcalc.language.problems import Problems, Unknown
from archcalc.language.values import Value, compile_value
from archcalc.language.yaml_tree import read
from archcalc.layers import KEYWORDS
from archcalc.meter import charge

EVALUATED, VARIABLES = 8, 16
"""Units of work that a variable takes to be evaluated, and how many are looked at for a unit."""

CONSTANTS = {"true": True, "false": False, "none": None}


class Program:
    """A document and the values of its variables, evaluated when first read; they may use one another in any order.

    ``given`` are values that an importer's call gives, ``settings`` those of ``--set``, yet to be evaluated.
    """

    def __init__(
        self,
        document: Document,
        variant: str | None = None,
        given: dict[str, Any] | None = None,
        settings: dict[str, Value] | None = None,
    ) -> None:
        charge(len(document.vars) // VARIABLES)
        self.document = document
        chosen = document.variants[variant] if variant is not None else {}
        self._written = {**document.vars, **chosen, **(settings or {})}
        self._given = given or {}
        self._values: dict[str, Any] = dict(self._given)
        self._broken: set[str] = set()
        self._advice: dict[Any, str | None] = {}
        self._defaults: dict[str, dict[str, Any]] = {}

    def with_values(self, given: dict[str, Any]) -> Program:
        """The same variables, some of them with other values; what uses those is evaluated anew."""
        other = Program(self.document, given=given)
        other._written = self._written
        return other

    def has(self, name: str) -> bool:
        return name in self.document.var_spans

    def value(self, name: str) -> Any:
        """A scope's look-up: a variable of the file, or a word."""
        if name in self._values:
            return self._values[name]
        if name in self._broken or (name in self.document.var_spans and name not in self._written):
            raise Unknown
        if name not in self._written:
            return self.word(name)
        self._evaluate(name)
        return self._values[name]

    indexed = value

    def written(self, name: str) -> Value | None:
        """A variable as the file, the variant or --set writes it; None if an importer's call gives its value."""
        return None if name in self._given else self._written.get(name)

    def _evaluate(self, name: str) -> None:
        """Evaluate a variable after those that it uses, with a stack of our own: they may form a long chain."""
        charge(EVALUATED, self._written[name].span)
        waiting = {name: self._needed(name)}
        while waiting:
            last = next(reversed(waiting))
            used = waiting[last]
            if not used:
                del waiting[last]
                self._values[last] = self._evaluated(last, waiting)
                continue
            needed = used.pop()
            if needed in self._broken:
                self._broken.update(waiting)
                raise Unknown
            if needed in waiting:
                self._broken.update(waiting)
                names = list(waiting)
                circle = " -> ".join([*names[names.index(needed) :], needed])
                message = f"variables go round in a circle: {circle}"
                raise SpecError(Diagnostic(message, self._written[needed].span))
            if needed not in self._values:
                charge(EVALUATED, self._written[needed].span)
                waiting[needed] = self._needed(needed)

    def _needed(self, name: str) -> list[str]:
        """The variables that one uses, the first of them last."""
        return [used for used in reversed([*self._written[name].names()]) if used in self._written]

    def _evaluated(self, name: str, waiting: Iterable[str]) -> Any:
        try:
            return self._written[name].evaluate(self)
        except (SpecError, Unknown):
            self._broken.update((name, *waiting))
            raise

    def word(self, name: str) -> Any:
        """A layer, a block, a keyword, true, false or none: looked up last."""
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in self.document.words or name in KEYWORDS:
            return Word(name)
        if name in self.document.misnamed:
            raise Unknown
        raise LookupFailed(f"'{name}' is not known here", help=self.likely(name, ()))

    def likely(self, name: str, others: tuple[str, ...]) -> str | None:
        """Advice for a name that is not known, sought once: repetitions may read it again and again."""
        asked = (name, others)
        if asked not in self._advice:
            self._advice[asked] = self._likely(name, others)
        return self._advice[asked]

    def _likely(self, name: str, others: tuple[str, ...]) -> str | None:
        if name in LISTS:
            return None
        from archcalc.language import foreign

        if foreign.value(name):
            return f"write {foreign.value(name)}"
        meant = foreign.layer(name)
        known = ([*others], self.document.vars, self.document.words, KEYWORDS, CONSTANTS)
        if any(meant in words for words in known):
            return f"did you mean '{meant}'?"
        return did_you_mean(name, chain(*known))

    def defaults(self, name: str) -> dict[str, Any]:
        """What ``defaults`` says for a layer type or block; ``none`` there stands for the layer's own default."""
        found = self._defaults.get(name)
        if found is None:
            values = self.document.defaults.get(name, {})
            found = {argument: value.evaluate(self) for argument, value in values.items()}
            self._defaults[name] = found = {key: value for key, value in found.items() if value is not None}
        return found

    def evaluate_all(self, problems: Problems) -> None:
        """Tell what is wrong with every variable and default, whether it is read or not."""
        for name in self._written:
            with problems:
                self.value(name)
        for name in self.document.defaults:
            with problems:
                self.defaults(name)


def program_of(
    document: Document, variant: str | None, settings: dict[str, str], variant_span: Span | None = None
) -> Program:
    """The main document with its variant and ``--set`` values. Raises SpecError for an unknown variant or variable."""
    if variant is not None and variant not in document.variants:
        message, known = f"{document.source.name} has no variant '{variant}'", document.variants
        listed = f"its variants are {', '.join(known)}" if known else "it has none"
        about = f"variant {variant}"
        raise SpecError(unknown(message, variant, known, variant_span, otherwise=listed, about=about))
    return Program(document, variant, settings={name: setting(document, name, text) for name, text in settings.items()})


def setting(document: Document, name: str, text: str) -> Value:
    """The value that ``--set NAME=VALUE`` gives a variable, VALUE read as YAML."""
    if name not in document.var_spans:
        message, known = f"{option('set')} {name}: {document.source.name} has no variable '{name}'", document.vars
        listed = f"its variables are {', '.join(known)}" if known else "it has none"
        raise SpecError(unknown(message, name, known, otherwise=listed, about=f"set {name}"))
    return compile_setting(name, text)


def compile_setting(name: str, text: str, asked: str = "set") -> Value:
    """The expression that a setting gives a variable, by an option of that name. Raises SpecError."""
    if not text.strip():
        raise SpecError(Diagnostic(f"{option(asked, name)} has no value", help=f"such as {option(asked, name)}=8"))
    problems = Problems()
    value = compile_value(read(Source(f"{option(asked)} {name}", text, about=f"{asked} {name}")), problems, name)
    problems.stop()
    assert value is not None
    return value
