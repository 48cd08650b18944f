"""What the generators draw from: shapes and arguments that mostly fit, and now and then do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
Made = tuple[dict[str, Any], list[tuple[int, ...]]]
Generator = Callable[["Draw"], Made]

GENERATORS: dict[str, Generator] = {}


def generator(*layers: str) -> Callable[[Generator], Generator]:
    """Declare how cases of these layer types are made: arguments and the shapes that the layer reads."""

    def register(function: Generator) -> Generator:
        for layer in layers:
            if layer in GENERATORS:
                raise ValueError(f"two generators for {layer}")
            GENERATORS[layer] = function
        return function

    return register


class Draw(Random):
    """Random numbers of the kinds that layers take."""

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def one_of(self, *values: T) -> T:
        return self.choice(values)

    def size(self, most: int) -> int:
        """A size of an axis, now and then 0 or 1."""
        return self.one_of(0, 1) if self.chance(0.06) else self.randint(1, most)

    def shape(self, least: int, most: int, size: int = 6) -> tuple[int, ...]:
        """A shape of so many axes."""
        return tuple(self.size(size) for _ in range(self.randint(least, most)))

    def spatial(self, axes: int) -> tuple[int, ...]:
        """Sizes of spatial axes: fewer positions an axis where there are more."""
        return tuple(self.size((24, 14, 7)[min(axes, 3) - 1]) for _ in range(axes))

    def axes(self) -> int:
        """How many spatial axes: 1 to 3, now and then none or 4."""
        return self.one_of(0, 4) if self.chance(0.03) else self.one_of(1, 2, 2, 2, 3)

    def image(self, channels: int) -> tuple[int, ...]:
        """A shape ``[C, ...spatial]`` of so many channels."""
        return (channels, *self.spatial(self.axes()))

    def channels(self) -> int:
        return self.one_of(1, 2, 3, 4, 5, 6, 8, 12, 16)

    def per_axis(self, axes: int, one: Callable[[], Any]) -> Any:
        """A value for all axes or a list of one each, now and then one too few or many."""
        if self.chance(0.6):
            return one()
        number = axes + self.one_of(-1, 1) if self.chance(0.06) else axes
        return [one() for _ in range(max(number, 1))]

    def counted(self, *usual: int, bad: float = 0.015) -> int:
        """One of the usual values, now and then 0 or less."""
        return self.one_of(0, -1) if self.chance(bad) else self.choice(usual)

    def axis(self, rank: int, bad: float = 0.08) -> int:
        """An axis of a tensor of so many axes, counted from either end; now and then none of it."""
        if rank == 0 or self.chance(bad):
            return self.one_of(rank, -rank - 1, rank + 1)
        return self.randrange(-rank, rank)

    def some_axes(self, rank: int) -> Any:
        """An axis or a list of them, now and then naming one twice."""
        if self.chance(0.4):
            return self.axis(rank)
        chosen = self.sample(range(rank), self.randint(min(1, rank), rank))
        found = [axis - rank if self.chance(0.4) else axis for axis in chosen]
        if self.chance(0.08):
            found.append(self.axis(rank))
        return found

    def changed(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The shape with one axis of another size, or one axis more or less."""
        sizes = [*shape]
        if not sizes or self.chance(0.2):
            sizes.insert(self.randint(0, len(sizes)), self.randint(1, 4))
        elif self.chance(0.2):
            del sizes[self.randrange(len(sizes))]
        else:
            place = self.randrange(len(sizes))
            sizes[place] = max(sizes[place] + self.one_of(-1, 1), 0)
        return tuple(sizes)

    def given(self, **values: Any) -> dict[str, Any]:
        """Each of these arguments, or not: its default."""
        return {name: value for name, value in values.items() if self.chance(0.5)}

    def flag(self) -> bool:
        return self.chance(0.5)
