"""The sizes for which the assumptions of a formula hold, and what closed forms simplify to there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from archcalc.algebra.assumptions import Assumption
from archcalc.algebra.atoms import Polynomial, alone, atom, atoms_of, constant, names_of, number, quotient, single
from archcalc.algebra.closed_form import evaluate, sides, substitute
from archcalc.algebra.deciding import holds, normalized
from archcalc.algebra.notation import TEXT
from archcalc.algebra.polynomial import plus, scale
from archcalc.dims.operators import COMPARISONS

LONGEST_PERIOD = 4096
"""The longest period of a condition whose sizes are tried one by one."""


class Domain:
    """The whole numbers from ``least`` (to ``most``, if any) that leave one of ``residues`` divided by ``period``."""

    __slots__ = ("least", "most", "period", "residues")

    def __init__(
        self, least: int = 1, most: int | None = None, period: int = 1, residues: Iterable[int] = (0,)
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

    def __contains__(self, size: int) -> bool:
        within = size >= self.least and (self.most is None or size <= self.most)
        return within and size % self.period in self.residues

    def both(self, other: Domain) -> Domain | None:
        """The sizes in both; None where the common period is too long to try."""
        period = math.lcm(self.period, other.period)
        if period > LONGEST_PERIOD:
            return None
        residues = (r for r in range(period) if r % self.period in self.residues and r % other.period in other.residues)
        bounds = [most for most in (self.most, other.most) if most is not None]
        return Domain(max(self.least, other.least), min(bounds, default=None), period, residues)

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
        """``H is a multiple of 32``, ``H ≥ 7``."""
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


ANY = Domain()


class Condition:
    """What must hold of sizes: one name is in a ``domain``, or ``difference op 0``.

    ``reasons`` are the assumptions that say so; none of them follows from the others.
    """

    __slots__ = ("text", "name", "domain", "op", "difference", "reasons")

    def __init__(
        self, op: str, difference: Polynomial, reasons: list[Assumption], name: str = "", domain: Domain | None = None
    ) -> None:
        self.op, self.difference, self.reasons, self.name, self.domain = op, difference, reasons, name, domain
        self.text = TEXT.condition(op, difference) if domain is None else domain.text(name)


class Held:
    """The assumptions of a formula without those that others imply: ``conditions``, and the ``domains`` by name."""

    def __init__(self, assumptions: Iterable[Assumption], given: dict[str, int]) -> None:
        by_name: dict[str, list[tuple[Domain, Assumption]]] = {name: [] for name in given}
        others: list[tuple[str, Polynomial, Assumption]] = []
        for assumption in assumptions:
            op, difference = normalized(*sides(assumption.condition))
            names = names_of(difference)
            name = names.pop() if len(names) == 1 else None
            found = None if name is None else solved(op, difference, name, given)
            if found is None or name is None:
                others.append((op, difference, assumption))
            else:
                by_name[name].append((found, assumption))
        self.domains: dict[str, Domain] = {}
        self.conditions: list[Condition] = []
        for name, entries in by_name.items():
            self._keep(name, needed(entries))
        texts = set()
        for op, difference, assumption in others:
            if holds(op, self.on_domain(difference, back=False)) is None:
                condition = Condition(*normalized(op, self.on_domain(difference), {}), [assumption])
                if condition.text not in texts:
                    texts.add(condition.text)
                    self.conditions.append(condition)

    def _keep(self, name: str, entries: list[tuple[Domain, Assumption]]) -> None:
        domain = intersection([domain for domain, _ in entries])
        if domain is not None and entries:
            self.domains[name] = domain
            reasons = [assumption for _, assumption in entries]
            self.conditions.append(Condition("", {}, reasons, name, domain))
        elif entries:
            self.conditions += [Condition("", {}, [assumption], name, domain) for domain, assumption in entries]

    def on_domain(self, polynomial: Polynomial, back: bool = True) -> Polynomial:
        """The closed form on the domain: ⌊H/2⌋ is H/2 for an even H.

        Without ``back``, each name stands for its position in the domain, counted from 1.
        """
        if all(found.op == "name" for found in atoms_of(polynomial)) and back:
            return polynomial
        names = {name: self.domains[name] for name in names_of(polynomial) if name in self.domains}
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


def solved(op: str, difference: Polynomial, name: str, given: dict[str, int]) -> Domain | None:
    """The sizes of one name where ``difference op 0``; None if they form no domain, or that cannot be told."""
    straight = _straight(op, difference, name)
    if straight is not None:
        return straight
    period = _period(difference)
    if period is None:
        return None
    compare, atoms = COMPARISONS[op], atoms_of(difference)

    def value(size: int) -> Any:
        return evaluate(difference, {name: size}, atoms)

    def fits(size: int) -> bool:
        return bool(compare(value(size), 0))

    step = value(1 + period) - value(1)
    if not step:  # it repeats
        return Domain(1, None, period, (size % period for size in range(1, period + 1) if fits(size)))
    if op == "!=":
        return None
    last = max(given[name], period) + 2 * period  # after a whole period nothing new happens
    sizes = [size for size in range(max(1, given[name] - 2 * period) if op == "==" else 1, last + 1) if fits(size)]
    if not sizes or len(sizes) != sizes[-1] - sizes[0] + 1:
        return None
    if sizes[-1] < last:
        return Domain(sizes[0], sizes[-1])
    return Domain(sizes[0]) if op == ">=" and step > 0 else None


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
        return Domain(root, root) if type(root) is int and root >= 1 else None
    return Domain(math.ceil(root)) if slope > 0 else Domain(1, math.floor(root)) if root >= 1 else None


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
