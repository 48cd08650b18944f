"""What must hold of a run, whatever was put in: the status, the words on standard error, the places, the output."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree

from archcalc.importers.formats import format_of
from archcalc.sources.file import File

from .calibration import slowness
from .cases import Case
from .outputs import CONTROL, OUTPUTS, fault_of_text

SECONDS, MEGABYTES = 5.0, 300.0
PLACE = re.compile(r"^ *--> (.+):(\d+):(\d+)$", re.MULTILINE)
PLACELESS = re.compile(
    r"""
    no\ file\ |cannot\ (read|write)\ |'.*'\ is\ (not\ UTF-8|packed\ by|larger\ than|a\ variant\ itself)|--
    |two\ variants\ are|\S+\ has\ (no\ variant|\d+\ inputs)
    |unknown\ (column|counting)|no\ budget|'.*'\ (holds\ no\ reports|is\ not\ JSON)
    |'.*'\ means\ [\d,]+\ layers|the\ patterns\ take|to\ (\w+\ [\d,]+\ (layers|rows)|derive\ )
    |tensors\ are\ drawn\ as|a\ sum\ over|a\ pattern\ has|the\ ending\ of\ '|at\ depth\ \d+\ the\ picture|Mermaid\ draws
    |\S*\ has\ no\ file\ '|no\ layer\ '|no\ commit|no\ git\ |no\ convention\ '|'.*'\ is\ asked\ for\ twice
    |'.*'\ has\ no\ sequence|\S+:\ (node|layer)\ |byte\ [\d,]+\ of\ the\ file
    |no\ device\ '|.*\ has\ no\ peak\ of\b|no\ layer\ of\ '.*'\ is\ causal
    |'.*'\ is\ a\ spec\ itself|.*\ is\ a\ network\ that\ no\ spec|'.*'\ takes\ more\ than\b
    |'.*'\ (names\ several\ conventions|is\ a\ (file\ and\ a|link\ that)|is\ a\ file,\ and)
    |git\ |formula\ needs|not\ enough\ memory|.*\ has\ '.*',\ and\ git\ cannot\ read|'.*'\ has\ no\ layers\ that
    |'.*'\ (has\ changed\ while|and\ HEAD\ have\ no\ common\ ancestor|names\ several\ commits)
    |.*\ has\ no\ older\ version\ at\ '|no\ archcalc\.yaml
    |(Invalid|Missing|No\ such|Option|Got)\b
    """,
    re.VERBOSE | re.DOTALL,
)
"""Faults of the call or of a file as a whole: no place in a text is at fault."""


class Result:
    """What a run gave. ``megabytes``: its peak, where it was a process of its own. ``touched``: what it might not."""

    __slots__ = ("status", "out", "err", "seconds", "megabytes", "touched")

    def __init__(
        self, status: int, out: str, err: str, seconds: float, megabytes: float | None, touched: list[str]
    ) -> None:
        self.status, self.out, self.err = status, out, err
        self.seconds, self.megabytes, self.touched = seconds, megabytes, touched


def broken(case: Case, result: Result) -> list[str]:
    """What does not hold; nothing, as it should be."""
    try:
        return list(faults(case, result))
    except (ValueError, KeyError) as error:
        return [f"what was said cannot be read: {error}"[:300]]


def faults(case: Case, result: Result) -> Iterator[str]:
    yield from result.touched
    most = SECONDS * max(1, case.arguments.count("net.yaml"))  # for each network that is named
    if result.seconds >= most and result.seconds >= most * (factor := slowness()):
        yield f"took {result.seconds:.1f} s where the machine is {factor:.1f} times as slow as a quiet one"
    if result.megabytes is not None and result.megabytes >= MEGABYTES:
        yield f"took {result.megabytes:.0f} MB"
    if result.status not in (0, 1, 2):
        yield f"status {result.status}"
    if "Traceback" in result.err or "a defect of archcalc" in result.err:
        yield "a defect: " + (re.search(r"not of your spec: (.*)", result.err) or ["", result.err[-200:]])[1][:200]
        return
    if result.status == 2 and not result.err.strip():
        yield "status 2 without a word"
    told = result.err.strip()
    if (
        result.status != 2
        and told
        and not told.startswith(("note: ", '{"notes":', "proof: "))
        and "--update" not in case.arguments
    ):
        yield f"status {result.status} with words on standard error"
    if result.status == 1 and case.arguments[0] not in ("check", "diff", "memory"):
        yield "status 1 of a command that judges nothing"
    if result.status == 2:
        yield from faults_of_errors(case, result.err)
    if "\ufffd" not in result.out and not (result.status == 2 and case.arguments[0] != "check"):
        yield from faults_of_output(case, result.out)


# Errors


def faults_of_errors(case: Case, err: str) -> Iterator[str]:
    while err.startswith("{"):  # what is wrong with the call or the output file is said in words all the same
        line, _, err = err.partition("\n")
        for error in json.loads(line)["errors"]:
            yield from fault_of_place(case, error["message"], error["file"], error["line"], error["column"])
    if not err:
        return
    if CONTROL.search(err):
        yield f"control characters on standard error: {CONTROL.findall(err)[:3]}"
    if not err.startswith("error: "):
        yield "standard error does not begin with 'error: '"
    for block in re.split(r"\n\n(?=error: )", err):
        message = block.removeprefix("error: ")
        found = PLACE.search(block)
        if found:
            yield from fault_of_place(case, message, found[1], int(found[2]), int(found[3]))
        else:
            yield from fault_of_place(case, message, None, None, None)


def fault_of_place(case: Case, message: str, file: str | None, line: int | None, column: int | None) -> Iterator[str]:
    if file is None or line is None or column is None:
        if not PLACELESS.match(message) and not names_a_foreign_file(case, message):
            yield f"an error without a place: {first_line(message)}"
        return
    data = case.files.get(file)
    if data is None:
        return
    lengths = line_lengths(data)
    if not (1 <= line <= len(lengths) and 1 <= column <= lengths[line - 1] + 1):
        yield f"an error past the text: {file}:{line}:{column}: {first_line(message)}"


def names_a_foreign_file(case: Case, message: str) -> bool:
    """A file of another program's, which may have no lines: it is named, and the node where one is at fault."""
    return any(name in message and format_of(File(name, data)) is not None for name, data in case.files.items())


@lru_cache(maxsize=4)
def line_lengths(data: bytes) -> list[int]:
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    return [len(line) for line in re.split("\r\n|[\n\r\x85\u2028\u2029]", text)]


def first_line(text: str) -> str:
    return text.partition("\n")[0][:200]


# Output


def faults_of_output(case: Case, out: str) -> Iterator[str]:
    form = option(case, "--format")
    if option(case, "-o") is not None:
        if out and "--update" not in case.arguments:  # which prints what it changed
            yield "output beside -o"
        return
    if not out:
        return
    try:
        yield from OUTPUTS.get(form or "", fault_of_text)(out)
    except (ValueError, KeyError, SyntaxError, ElementTree.ParseError, csv.Error) as error:
        yield f"{form} that cannot be read: {type(error).__name__}: {error}"[:300]


def option(case: Case, name: str) -> str | None:
    """The value of an option, the last where it is given twice."""
    at = max((at for at, word in enumerate(case.arguments[:-1]) if word == name), default=None)
    return None if at is None else case.arguments[at + 1]


def written_to(case: Case) -> str | None:
    path = option(case, "-o")
    return None if path is None else os.path.basename(path)
