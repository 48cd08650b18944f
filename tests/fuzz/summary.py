"""What a run saw: how many inputs, what became of them, the slowest, the failures."""

from __future__ import annotations

import re
from collections import Counter

from .cases import Case
from .promise import Result, first_line

SLOWEST = 5
NUMBER = re.compile(r"'[^']*'|\d[\d,]*")


class Summary:
    """Adds up results; sums of several workers add up too."""

    def __init__(self) -> None:
        self.commands: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.messages: Counter[str] = Counter()
        self.slowest: list[tuple[float, str]] = []
        self.seconds = 0.0
        self.peak = 0.0
        self.failures: list[tuple[str, list[str]]] = []

    def add(self, seed: str, case: Case, result: Result, said: list[str]) -> None:
        self.commands[case.arguments[0]] += 1
        self.statuses[result.status] += 1
        if result.status == 2:
            self.messages[NUMBER.sub("_", first_line(result.err))[:100]] += 1
        self.seconds += result.seconds
        self.peak = max(self.peak, result.megabytes or 0)
        self.slowest = sorted([*self.slowest, (result.seconds, seed)], reverse=True)[:SLOWEST]
        if said:
            self.failures.append((seed, said))

    def join(self, other: Summary) -> None:
        self.commands += other.commands
        self.statuses += other.statuses
        self.messages += other.messages
        self.slowest = sorted(self.slowest + other.slowest, reverse=True)[:SLOWEST]
        self.seconds += other.seconds
        self.peak = max(self.peak, other.peak)
        self.failures += other.failures

    def text(self, title: str) -> str:
        count = self.commands.total()
        each = 1000 * self.seconds / max(count, 1)
        lines = [
            f"{title}: {count:,} inputs, {self.seconds:.0f} s of CPU, {each:.1f} ms each",
            "  commands   " + ", ".join(f"{name} {number:,}" for name, number in self.commands.most_common()),
            "  statuses   " + ", ".join(f"{status}: {number:,}" for status, number in sorted(self.statuses.items())),
            f"  errors     {len(self.messages):,} different first lines",
            "  slowest    " + ", ".join(f"{seconds:.2f} s ({seed})" for seconds, seed in self.slowest),
            f"  memory     {self.peak:.0f} MB at most",
            f"  failures   {len(self.failures):,}",
        ]
        kinds = Counter(NUMBER.sub("_", one.rpartition(": ")[2])[:60] for _, said in self.failures for one in said)
        lines += [f"    {number:,} x {kind}" for kind, number in kinds.most_common()]
        lines += [f"    {seed}: {'; '.join(said)}" for seed, said in self.failures[:40]]
        return "\n".join(lines)
