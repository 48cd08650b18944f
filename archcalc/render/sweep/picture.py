"""What was swept as a picture: one figure over one or two names, or two figures against each other."""

from __future__ import annotations

from archcalc.errors import Diagnostic, SpecError
from archcalc.render.pictures.charts.axes import Axis
from archcalc.render.pictures.charts.bars import Bar, bars
from archcalc.render.pictures.charts.frame import Rule
from archcalc.render.pictures.charts.heat import heat_map
from archcalc.render.pictures.charts.line import lines
from archcalc.render.pictures.charts.scatter import scatter
from archcalc.render.pictures.marks import Picture
from archcalc.render.sweep.words import counted
from archcalc.report.figures import KNOWN
from archcalc.report.sweep import Drawn

WIDE, HIGH = 760, 460
CELLS, BARS = 10_000, 200
"""Of a heat map; of bars."""
CELL = 3
"""Pixels: of points that are no further apart one is drawn, unless they are on the front."""


def picture(drawn: Drawn) -> Picture:
    """The picture of some rows. Raises SpecError where there is none of so many figures and names."""
    for name in drawn.figures:
        if any(isinstance(cell, str) or cell is None for cell in drawn.rows.figures[name].tolist()):
            raise no_picture(f"{name} is no number in every row")
    if len(drawn.figures) == 2:
        return against(drawn)
    if len(drawn.figures) != 1:
        raise no_picture(f"{len(drawn.figures)} figures are asked for")
    if len(drawn.varying) == 1 or in_pairs(drawn):
        return over(drawn)
    if len(drawn.varying) == 2:
        return over_two(drawn)
    raise no_picture(f"{len(drawn.varying)} names vary")


def no_picture(why: str) -> SpecError:
    help = "a picture has one figure over one or two names that vary, or two figures: --columns params,macs"
    return SpecError(Diagnostic(f"{why}, and no picture shows that", help=help))


def title(figure: str) -> str:
    known = KNOWN[figure]
    return known.title[:1].upper() + known.title[1:]


def unit(figure: str) -> str:
    return "B" if KNOWN[figure].unit == "bytes" else ""


def in_pairs(drawn: Drawn) -> bool:
    """Whether every value of the first name stands in one row alone, as of names that are zipped."""
    return len({*map(str, values(drawn, drawn.varying[0]))}) == len(drawn.rows) > 1


def values(drawn: Drawn, name: str) -> list[int | float | str]:
    found: list[int | float | str] = drawn.rows.values[name].tolist()
    return found


def numbers(drawn: Drawn, figure: str) -> list[float]:
    try:
        return [float(number) for number in drawn.rows.figures[figure].tolist()]
    except OverflowError:
        raise no_picture(f"{figure} has more than 300 digits") from None


def limits(drawn: Drawn, name: str) -> list[Rule]:
    return [Rule(rule.amount, rule.text) for rule in drawn.rules if rule.name == name]


def note(drawn: Drawn, more: str = "") -> str:
    return f"{drawn.spec}: {counted(drawn.counts)}{more}"


def names(drawn: Drawn) -> list[str]:
    """What each row is called: ``width = 64, depth = 2``."""
    columns = [(name, values(drawn, name)) for name in drawn.varying]
    return [", ".join(f"{name} {column[place]}" for name, column in columns) for place in range(len(drawn.rows))]


def over(drawn: Drawn) -> Picture:
    """One figure over one name: a line, or bars where the name's values are no numbers."""
    name, figure = drawn.varying[0], drawn.figures[0]
    along, up = values(drawn, name), numbers(drawn, figure)
    about = f"{title(figure)} by {name}"
    if any(isinstance(one, str) for one in along):
        if len(along) > BARS:
            raise no_picture(f"{name} has more than {BARS} values")
        most = min((rule.place for rule in limits(drawn, figure)), default=None)
        rows = [Bar(str(one), value, most) for one, value in zip(along, up, strict=True)]
        return bars(about, rows, unit=unit(figure), note=note(drawn), wide=WIDE)
    points = sorted(zip(map(float, along), up, strict=True))
    across, rules = limits(drawn, name), limits(drawn, figure)
    x = Axis.around(name, [*(one for one, _ in points), *(rule.place for rule in across)])
    y = Axis.around(title(figure), [*up, *(rule.place for rule in rules)], unit=unit(figure), zero=True)
    return lines(about, [("", points)], x, y, note=note(drawn), wide=WIDE, rules=rules, across=across)


def over_two(drawn: Drawn) -> Picture:
    """One figure over two names: a cell for each pair of values."""
    (first, second), figure = drawn.varying, drawn.figures[0]
    rows, columns = ([*dict.fromkeys(values(drawn, name))] for name in (first, second))
    if len(rows) * len(columns) > CELLS:
        raise no_picture(f"{len(rows) * len(columns):,} pairs of {first} and {second}")
    at = {
        key: value
        for *key_, value in zip(values(drawn, first), values(drawn, second), numbers(drawn, figure), strict=True)
        for key in [tuple(key_)]
    }
    cells = [[at.get((row, column)) for column in columns] for row in rows]
    words = "; ".join(rule.text for rule in drawn.rules)
    more = f"; {words}" if words else ""
    return heat_map(
        f"{title(figure)} by {first} and {second}",
        [*map(str, columns)],
        [*map(str, rows)],
        cells,
        x_name=second,
        y_name=first,
        unit=unit(figure),
        note=note(drawn, more),
        wide=WIDE,
    )


def against(drawn: Drawn) -> Picture:
    """Two figures against each other, the front joined."""
    up, along = drawn.figures
    xs, ys, called = numbers(drawn, along), numbers(drawn, up), names(drawn)
    across, rules = limits(drawn, along), limits(drawn, up)
    x = Axis.around(title(along), [*xs, *(rule.place for rule in across)], log=is_wide(xs), unit=unit(along))
    y = Axis.around(title(up), [*ys, *(rule.place for rule in rules)], log=is_wide(ys), unit=unit(up))
    front = {*drawn.front}
    places: dict[tuple[int, int], int] = {}
    for place, point in enumerate(zip(xs, ys, strict=True)):
        places.setdefault((int(x.share(point[0]) * WIDE / CELL), int(y.share(point[1]) * HIGH / CELL)), place)
    kept = sorted({*places.values(), *front})
    points = [(xs[place], ys[place], called[place]) for place in kept]
    joins = {up, along} == {*drawn.aims} and not drawn.aims[along]
    aims = ", ".join(f"{'large' if large else 'small'} {name}" for name, large in drawn.aims.items())
    return scatter(
        f"{title(up)} against {title(along)[:1].lower()}{title(along)[1:]}",
        points,
        x,
        y,
        front=[number for number, place in enumerate(kept) if place in front],
        more_is_better=drawn.aims.get(up, True),
        note=note(drawn, f"; no other beats those in colour in {aims}"),
        wide=WIDE,
        high=HIGH,
        joins=joins,
        rules=rules,
        across=across,
    )


def is_wide(numbers: list[float]) -> bool:
    """Whether numbers span more than an even axis shows."""
    return min(numbers) > 0 and max(numbers) > 30 * min(numbers)
