"""The sizes for which the assumptions of a formula hold, and what closed forms simplify to there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from archcalc.algebra.assumptions import Assumption
from archcalc.algebra.atoms import Polynomial, alone, atom, atoms_of, constant, names_of, number, quotient, single
from archcalc.algebra.closed_form import evaluate, substitute
from archcalc.algebra.deciding import holds, normalized
from archcalc.algebra.factors import Either, parts_of, simplified
from archcalc.algebra.notation import PYTHON, TEXT, Notation
from archcalc.algebra.polynomial import plus, scale
from archcalc.dims.operators import COMPARISONS

LONGEST_PERIOD = 4096
"""The longest period of a condition whose sizes are tried one by one."""


MOST_SIZES = 2**16
"""The most sizes that are tried one by one, or that a domain lists."""


class Domain:
    """The whole numbers from ``least`` (to ``most``, if any) that leave one of ``residues`` divided by ``period``.

    ``others`` are sizes beside these, each listed.
    """

    __slots__ = ("least", "most", "others", "period", "residues")

    def __init__(
        self,
        least: int = 1,
        most: int | None = None,
        period: int = 1,
        residues: Iterable[int] = (0,),
        others: Iterable[int] = (),
    ) -> None:
        self.most, self.period, self.residues = most, period, frozenset(residues)
        for smaller in range(1, period):
            if period % smaller == 0:
                fewer = {residue % smaller for residue in self.residues}
                if len(fewer) * (period // smaller) == len(self.residues):
                    self.period, self.residues = smaller, frozenset(fewer)
                    break
        self.least = max(least, 1)
        while self.residues and self.least % self.period not in self.residues:
            self.least += 1
        few = most is not None and most - self.least < len(self.residues)
        if few and all(size in self for size in range(self.least, (most or 0) + 1)):
            self.period, self.residues = 1, frozenset({0})
        self.others: frozenset[int] = frozenset(size for size in others if not self.among(size))

    @classmethod
    def of(cls, sizes: list[int], given: int, endless: bool = False) -> Domain:
        """These sizes in rising order, and every one after the last if ``endless``.

        The run that holds the given size is not listed, nor is one without an end.
        """
        found = runs(sizes)
        if not found:
            return cls(1, 0)
        least, most = found[-1] if endless else next((run for run in found if run[0] <= given <= run[1]), found[-1])
        return cls(least, None if endless else most, others=(size for size in sizes if not least <= size <= most))

    def __contains__(self, size: int) -> bool:
        return self.among(size) or size in self.others

    def among(self, size: int) -> bool:
        """Whether it is one of those that are not listed."""
        within = size >= self.least and (self.most is None or size <= self.most)
        return within and size % self.period in self.residues

    def either(self, other: Domain, given: int) -> Domain | None:
        """The sizes in one or the other; None where they form no domain."""
        one, other = (self, other) if other.most is not None else (other, self)
        if other.most is None or max(domain.most or 0 for domain in (one, other)) > MOST_SIZES:
            return None
        if one.most is not None:
            return Domain.of(sorted({*one.listed(), *other.listed()}), given)
        return Domain(one.least, None, one.period, one.residues, {*one.others, *other.listed()})

    def listed(self) -> list[int]:
        """The sizes of a domain that has a largest."""
        return [*filter(self.among, range(self.least, (self.most or 0) + 1)), *self.others]

    @property
    def empty(self) -> bool:
        return not self.residues or (self.most is not None and self.least > self.most)

    def both(self, other: Domain) -> Domain | None:
        """The sizes in both; None where the common period is too long to try."""
        period = math.lcm(self.period, other.period)
        if period > LONGEST_PERIOD:
            return None
        residues = (r for r in range(period) if r % self.period in self.residues and r % other.period in other.residues)
        bounds = [most for most in (self.most, other.most) if most is not None]
        others = [size for size in self.others | other.others if size in self and size in other]
        least, most = max(self.least, other.least), min(bounds, default=None)
        found = Domain(least, most, period, residues, others)
        return Domain.of(sorted(others), max(others)) if found.empty and others else found

    def from_least(self) -> tuple[int, int]:
        """(slope, offset): ``slope·n + offset`` is the n-th size, counted from 1.

        Where sizes are not evenly spaced, it is the n-th number from the least on.
        """
        period = self.period if len(self.residues) == 1 else 1
        return period, self.least - period

    def from_most(self) -> tuple[int, int]:
        """The same, counted down from the largest."""
        return -1, (self.most or 0) + 1

    def same(self, other: Domain) -> bool:
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def python(self, name: str) -> str:
        """The condition in Python."""
        spans = [
            f"{name} == {least}" if least == most else f"{least} <= {name} <= {most}" for least, most in self.beside
        ]
        return " or ".join([*spans, self._python(name)])

    @property
    def beside(self) -> list[tuple[int, int]]:
        """The sizes that are listed, as (least, most) of each run."""
        return runs(sorted(self.others))

    def _python(self, name: str) -> str:
        parts = []
        if self.period > 1:
            shown = sorted(self.residues)
            parts.append(f"{name} % {self.period} {f'== {shown[0]}' if len(shown) == 1 else f'in {tuple(shown)}'}")
        if self.least > 1 and (self.most is not None or self.least > self.first):
            parts.append(f"{name} >= {self.least}")
        if self.most is not None:
            parts.append(f"{name} <= {self.most}")
        return " and ".join(parts) or f"{name} >= 1"

    @property
    def first(self) -> int:
        """The least number above 0 that leaves one of the residues."""
        return min(residue or self.period for residue in self.residues)

    def text(self, name: str) -> str:
        """``H is a multiple of 32``, ``H ≥ 7``, ``2 ≤ H ≤ 3 or 26 ≤ H ≤ 27``."""
        spans = [f"{name} = {least}" if least == most else f"{least} ≤ {name} ≤ {most}" for least, most in self.beside]
        return " or ".join([*spans, self._text(name)])

    def _text(self, name: str) -> str:
        if self.most is not None and self.least == self.most:
            return f"{name} = {self.least}"
        parts = []
        if self.period == 2:
            parts.append(f"{name} is {'odd' if 1 in self.residues else 'even'}")
        elif self.period > 1 and self.residues == {0}:
            parts.append(f"{name} is a multiple of {self.period}")
        elif self.period > 1:
            shown = sorted(self.residues)
            listed = ", ".join(map(str, shown[:8])) + (", ..." if len(shown) > 8 else "")
            parts.append(f"{name} mod {self.period} is {' or '.join(map(str, shown)) if len(shown) < 4 else listed}")
        if self.most is not None:
            parts.append(f"{self.least} ≤ {name} ≤ {self.most}")
        elif self.least > self.first:
            parts.append(f"{name} ≥ {self.least}")
        return ", ".join(parts) or f"{name} ≥ 1"


def runs(sizes: Iterable[int]) -> list[tuple[int, int]]:
    """(least, most) of each run of sizes that follow one another."""
    found: list[tuple[int, int]] = []
    for size in sizes:
        if found and found[-1][1] == size - 1:
            found[-1] = (found[-1][0], size)
        else:
            found.append((size, size))
    return found


ANY = Domain()


class Condition:
    """What must hold of sizes: one name is in a ``domain``, or ``difference op 0`` for one of the ``comparisons``.

    ``reasons`` are the assumptions that say so; none of them follows from the others.
    """

    __slots__ = ("text", "name", "domain", "comparisons", "reasons")

    def __init__(
        self, comparisons: Either, reasons: list[Assumption], name: str = "", domain: Domain | None = None
    ) -> None:
        self.comparisons, self.reasons, self.name, self.domain = comparisons, reasons, name, domain
        self.text = self.shown(TEXT) if domain is None else domain.text(name)

    @property
    def python(self) -> str:
        return self.shown(PYTHON) if self.domain is None else self.domain.python(self.name)

    def shown(self, notation: Notation, joint: str = " or ") -> str:
        """The comparisons in a notation."""
        return joint.join(notation.condition(op, difference) for op, difference in self.comparisons)


class Held:
    """The assumptions of a formula without those that others imply: ``conditions``, and the ``domains`` by name."""

    def __init__(self, assumptions: Iterable[Assumption], given: dict[str, int]) -> None:
        by_name: dict[str, list[tuple[Domain, Assumption]]] = {name: [] for name in given}
        others: list[tuple[Either, Assumption]] = []
        for assumption in assumptions:
            for either in parts_of(assumption.condition):
                comparisons = [normalized(*comparison, {}) for comparison in either]
                names = {name for _, difference in comparisons for name in names_of(difference)}
                name = names.pop() if len(names) == 1 else None
                found = None if name is None else solved(comparisons, name, given[name])
                if found is None or name is None:
                    others.append((comparisons, assumption))
                else:
                    by_name[name].append((found, assumption))
        self.domains: dict[str, Domain] = {}
        self.conditions: list[Condition] = []
        for name, entries in by_name.items():
            self._keep(name, needed(entries))
        texts = set()
        for comparisons, assumption in others:
            for either in self._left(comparisons):
                condition = Condition(either, [assumption])
                if condition.text not in texts:
                    texts.add(condition.text)
                    self.conditions.append(condition)

    def _left(self, comparisons: Either) -> list[Either]:
        """What comparisons, of which one must hold, still ask for on the domains."""
        truths = [holds(op, self.on_domain(difference, back=False)) for op, difference in comparisons]
        if True in truths:
            return []
        open_ones = [one for one, truth in zip(comparisons, truths, strict=True) if truth is None]
        found = [simplified(op, self.on_domain(difference)) for op, difference in open_ones]
        if len(found) != 1:
            found = [[[comparison for parts in found for either in parts for comparison in either]]]
        return [[normalized(*comparison, {}) for comparison in either] for either in found[0] if either]

    def _keep(self, name: str, entries: list[tuple[Domain, Assumption]]) -> None:
        domain = intersection([domain for domain, _ in entries])
        if domain is not None and entries:
            self.domains[name] = domain
            reasons = [assumption for _, assumption in entries]
            self.conditions.append(Condition([], reasons, name, domain))
        elif entries:
            self.conditions += [Condition([], [assumption], name, domain) for domain, assumption in entries]

    def on_domain(self, polynomial: Polynomial, back: bool = True) -> Polynomial:
        """The closed form on the domain: ⌊H/2⌋ is H/2 for an even H.

        Without ``back``, each name stands for its position in the domain, counted from 1.
        """
        if all(found.op == "name" for found in atoms_of(polynomial)) and back:
            return polynomial
        names = {name: self.domains[name] for name in names_of(polynomial) if name in self.domains}
        names = {name: domain for name, domain in names.items() if not domain.others}
        found = moved(polynomial, {name: domain.from_least() for name, domain in names.items()}, back)
        ends = {name: domain.from_most() for name, domain in names.items() if domain.most is not None}
        if back and ends:
            other = moved(found, ends, back)
            found = other if len(atoms_of(other)) < len(atoms_of(found)) else found
        return found


def moved(polynomial: Polynomial, places: dict[str, tuple[int, int]], back: bool) -> Polynomial:
    """The closed form with ``slope·H + offset`` in place of each name H; ``back`` then returns to the names."""
    into, out = {}, {}
    for name, (slope, offset) in places.items():
        leaf = alone(atom("name", name))
        into[name] = plus(scale(leaf, slope), number(offset))
        out[name] = scale(plus(leaf, number(offset), -1), quotient(1, slope))
    if all(place == (1, 0) for place in places.values()):
        return polynomial
    inside = substitute(polynomial, into)
    return substitute(inside, out) if back else inside


def needed(entries: list[tuple[Domain, Assumption]]) -> list[tuple[Domain, Assumption]]:
    """The entries that the others together do not imply."""
    kept: list[tuple[Domain, Assumption]] = []
    for entry in entries:
        if not any(entry[0].same(domain) for domain, _ in kept):
            kept.append(entry)
    for entry in kept[:]:
        rest = [domain for domain, assumption in kept if assumption is not entry[1]]
        without, whole = intersection(rest), intersection([*rest, entry[0]])
        if without is not None and whole is not None and without.same(whole):
            kept.remove(entry)
    return kept


def intersection(domains: list[Domain]) -> Domain | None:
    total: Domain | None = ANY
    for domain in domains:
        total = None if total is None else total.both(domain)
    return total


def solved(comparisons: Either, name: str, given: int) -> Domain | None:
    """The sizes of one name for which one of these holds; None if they form no domain, or that cannot be told."""
    total: Domain | None = None
    for op, difference in comparisons:
        found = _solved(op, difference, name, given)
        total = found if found is None or total is None else total.either(found, given)
        if total is None:
            return None
    return None if total is None or total.empty else total


def _solved(op: str, difference: Polynomial, name: str, given: int) -> Domain | None:
    straight = _straight(op, difference, name)
    if straight is not None:
        return straight
    period = _period(difference)
    if period is None:
        return None
    compare, atoms = COMPARISONS[op], atoms_of(difference)

    def value(size: int) -> Any:
        return evaluate(difference, {name: size}, atoms)

    step = value(1 + period) - value(1)
    if not step:  # it repeats
        return Domain(1, None, period, (size % period for size in range(1, period + 1) if compare(value(size), 0)))
    if op == "!=":
        return None
    # The value at size + n·period is that at size, and n steps.
    crossed = {size: quotient(-value(size), step) for size in range(1, period + 1)}
    if op == "==":
        sizes = (size + n * period for size, n in crossed.items() if type(n) is int and n >= 0)
        return Domain.of(sorted(sizes), given)
    last = period * (max(0, *(math.ceil(n) for n in crossed.values())) + 2)
    if last > MOST_SIZES:
        return None
    return Domain.of([size for size in range(1, last + 1) if compare(value(size), 0)], given, endless=step > 0)


def _straight(op: str, difference: Polynomial, name: str) -> Domain | None:
    """The domain of ``a·H + b ≥ 0`` or ``= 0``."""
    names = [monomial for monomial in difference if monomial]
    if len(names) != 1:
        return None
    found = single(names[0])
    if found is None or found.op != "name" or op == "!=":
        return None
    slope, shift = difference[names[0]], constant({m: c for m, c in difference.items() if not m}) or 0
    root = quotient(-shift, slope)
    if op == "==":
        return Domain(root, root) if type(root) is int and root >= 1 else Domain(1, 0)
    return Domain(math.ceil(root)) if slope > 0 else Domain(1, max(math.floor(root), 0))


def _period(difference: Polynomial) -> int | None:
    """The number p for which ``difference`` changes by the same amount from every H to H + p.

    None if it is anything but a sum of names, floors and remainders of sums of names.
    """
    period = 1
    for monomial in difference:
        found = single(monomial)
        if monomial and (found is None or found.op not in ("name", "//", "%")):
            return None
        if found is not None and found.op != "name":
            inside, divisor = found.args[0], constant(found.args[1])
            inner = _period(inside)
            if type(divisor) is not int or divisor < 1 or inner is None:
                return None
            period = math.lcm(period, inner * divisor * math.lcm(*(c.denominator for c in inside.values())))
    return period if period <= LONGEST_PERIOD else None
