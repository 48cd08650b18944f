"""What the formats say in the same words: verdicts, limits and places."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archcalc.budget.outcome import MOST_NAMES, Outcome, some
from archcalc.budget.result import Result, growth
from archcalc.errors import Diagnostic
from archcalc.report.figures import RECEPTIVE_FIELD, show_binary

if TYPE_CHECKING:
    from archcalc.budget.loosening import Loosening
    from archcalc.report.documents import Grown


def verdict(result: Result) -> str:
    """``ok``, ``over``, ``under``; ``warn`` and ``off`` fail nothing; ``new`` and ``-`` are not judged."""
    if result.level == "off":
        return "off"
    if result.new:
        return "new"
    if result.note:
        return "-"
    if result.ok:
        return "ok"
    return "warn" if result.level == "warn" else "under" if result.bound == "min" else "over"


def is_urgent(result: Result) -> bool:
    """Whether it fails or warns."""
    return not result.ok and result.level != "off"


def title(outcome: Outcome) -> str:
    """The verdict on the whole."""
    if outcome.errors:
        return f"no verdict, {len(outcome.errors):,} error{'' if len(outcome.errors) == 1 else 's'}"
    said = []
    failing = sum(result.failed for result in outcome.results)
    if failing:
        said.append(f"{failing:,} limit{' does' if failing == 1 else 's do'} not hold")
    elif not outcome.failed:
        said.append("within budget")
    if outcome.loosened:
        said.append(f"{len(outcome.loosened):,} loosened")
    return ", ".join(said)


def error(diagnostic: Diagnostic) -> str:
    """An error on one line, with its place."""
    span = diagnostic.span
    at = f"{span.source.name}:{span.line + 1}: " if span else ""
    return f"{at}{diagnostic.message}"


def note(diagnostic: Diagnostic) -> str:
    """A note on one line, with its place and what to do."""
    return f"{error(diagnostic)} ({diagnostic.help})" if diagnostic.help else error(diagnostic)


def loosened(outcome: Outcome) -> dict[str, Loosening]:
    """A line for each thing that is loosened, with the specs that it is loosened for, and the first of them."""
    alike: dict[str, list[Loosening]] = {}
    for one in outcome.loosened:
        at = f" ({one.span.source.name}:{one.span.line + 1})" if one.span else ""
        alike.setdefault(f"{one.sentence()}{at}", []).append(one)
    names = {said: some(one.name for one in those if one.name) for said, those in alike.items()}
    return {f"{names[said]}: {said}" if names[said] else said: those[0] for said, those in alike.items()}


def left_out(outcome: Outcome) -> str:
    """What globs leave out; empty if nothing is."""
    return f"left out, matched and no spec: {some(outcome.left_out)}" if outcome.left_out else ""


def used(result: Result) -> str:
    """``5,288,548``, with its growth if growth is limited."""
    shown = f"{result.used:,}{result.unit}"
    return shown if result.base is None else f"{shown} ({growth(result.used, result.base)})"


def limit(result: Result) -> str:
    """``max 5M``, ``min 1M``, ``+1% of 5,236,548``."""
    if result.bound != "max_increase":
        return f"{result.bound} {result.written}"
    return f"+{result.written}" + ("" if result.base is None else f" of {result.base:,}{result.unit}")


def written_at(result: Result) -> str:
    return result.file if result.file.startswith("--") else f"{result.file}:{result.line}"


def prefix(result: Result) -> str:
    """What a line about a limit that does not hold begins with."""
    return "warning" if result.level == "warn" else f"{verdict(result)} budget"


def by_weight(results: Iterable[Result]) -> list[Result]:
    """What fails first, then warnings, then what is nearest to its limit."""

    def weight(result: Result) -> tuple[bool, bool, float]:
        share = result.share or 0.0
        if result.bound == "min" and result.used:
            share = 1 / share if share else 0.0
        return not result.failed, result.ok or result.level == "off", -share

    return sorted(results, key=weight)


def counts(results: Iterable[Result]) -> str:
    """``7 limits: 5 hold, 1 fails, 1 warns``."""
    said = [verdict(result) for result in results]
    failing = sum(word in ("over", "under") for word in said)
    parts = [f"{said.count('ok')} hold"]
    parts += [f"{failing} fail{'s' if failing == 1 else ''}"] if failing else []
    parts += [f"{said.count('warn')} warn{'s' if said.count('warn') == 1 else ''}"] if "warn" in said else []
    parts += [f"{said.count('new')} new"] if "new" in said else []
    parts += [f"{said.count('-')} not judged"] if "-" in said else []
    parts += [f"{said.count('off')} off"] if "off" in said else []
    return f"{len(said):,} limit{'' if len(said) == 1 else 's'}: {', '.join(parts)}"


def explained(result: Result) -> str:
    """The sentence of a result, with its message and the line that costs most."""
    text = str(result)
    if result.peak is not None:
        return "; ".join([text, *at_the_peak(result)])
    if result.place and not result.ok and result.bound != "min":
        what = "grew most" if result.bound == "max_increase" else "costs most"
        if result.metric == RECEPTIVE_FIELD.name:
            what = "is the first that sees more"
        text += f"; {result.place[0]}:{result.place[1]} {what}"
    return text


def at_the_peak(result: Result) -> list[str]:
    """Of a limit on memory that does not hold: where the peak is, the tensors alive there, and what of that grew."""
    found = result.peak
    if found is None:
        return []
    file, line = result.place or (found["at"]["file"], found["at"]["line"])
    alive = [f"{one['path']} {show_binary(one['bytes'])} ({one['file']}:{one['line']})" for one in found["alive"]]
    if len(alive) > MOST_NAMES:
        alive[MOST_NAMES:] = [f"{len(alive) - MOST_NAMES:,} more"]
    grew = [] if found["grew"] is None else [growing(found["grew"])]
    peak = "the peak"
    if result.metric == "arena":  # more than what is alive at one time, where gaps are left
        peak = f"the live peak, {show_binary(sum(one['bytes'] for one in found['alive']))},"
    return [f"{peak} is at {found['at']['path']} ({file}:{line})", *(f"alive there: {one}" for one in alive), *grew]


def growing(grew: Grown) -> str:
    """``net.yaml:4 grew most: stem, 36.0 KiB before``."""
    where = f"{grew['file']}:{grew['line']}"
    if grew["until"] is not None:
        return f"{where} lets {grew['path']} live longer than in the base, to {grew['until']}"
    was = f"{show_binary(grew['was'])} before" if grew["was"] else "new"
    return f"{where} grew most: {grew['path']}, {was}"


def path_from(root: str | None, file: str) -> str | None:
    """A file's path from a root, by default the working directory. None if there is no such file below it."""
    if file.startswith(("--", "<")) or not os.path.isfile(file):
        return None
    start = os.path.realpath(root) if root else os.path.realpath(os.getcwd())
    relative = os.path.relpath(os.path.realpath(file), start).replace(os.sep, "/")
    return None if relative.startswith("../") else relative


def place_of(result: Result, root: str | None) -> tuple[str, int] | None:
    """Where to show a result: the spec's line that costs most, else where the limit is written."""
    for file, line in [*([result.place] if result.place else []), (result.file, result.line)]:
        path = path_from(root, file)
        if path is not None:
            return path, line
    return None
