"""Widths for the layers of a pattern: which layers it decides, and what is wrong where it decides none."""

from __future__ import annotations

from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.network import Network
from archcalc.graph.paths import Paths, advice
from archcalc.graph.repetition import renamed, walk
from archcalc.report.widths import Pattern, Widths

MOST_TOLD = 10


class Laid:
    """Widths laid over the layers of a network. Raises SpecError where two dtypes meet in one shared weight.

    ``dtypes`` has those of each layer in the order that they run: of the patterns that match it the last one holds.
    ``idle`` are the patterns that decide nothing, by their text.
    """

    def __init__(self, widths: Widths, network: Network) -> None:
        self.widths, self.network = widths, network
        self.walked = [*walk(network)]
        self.names = [renamed(node.path, repetition) for node, repetition in self.walked]
        self.paths = Paths(self.names)
        self.by = [-1] * len(self.names)  # the number of the pattern that decides
        for number, pattern in enumerate(widths.patterns):
            hold_apart(pattern, network)
            for place in self.paths.matched(pattern.text, pattern.span):
                self.by[place] = number
        self.dtypes = [widths.patterns[number].dtypes if number >= 0 else widths.dtypes for number in self.by]
        deciding = {number for number, (node, _) in zip(self.by, self.walked, strict=True) if node.applied.weights}
        patterns = enumerate(widths.patterns)
        self.idle = {pattern.text: pattern for number, pattern in patterns if number not in deciding}
        self._hold_shared()

    def _hold_shared(self) -> None:
        places = {name: place for place, name in enumerate(self.names)}
        for place, (node, repetition) in enumerate(self.walked):
            for weight, _, _ in node.applied.weights if node.shared else ():
                owner = places[renamed(node.owner(weight).path, repetition)]
                one, other = self.dtypes[place].of(weight), self.dtypes[owner].of(weight)
                if one != other:
                    name, owners = self.names[place], self.names[owner]
                    message = f"the {weight} of '{name}' is that of '{owners}', and cannot be {one} and {other}"
                    help = f"'{owners}' and '{name}' need one dtype: a pattern for each, or one that matches both"
                    span = self.widths.patterns[max(self.by[place], self.by[owner])].span
                    raise SpecError(Diagnostic(message, span, help=help))

    def hold(self, *others: Laid) -> None:
        """Raise SpecError, with the first ten, for patterns that decide nothing here and in the others."""
        wrong = [pattern for text, pattern in self.idle.items() if all(text in other.idle for other in others)]
        if wrong:
            raise SpecError(*map(self.wrong_with, wrong[:MOST_TOLD]))

    def wrong_with(self, pattern: Pattern) -> Diagnostic:
        """What is wrong with a pattern that decides nothing."""
        places = self.paths.matched(pattern.text, pattern.span)
        if not places:
            said = f"'{pattern.text}' matches no layer of {self.network.name}"
            help = advice(pattern.text, self.paths, self.names)
        elif not any(self.walked[place][0].applied.weights for place in places):
            said = f"what '{pattern.text}' matches has no weights, such as '{self.names[places[0]]}'"
            help = "leave it out"
        else:
            said = f"'{pattern.text}' decides nothing: later patterns match all of its layers"
            help = "of those that match a layer the last one holds: write the wider pattern first"
        return Diagnostic(said, pattern.span, help=help)


def hold_apart(pattern: Pattern, network: Network) -> None:
    """Raise SpecError for a pattern that tells repetitions apart whose number is a name: no form could say it."""
    numbered = any(level.strip("*").isdigit() for level in pattern.text.split("/"))
    if numbered and any(type(run.times) is not int for run in network.runs):
        message = f"'{pattern.text}' tells repetitions apart, and their number is a name"
        raise SpecError(Diagnostic(message, pattern.span, help="a * in place of the number means all of them"))
