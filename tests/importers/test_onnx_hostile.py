"""ONNX files that a stranger made: every one is refused in bounded time, and no other file is opened."""

from __future__ import annotations

import builtins
import contextlib
import gzip
import random
import time
from pathlib import Path
from typing import Any

import pytest

from archcalc.errors import SpecError
from archcalc.importers import Asked, format_of, import_file
from archcalc.importers.formats import FORMATS
from archcalc.meter import MAX_WORK, Meter, metered
from archcalc.sources.file import File
from tests.importers.onnx.writing import field, graph, model, node, tensor, value, varint, whole

FILES = Path(__file__).parent / "onnx"
ONNX = next(form for form in FORMATS if form.name == "onnx")
RELU = node("Relu", "x", "y")


def read(data: bytes, work: int = MAX_WORK) -> Any:
    with metered(Meter(work)):
        return import_file(File("net.onnx", data), ONNX, Asked())


def told(data: bytes, work: int = MAX_WORK) -> str:
    started = time.process_time()
    with pytest.raises(SpecError) as error:
        read(data, work)
    assert time.process_time() - started < 60
    return " ".join(one.message for one in error.value.diagnostics)


def test_the_writer_of_these_tests_writes_what_is_read() -> None:
    assert "relu" in read(model([RELU])).text


