"""Time and memory from a thousand layers to a million: written one by one, repeated, nested, in branches, with skips.

    python tests/benchmarks/scale.py [--most 1000000]

Each network is sized by a whole process and written as JSON, and once more for its totals alone. Prints time and peak
memory, less those of a network of one layer, and the exponents with which they grow: 1 is linear. No pass, no fail.
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
from collections.abc import Callable, Iterable
from itertools import chain, repeat

from processes import ARCHCALC, Measured, installed, measured

HEAD = "name: scale\ninput: [8, 8, 8]\ndefaults: {conv: {kernel: 3, padding: 1}}\n"
UNIT = "residual: [{conv: 8}, batch_norm, relu, {conv: 8}, batch_norm]"  # six layers with its addition


def written(layers: int) -> Iterable[str]:
    return chain(["layers:\n"], repeat("- conv: 8\n- relu\n", layers // 2))


def repeated(layers: int) -> str:
    return f"layers:\n- {{conv: 8, repeat: {layers}}}\n"


def nested(layers: int) -> str:
    """Blocks that call one another, ten times each."""
    levels = round(math.log10(layers))
    ten = "[{conv: 8}, relu, {conv: 8}, relu, relu, {conv: 8}, relu, {conv: 8}, relu, relu]"
    calls = "".join(f"  b{n}: {{layers: [{{b{n - 1}: , repeat: 10}}]}}\n" for n in range(2, levels + 1))
    return f"blocks:\n  b1: {{layers: {ten}}}\n{calls}layers: [b{levels}]\n"


def branched(layers: int) -> str:
    unit = "parallel: {a: [{conv: 8}, relu], b: [{conv: 8}, {conv: 8}, relu], c: []}"
    return f"blocks:\n  unit: {{layers: [{{{unit}}}, add]}}\nlayers:\n- {{unit: , repeat: {layers // 6}}}\n"


def skips(layers: int) -> str:
    """Residuals that count, so that each is run, and at the end a sum of tensors from far before."""
    named = "".join(f"- {{{UNIT}, repeat: {layers // 60}, when: i >= 0, name: s{n}}}\n" for n in range(10))
    return f"layers:\n{named}- add: [{', '.join(f's{n}' for n in range(10))}]\n"


SHAPES: dict[str, Callable[[int], Iterable[str]]] = {
    "written": written,
    "repeated": repeated,
    "nested": nested,
    "branched": branched,
    "long skips": skips,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of networks of many layers.")
    parser.add_argument("--most", type=int, default=1_000_000)
    most = parser.parse_args().most
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= most]
    with installed() as code, tempfile.TemporaryDirectory() as folder:
        least = run(code, folder, repeated(1), "--format", "json")
        print(f"{'shape':12}{'layers':>11}{'seconds':>10}{'peak MB':>10}{'totals alone':>15}")
        for shape, text in SHAPES.items():
            found = []
            for size in sizes:
                whole = run(code, folder, text(size), "--format", "json")
                totals = run(code, folder, text(size), "relu.yaml")
                seconds, megabytes = whole.seconds - least.seconds, (whole.peak - least.peak) / 1e6
                found.append((size, seconds, megabytes))
                print(
                    f"{shape:12}{size:>11,}{seconds:>10.2f}{megabytes:>10.1f}{totals.seconds - least.seconds:>13.2f} s"
                )
            times, peaks = ([(size, row[column]) for size, *row in found] for column in (0, 1))
            print(f"{shape:12}{'exponents':>11}{exponent(times):>10}{exponent(peaks):>10}\n")


def run(code: str, folder: str, layers: Iterable[str], *arguments: str) -> Measured:
    """Size a network; its text is written piece by piece, for what this process holds would be counted to the other."""
    for name, text in (
        ("net.yaml", chain([HEAD], layers)),
        ("relu.yaml", ["name: relu\ninput: [1]\nlayers: [relu]\n"]),
    ):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.writelines(text)
    command = [*ARCHCALC, "show", "net.yaml", *arguments, "--max-work", "1000000000", "-o", os.devnull]
    done = measured(command, folder, PYTHONPATH=code)
    if done.status:
        raise SystemExit(done.errors)
    return done


def exponent(points: list[tuple[int, float]]) -> str:
    """The slope of a straight line through the logarithms, where there is something to measure."""
    logs = [(math.log(size), math.log(figure)) for size, figure in points if figure > 0.05]
    if len(logs) < 2:
        return "-"
    mean_x, mean_y = (sum(column) / len(logs) for column in zip(*logs, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)
    return f"{slope:.2f}"


if __name__ == "__main__":
    main()
