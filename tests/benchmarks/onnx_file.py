"""A file of ONNX of 346 MB: archcalc beside the onnx package, which loads it and infers its shapes.

    python tests/benchmarks/onnx_file.py [--python PYTHON] [--runs 5]

The file is a vision transformer of ViT-B/16's sizes with random weights inside, written anew. Every figure is of a
whole process; in a run they take turns. PYTHON is one that has the package ``onnx``. No pass, no fail.
"""

from __future__ import annotations

import argparse
import os
import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from processes import ARCHCALC, Measured, installed, measured, seconds

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.importers.onnx.writing import model, node, tensor, whole

WIDTH, DEPTH, HEADS, TOKENS, CLASSES = 768, 12, 12, 197, 1000
CHECK = "import onnx, sys; onnx.shape_inference.infer_shapes(onnx.load(sys.argv[1]), data_prop=True)"
LOAD = "import onnx, sys; onnx.load(sys.argv[1])"


def main() -> None:
    parser = argparse.ArgumentParser(description="A large file of ONNX: archcalc beside the onnx package.")
    parser.add_argument("--python", default=sys.executable, help="the Python of the environment that has onnx")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", metavar="PATH", help="write the file, and no more")
    given = parser.parse_args()
    if given.write:
        Path(given.write).write_bytes(transformer())
        return
    with tempfile.TemporaryDirectory() as folder, installed() as code:
        path = os.path.join(folder, "vit.onnx")
        seconds([sys.executable, __file__, "--write", path])
        print(f"{os.path.getsize(path) / 1e6:,.0f} MB; whole processes, medians of {given.runs} runs")
        compare(path, given.python, given.runs, code)


def compare(path: str, python: str, runs: int, code: str) -> None:
    commands = {
        "archcalc convert": [*ARCHCALC, "convert", path],
        "archcalc show": [*ARCHCALC, "show", path, "--format", "json"],
        "onnx.load": [python, "-c", LOAD, path],
        "onnx.load, infer_shapes": [python, "-c", CHECK, path],
    }
    found: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(measured(command, os.path.dirname(path), PYTHONPATH=code))
    first = found["archcalc convert"]
    for name, turns in found.items():
        if any(one.status for one in turns):
            print(f"  {name:26}ended with status {turns[0].status}: {turns[0].errors.strip()[-200:]}")
            continue
        ratio = median(one.seconds / other.seconds for one, other in zip(turns, first, strict=True))
        time, peak = median(one.seconds for one in turns), max(one.peak for one in turns) / 1e6
        print(f"  {name:26}{time:8.2f} s{peak:8.0f} MB{ratio:8.1f} times")


def transformer() -> bytes:
    stored = [tensor(name, dims, random_floats(dims)) for name, dims in weights()]
    stored += [whole("heads", [1, TOKENS, HEADS, WIDTH // HEADS]), whole("joined", [1, TOKENS, WIDTH])]
    stored += [
        whole("patches", [1, WIDTH, TOKENS - 1]),
        whole("first", [0]),
        tensor("half", [1], struct.pack("<f", 0.5)),
    ]
    return model([*nodes()], stored, {"image": [1, 3, 224, 224]}, ["classes"])


def random_floats(dims: list[int]) -> bytes:
    count = 4
    for size in dims:
        count *= size
    return os.urandom(count)


def weights() -> Iterator[tuple[str, list[int]]]:
    yield from (
        ("patch.w", [WIDTH, 3, 16, 16]),
        ("patch.b", [WIDTH]),
        ("class", [1, 1, WIDTH]),
        ("places", [1, TOKENS, WIDTH]),
    )
    for block in range(DEPTH):
        for name in "qkvo":
            yield f"{block}.{name}.w", [WIDTH, WIDTH]
            yield f"{block}.{name}.b", [WIDTH]
        yield from ((f"{block}.{name}", [WIDTH]) for name in ("n1.w", "n1.b", "n2.w", "n2.b", "down.b"))
        yield from (
            (f"{block}.up.w", [WIDTH, 4 * WIDTH]),
            (f"{block}.up.b", [4 * WIDTH]),
            (f"{block}.down.w", [4 * WIDTH, WIDTH]),
        )
    yield from (("norm.w", [WIDTH]), ("norm.b", [WIDTH]), ("head.w", [WIDTH, CLASSES]), ("head.b", [CLASSES]))


def nodes() -> Iterator[bytes]:
    yield node("Conv", "image patch.w patch.b", "p", strides=[16, 16])
    yield node("Reshape", "p patches", "p1")
    yield node("Transpose", "p1", "p2", perm=[0, 2, 1])
    yield node("Concat", "class p2", "p3", axis=1)
    yield node("Add", "p3 places", "x0")
    for block in range(DEPTH):
        yield from layer(block)
    yield node("LayerNormalization", f"x{DEPTH} norm.w norm.b", "n", axis=-1)
    yield node("Gather", "n first", "token", axis=1)
    yield node("Flatten", "token", "flat")
    yield node("Gemm", "flat head.w head.b", "classes")


def layer(block: int) -> Iterator[bytes]:
    at = f"{block}."
    yield node("LayerNormalization", f"x{block} {at}n1.w {at}n1.b", f"{at}1", axis=-1)
    for name in "qkv":
        yield node("MatMul", f"{at}1 {at}{name}.w", f"{at}{name}1")
        yield node("Add", f"{at}{name}1 {at}{name}.b", f"{at}{name}2")
        yield node("Reshape", f"{at}{name}2 heads", f"{at}{name}3")
        yield node("Transpose", f"{at}{name}3", f"{at}{name}4", perm=[0, 2, 3, 1] if name == "k" else [0, 2, 1, 3])
    yield node("MatMul", f"{at}q4 {at}k4", f"{at}s")
    yield node("Mul", f"{at}s half", f"{at}s1")
    yield node("Softmax", f"{at}s1", f"{at}s2", axis=-1)
    yield node("MatMul", f"{at}s2 {at}v4", f"{at}a")
    yield node("Transpose", f"{at}a", f"{at}a1", perm=[0, 2, 1, 3])
    yield node("Reshape", f"{at}a1 joined", f"{at}a2")
    yield node("MatMul", f"{at}a2 {at}o.w", f"{at}o1")
    yield node("Add", f"{at}o1 {at}o.b", f"{at}o2")
    yield node("Add", f"x{block} {at}o2", f"{at}x")
    yield node("LayerNormalization", f"{at}x {at}n2.w {at}n2.b", f"{at}2", axis=-1)
    yield node("MatMul", f"{at}2 {at}up.w", f"{at}u")
    yield node("Add", f"{at}u {at}up.b", f"{at}u1")
    yield node("Relu", f"{at}u1", f"{at}u2")
    yield node("MatMul", f"{at}u2 {at}down.w", f"{at}d")
    yield node("Add", f"{at}d {at}down.b", f"{at}d1")
    yield node("Add", f"{at}x {at}d1", f"x{block + 1}")


if __name__ == "__main__":
    main()
