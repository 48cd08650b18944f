"""What a request loosens, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from archcalc.budget.result import network_name
from archcalc.budget.settings import Settings
from archcalc.errors import Source, Span, cut

if TYPE_CHECKING:
    from archcalc.report import documents


class Loosening:
    """Something that the base holds, and today's budgets do not, or less strictly.

    ``kind``: max, min, max_increase; ``expect``, a shape that a spec expects; ``spec``, one that is gone; ``count`` and
    ``dtype``, a file that the caller names and that says another thing; ``budget``, one of the base that cannot be
    compared. ``was``, ``now``: as written; ``now`` is None for nothing. ``span`` is where it is written in the base,
    ``at`` where it is now, ``why`` what else there is to say.
    """

    __slots__ = (
        "spec",
        "variant",
        "spec_file",
        "kind",
        "metric",
        "path",
        "was",
        "now",
        "why",
        "span",
        "at",
        "settings",
        "apart",
    )

    def __init__(
        self,
        kind: str,
        was: str,
        now: str | None = None,
        *,
        spec_file: str | None = None,
        span: Span | None = None,
        at: Span | None = None,
        why: str = "",
    ) -> None:
        self.kind, self.was, self.now, self.why = kind, cut(was), now and cut(now), cut(why)
        self.spec_file, self.span, self.at = spec_file, span, at
        self.spec: str | None = None
        self.variant: str | None = None
        self.metric: str | None = None
        self.path: str | None = None
        self.settings: Settings = {}
        self.apart = ""

    def say_base(self, ref: str) -> None:
        """Name the commit where it is written, also where the file is today's as well."""
        span = self.span
        if span is not None and not span.source.name.startswith(f"{ref}:"):
            source = Source(f"{ref}:{span.source.name}", span.source.text)
            self.span = Span(source, span.line, span.start, span.stop)

    @property
    def name(self) -> str:
        """``resnet:resnet50``; the file where nothing else is known."""
        return network_name(self.spec or self.spec_file or "", self.variant, self.apart)

    def sentence(self) -> str:
        """``max of params was 5M, is 50M``."""
        if self.kind == "budget":
            said = f"{self.was} cannot be compared"
        elif self.kind == "spec":
            said = f"was held to {self.was}, is {self.now or 'gone'}"
        else:
            what = " of ".join(filter(None, (self.kind, self.metric, self.path)))
            said = f"{what} was {self.was}, is {self.now or 'none'}"
        return f"{said}: {self.why}" if self.why else said

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence()}" if self.name else self.sentence()

    def __repr__(self) -> str:
        return f"<Loosening {self}>"

    def data(self) -> documents.Loosening:
        """As archcalc.check/1 has it."""
        names = "spec variant spec_file kind metric path was now message written at".split()
        found = {name: getattr(self, name, None) for name in names}
        found["message"] = self.sentence()
        for name, span in (("written", self.span), ("at", self.at)):
            found[name] = {"file": span.source.name, "line": span.line + 1} if span else None
        return cast("documents.Loosening", found)