@pytest.mark.parametrize(
    "data, words",
    [
        (field(1, 8) + b"\x3a\xff", "begins a number that does not end"),
        (field(1, 8) + b"\x3a" + b"\xff" * 12, "begins a number that does not end"),
        (field(1, 8) + b"\x3a" + varint(2**62) + b"\0", "longer than what it stands in"),
        (field(1, 8) + b"\x3b", "of a kind that there is not (3)"),
        (field(1, 8) + field(7, b"\x0a\x7f\x0a"), "longer than what it stands in"),
        (field(1, 8), "the file has no graph"),
        (model([RELU], [tensor("w", [2**63 - 1, 2**63 - 1])]), "sizes that no tensor has"),
        (model([RELU], [tensor("w", [1] * 65)]), "sizes that no tensor has"),
        (model([RELU], inputs={"x": [1] * 65}), "has 65 axes"),
        (model([node("Relu", "b", "a"), node("Relu", "a", "b"), node("Relu", "a", "y")]), "nothing makes"),
        (model([node("Relu", "y", "y")]), "a tensor that nothing makes"),
        (model([RELU], outputs=["z"]), "nothing makes"),
        (model([RELU], outputs=[]), "gives no tensor"),
        (model([node("Relu", "", "y")]), "Relu without its input 1"),
        (model([node("Concat", "x x", "y", axis=9)]), "an axis 9 of a tensor with 2 axes"),
        (model([node("Frob", "x", "y", domain="evil")]), "knows no operator 'evil.Frob'"),
        (model([node("Softmax", "x", "y", axis="wide")]), "no whole number"),
        (model([node("Reshape", "x s", "y")], [whole("s", [2**40, 2**40])]), "a view of"),
        (model([node("Expand", "x s", "y")], [whole("s", [2**40, 2**40, 1, 1])]), "elements"),
        (model([node("Split", "x", "y", num_outputs=2**60)], opset=18), "Split in"),
        (model([node("Transpose", "x", "y", perm=[0, 0])]), "Transpose of 2 axes"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused(data: bytes, words: str) -> None:
    assert words in told(data)


def test_a_network_that_needs_too_much_work_is_refused() -> None:
    nodes = [node("Relu", f"t{number}", f"t{number + 1}") for number in range(8_000)]
    assert "takes more than" in told(model(nodes, inputs={"t0": [1, 4]}, outputs=["t8000"]), 100_000)


@pytest.mark.slow
def test_more_nodes_than_are_read() -> None:
    assert "takes more than" in told(field(1, 8) + field(7, field(1, RELU) * 1_000_000))


def test_graphs_in_graphs_are_bounded() -> None:
    body = graph([RELU], [], {}, ["y"])
    for _ in range(40):
        body = graph([node("If", "c", "y", then_branch=body, else_branch=body[:0])], [], {}, ["y"])
    found = field(1, 8) + field(7, body) + field(8, field(2, 17))
    assert "more than 30 deep" in told(found)


def function(name: str, calls: int, callee: str) -> bytes:
    nodes = [node(callee, "a", "b", domain="" if callee == "Relu" else "own") for _ in range(calls)]
    return field(1, name) + field(4, "a") + field(5, "b") + b"".join(field(7, one) for one in nodes) + field(10, "own")


def test_functions_that_call_themselves_or_grow_are_bounded() -> None:
    call = node("f0", "x", "y", domain="own")
    assert "more than 50 deep" in told(model([call], functions=[function("f0", 1, "f0")]))
    growing = [function(f"f{number}", 10, f"f{number + 1}" if number < 9 else "Relu") for number in range(10)]
    assert "takes more than" in told(model([call], functions=growing), 100_000)


def doubled(type: str, times: int, **more: Any) -> list[bytes]:
    """A constant that grows twofold, or to its power, at each of these nodes."""
    return [node(type, f"t{number} t{number}", f"t{number + 1}", **more) for number in range(times)]


@pytest.mark.parametrize(
    "nodes, stored",
    [
        (doubled("Concat", 60, axis=0), whole("t0", [1])),
        (doubled("Concat", 60, axis=0), tensor("t0", [4], bytes(16))),
        (doubled("Mul", 60), whole("t0", [3])),
        (doubled("Pow", 60), whole("t0", [3])),
    ],
)  # fmt: skip
def test_constants_that_grow_are_not_held(nodes: list[bytes], stored: bytes) -> None:
    last = node("Add", "x t60", "z")
    with metered(Meter(MAX_WORK)):
        started = time.process_time()
        with contextlib.suppress(SpecError):
            read(model([*nodes, last], [stored], {"x": [1, 1]}, ["z"]))
        assert time.process_time() - started < 5


@pytest.mark.parametrize("type, inputs", [("ConstantOfShape", "s"), ("Range", "a b c")])
def test_large_constants_are_not_made(type: str, inputs: str) -> None:
    stored = [whole("s", [2**40]), scalar("a", 0), scalar("b", 2**40), scalar("c", 1), whole("r", [2**40])]
    nodes = [node(type, inputs, "t"), node("Tile", "t r", "u"), node("Add", "x u", "y")]
    assert f"a tensor of {[2**80]}" in told(model(nodes, stored))


def scalar(name: str, number: int) -> bytes:
    return tensor(name, [], number.to_bytes(8, "little"), 7)


def test_no_other_file_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    data = model([node("MatMul", "x w", "y")], [tensor("w", [4, 8])])
    read(data)

    def refuse(*arguments: object, **more: object) -> None:
        raise AssertionError(f"opened {arguments}")

    monkeypatch.setattr(builtins, "open", refuse)
    assert "linear" in read(data).text


def test_what_is_packed_is_no_model() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    assert format_of(File("net.onnx", bomb)) is None
    assert format_of(File("net.onnx", b"PK\3\4" + bytes(100))) is None


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, taken out, doubled or cut off."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(found) or 1)
        kind = chance.randrange(5)
        if kind == 0:
            found[place : place + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            found[place : place + chance.randint(1, 20)] = b""
        elif kind == 2:
            found[place:place] = found[place : place + chance.randint(1, 60)]
        elif kind == 3:
            found[place : place + 1] = varint(chance.choice((0, 2**31, 2**63, 2**64 - 1)))
        elif chance.random() < 0.1:
            del found[place:]
    return bytes(found)


def mutate(count: int, seed: int) -> int:
    """How many of the mutants are read all the same; each of the others is a SpecError."""
    chance = random.Random(seed)
    seeds = [path.read_bytes() for path in sorted(FILES.glob("*.onnx"))]
    read_all_the_same = 0
    for number in range(count):
        data = mutated(chance.choice(seeds), chance)
        started = time.process_time()
        try:
            read(data)
            read_all_the_same += 1
        except SpecError:
            pass
        assert time.process_time() - started < 10, (seed, number)
    return read_all_the_same


def test_mutants_are_read_or_refused() -> None:
    assert 0 < mutate(60, 1) < 60


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_many_mutants_are_read_or_refused(seed: int) -> None:
    assert mutate(1_000, seed)


def test_values_are_written_as_onnx_has_them() -> None:
    assert value("x", [1, "n"])[:3] == field(1, "x")


@pytest.mark.parametrize("kind", ["Add", "Sub", "Mul", "Div", "Sqrt", "Erf", "ReduceMean"])
def test_patterns_of_nodes_that_read_too_little_are_none(kind: str) -> None:
    """Every node of GELU and of a norm written out, one of them without what it reads."""
    norm = [
        node("ReduceMean", "x", "mean", axes=[-1]), node("Sub", "x mean", "c"), node("Mul", "c c", "s"),
        node("ReduceMean", "s", "v", axes=[-1]), node("Add", "v e", "t"), node("Sqrt", "t", "r"),
        node("Div", "c r", "q"),
        node("Mul", "q w", "z"), node("Add", "z w", "n"), node("Div", "n e", "d"), node("Erf", "d", "f"),
        node("Add", "f e", "p"), node("Mul", "n p", "m"), node("Mul", "m e", "y"),
    ]  # fmt: skip
    name = kind.encode()
    for place, made in enumerate(norm):
        if b"\x22" + bytes([len(name)]) + name in made:
            few = [*norm[:place], made[made.index(b"\x12") :], *norm[place + 1 :]]  # from its first output on
            data = model(few, [tensor("e", [], bytes(4)), tensor("w", [4], bytes(16))])
            with pytest.raises(SpecError):
                import_file(File("net.onnx", data), ONNX, Asked())
