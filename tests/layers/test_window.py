"""How every layer type reads the axes of its inputs, decided here for each on purpose, and held to PyTorch's gradients.

A row is (layer, arguments, inputs, readings): for each input (of each output, where there are several) a text of each
axis. ``C`` reads all channels, ``*`` the whole axis, ``<1`` all up to its own position of axis 1, ``@2`` position 2
alone, ``?1,2`` positions spread over axes 1 and 2. ``1`` is passed on to axis 1; ``1 k3 s2 d2 b1`` has a kernel, a
stride, a dilation and a padding before; ``^`` is a transposed window, ``1 of 10/4`` an adaptive pool, ``1 x2/3``
resampled: 2 positions are read where 3 are made.
"""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.graph.inference import Applied
from archcalc.layers import FAMILY, find, reading
from archcalc.layers.activation import ELEMENTWISE
from archcalc.layers.reading import At, Mixed, Past, Piece, Pooled, Resampled, Slide, Spread, Whole

from .test_cases import shapes_of, table

IMAGE, SEQUENCE = [4, 8, 9], [10, 6]
PASSED = ["0", "1", "2"]

READ = [
    *((name, {}, [IMAGE], [PASSED]) for name in ELEMENTWISE if name != "identity"),
    *((name, {}, [IMAGE, IMAGE], [PASSED, PASSED]) for name in ("add", "sub", "mul", "div")),
    ("mul", {}, [IMAGE, [4, 1, 1], [9]], [PASSED, ["0", "@0", "@0"], ["2"]]),
    *((name, {}, [IMAGE], [PASSED]) for name in ("leaky_relu", "prelu", "batch_norm", "layer_scale", "identity")),
    *((name, {"p": 0.1}, [IMAGE], [PASSED]) for name in ("dropout", "drop_path")),
    *((name, {}, [IMAGE], [["0", "1", "*"]]) for name in ("softmax", "log_softmax", "layer_norm", "rms_norm")),
    ("layer_norm", {"axis": 0}, [IMAGE], [["*", "1", "2"]]),
    ("glu", {"axis": 1}, [IMAGE], [["0", "1 k2 d4", "2"]]),
    ("conv", {"out": 4, "kernel": [3, 2], "stride": 2, "padding": 1, "dilation": 2}, [IMAGE],
     [["C", "1 k3 s2 d2 b1", "2 k2 s2 d2 b1"]]),
    ("conv", {"out": 4, "kernel": 3, "groups": 2, "padding": "same"}, [[4, 9]], [["?0", "1 k3 b1"]]),
    ("conv", {"out": 4, "kernel": 3, "padding": [[2, 0]]}, [[4, 9]], [["C", "1 k3 b2"]]),
    ("conv_transpose", {"out": 4, "kernel": 4, "stride": 2, "padding": 1}, [[4, 9]], [["C", "1 ^k4 s2 b1"]]),
    ("depthwise_conv", {"kernel": 3}, [[4, 9]], [["0", "1 k3"]]),
    ("depthwise_conv", {"kernel": 3, "multiplier": 2}, [[4, 9]], [["0 x1/2", "1 k3"]]),
    ("deform_conv", {"out": 4, "kernel": 3}, [IMAGE], [["C", "?1,2", "?1,2"]]),
    ("unfold", {"kernel": 2}, [IMAGE], [["?0", "?1", "?1"]]),
    ("fold", {"kernel": 2, "size": [4, 5]}, [[8, 12]], [["?0,1,2", "?1,2"]]),
    ("max_pool", {"kernel": 3, "stride": 2, "padding": 1, "ceil_mode": True}, [IMAGE],
     [["0", "1 k3 s2 b1", "2 k3 s2 b1"]]),
    ("avg_pool", {"kernel": 2}, [IMAGE], [["0", "1 k2 s2", "2 k2 s2"]]),
    ("lp_pool", {"kernel": 2}, [IMAGE], [["0", "1 k2 s2", "2 k2 s2"]]),
    ("max_unpool", {"kernel": 2}, [IMAGE], [["0", "1 ^k2 s2", "2 ^k2 s2"]]),
    *((name, {"size": [4, 1]}, [IMAGE], [["0", "1 of 8/4", "*"]])
      for name in ("adaptive_avg_pool", "adaptive_max_pool")),
    *((name, {}, [IMAGE], [["0", "*", "*"]]) for name in ("global_avg_pool", "global_max_pool", "instance_norm")),
    ("instance_norm", {"track": True}, [IMAGE], [PASSED]),
    ("batch_norm", {"track": False}, [IMAGE], [["0", "*", "*"]]),
    ("group_norm", {"groups": 2}, [IMAGE], [["?0", "*", "*"]]),
    ("local_response_norm", {"size": 5}, [IMAGE], [["0 k5 b2", "1", "2"]]),
    ("linear", {"out": 3}, [SEQUENCE], [["0", "C"]]),
    ("linear", {"out": 3, "axis": 0}, [SEQUENCE], [["C", "1"]]),
    ("maxout", {"out": 3}, [SEQUENCE], [["0", "C"]]),
    ("bilinear", {"out": 3}, [SEQUENCE, [10, 2]], [["0", "C"], ["0", "C"]]),
    ("embedding", {"entries": 5, "out": 3}, [[10]], [["0"]]),
    ("embedding_bag", {"entries": 5, "out": 3}, [[10]], [["*"]]),
    ("parameter", {"shape": [4]}, (), []),
    ("constant", {"shape": [4]}, (), []),
    ("flatten", {"start": 1}, [IMAGE], [["0", "?1", "?1"]]),
    ("flatten", {}, [[4, 1, 1]], [["0", "@0", "@0"]]),
    ("unflatten", {"axis": 1, "sizes": [2, 4]}, [IMAGE], [["0", "?1,2", "3"]]),
    ("reshape", {"shape": [4, 72]}, [IMAGE], [["0", "?1", "?1"]]),
    ("reshape", {"shape": [2, 2, 8, 9]}, [IMAGE], [["?0,1", "2", "3"]]),
    ("permute", {"order": [1, 2, 0]}, [IMAGE], [["2", "0", "1"]]),
    ("transpose", {"axis": [0, -1]}, [IMAGE], [["2", "1", "0"]]),
    ("squeeze", {"axis": 0}, [[1, 8, 9]], [["@0", "0", "1"]]),
    ("unsqueeze", {"axis": 1}, [IMAGE], [["0", "2", "3"]]),
    ("slice", {"axis": 1, "start": -5, "step": 2}, [IMAGE], [["0", "1 s2 b-3", "2"]]),
    ("select", {"axis": 1, "index": -1}, [IMAGE], [["0", "@7", "1"]]),
    ("split", {"sizes": [3, 5], "axis": 1}, [IMAGE], [[["0", "1", "2"]], [["0", "1 b-3", "2"]]]),
    ("expand", {"shape": [2, 4, 8, 9]}, [[4, 1, 9]], [["1", "@0", "3"]]),
    ("tile", {"repeats": [2, 1, 3]}, [[4, 8, 1]], [["?0", "1", "@0"]]),
    ("roll", {"axis": [1]}, [IMAGE], [["0", "?1", "2"]]),
    ("pad", {"padding": [[2, 1], -1]}, [IMAGE], [["0", "1 b2", "2 b-1"]]),
    ("crop", {"size": [5, 4]}, [IMAGE], [["0", "1 b-2", "2 b-2"]]),  # round(1.5), round(2.5): half goes to the even
    ("crop", {"margins": [[1, 0], 2]}, [IMAGE], [["0", "1 b-1", "2 b-2"]]),
    ("upsample", {"scale": 1.5}, [IMAGE], [["0", "1 x2/3", "2 x2/3"]]),
    ("upsample", {"size": [16, 12], "mode": "bilinear"}, [IMAGE], [["0", "1 x1/2 n2", "2 x3/4 n2"]]),
    ("upsample", {"size": [15, 3], "mode": "bilinear", "align_corners": True}, [IMAGE],
     [["0", "1 x1/2 n2", "2 x4/1 n2"]]),
    ("upsample", {"scale": 2, "mode": "bicubic"}, [IMAGE], [["0", "1 x1/2 n4", "2 x1/2 n4"]]),
    ("pixel_shuffle", {"factor": 2}, [IMAGE], [["?0,1,2", "1 x1/2", "2 x1/2"]]),
    ("pixel_unshuffle", {"factor": 3}, [[4, 9, 9]], [["0 x1/9", "1 k3 s3", "2 k3 s3"]]),
    ("channel_shuffle", {"groups": 2}, [IMAGE], [["?0", "1", "2"]]),
    ("concat", {"axis": 1}, [IMAGE, [4, 3, 9]], [["0", "| 1", "2"], ["0", "| 1 b8", "2"]]),
    ("stack", {"axis": 1}, [IMAGE, IMAGE], [["0", "2", "3"], ["0", "2", "3"]]),
    ("matmul", {}, [[3, 4, 5], [1, 5, 6]], [["0", "1", "*"], ["@0", "*", "2"]]),
    ("einsum", {"equation": "qhd,khd->hqk"}, [[5, 2, 3], [7, 2, 3]], [["1", "0", "*"], ["2", "0", "*"]]),
    *((name, {"axis": 1}, [IMAGE], [["0", "*", "1"]]) for name in ("mean", "sum", "max")),
    ("mean", {"axis": 1, "keep": True}, [IMAGE], [["0", "*", "2"]]),
    ("take", {}, [SEQUENCE, [2, 3]], [["*", "2"], ["0", "1"]]),
    *((name, {name_of: 4}, [SEQUENCE], [["<0", "C"]])
      for name, name_of in (("rnn", "hidden"), ("lstm", "hidden"), ("gru", "hidden"))),
    ("gru", {"hidden": 4, "bidirectional": True}, [SEQUENCE], [["*", "C"]]),
    ("rnn", {"hidden": 4, "states": True}, [SEQUENCE], [[["<0", "C"]], [["*", "C"]]]),
    # the last of 3 frames sees the first through 2 states (4 convolutions of states with a reset gate): 3 + 2 * 2
    ("conv_lstm", {"out": 2, "kernel": 3}, [[3, 4, 9]], [["<0", "C", "2 k7 b3"]]),
    ("conv_gru", {"out": 2, "kernel": 3, "return": "last"}, [[3, 4, 9]], [["*", "C", "1 k11 b5"]]),
    ("selective_scan", {}, [SEQUENCE, SEQUENCE, [10, 3], [10, 3]], [["<0", "1"], ["<0", "1"], ["<0", "*"], ["0", "*"]]),
    ("attention", {"heads": 2}, [SEQUENCE], [["*", "C"]]),
    ("attention", {"heads": 2, "causal": True}, [SEQUENCE], [["<0", "C"]]),
    ("attention", {"heads": 2, "causal": True, "window": 4}, [SEQUENCE], [["0 k4 b3", "C"]]),
    ("attention", {"heads": 2, "window": 4}, [SEQUENCE], [["?0", "C"]]),
    ("attention", {"heads": 2}, [SEQUENCE, [7, 6], [7, 6]], [["0", "C"], ["*", "C"], ["*", "C"]]),
    ("scaled_dot_product_attention", {"causal": True}, [[2, 4, 6], [2, 7, 6], [2, 7, 3]],
     [["0", "1", "C"], ["0", "<1+3", "C"], ["0", "<1+3", "2"]]),
    ("scaled_dot_product_attention", {"causal": True, "window": 2}, [[4, 6], [7, 6], [7, 3]],
     [["0", "C"], ["0 k2 b-2", "C"], ["0 k2 b-2", "1"]]),
]  # fmt: skip


def words(one: Any) -> str:
    if isinstance(one, Whole):
        return "C" if one.channels else "*"
    if isinstance(one, At):
        return f"@{one.index}"
    if isinstance(one, Mixed):
        return f"?{','.join(map(str, one.axes))}"
    if isinstance(one, Past):
        return f"<{one.axis}" + (f"+{one.after}" if one.after else "")
    if isinstance(one, Pooled):
        return f"{one.axis} of {one.size}/{one.outputs}"
    if isinstance(one, Resampled):
        ratio = "" if one.shift == one.period else f" x{one.shift}/{one.period}"
        return f"{one.axis}{ratio}" + (f" n{one.neighbours}" if one.neighbours > 1 else "")
    given = {"k": (one.kernel, 1), "s": (one.stride, 1), "d": (one.dilation, 1), "b": (one.before, 0)}
    said = [f"{letter}{value}" for letter, (value, default) in given.items() if value != default]
    sign = "^" if isinstance(one, Spread) else ""
    return ("| " if isinstance(one, Piece) else "") + " ".join([str(one.axis), sign + " ".join(said)]).strip()


def in_words(found: Any) -> Any:
    return list(map(in_words, found)) if isinstance(found, list) else words(found)


@pytest.mark.parametrize(("layer", "arguments", "inputs", "readings"), READ)
def test_a_layer_reads_its_axes_so(layer, arguments, inputs, readings):
    applied = Applied(find(layer)(**arguments), tuple(map(tuple, inputs)))
    assert in_words(applied.layer.window(reading, *applied.inputs)) == readings


def test_every_layer_type_is_decided():
    assert {layer for layer, *_ in READ} == FAMILY.keys()


def outputs_of(applied: Applied) -> list[tuple[Any, Any]]:
    """For each output its shape, and the readings that make it."""
    found = applied.layer.window(reading, *applied.inputs)
    return list(zip(applied.shapes, found if applied.layer.several else [found], strict=True))


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("layer", "arguments", "x", "output", "parameters", "macs"), table("ACCEPTED"))
def test_every_axis_of_every_case_has_a_reading(layer, arguments, x, output, parameters, macs):
    """Of axes that there are; and a window repeats as it says, with its centre in the middle of its taps on average."""
    applied = Applied(find(layer)(**arguments), tuple(shapes_of(x)))
    for shape, read in outputs_of(applied):
        assert [len(axes) for axes in read] == [len(given) for given in applied.inputs]
        for one in (one for axes in read for one in axes):
            axes = one.axes if isinstance(one, Mixed) else [getattr(one, "axis", None)]
            assert all(axis is None or 0 <= axis < len(shape) for axis in axes)
            if isinstance(one, (Slide, Spread, Pooled, Resampled)):
                repeats(one)


def repeats(one: Any) -> None:
    for position in range(-3, 2 * one.period):
        taps, further = one.taps(position), one.taps(position + one.period)
        assert [tap + one.shift for tap in taps] == [*further]


# PyTorch's gradients


def seen(one: Any, position: int, size: int) -> set[int] | None:
    """The positions of an axis of that size that are read, None where that is not told."""
    if isinstance(one, Whole):
        return set(range(size))
    if isinstance(one, Past):
        return set(range(min(position + one.after + 1, size)))
    if isinstance(one, At):
        return {one.index}
    if isinstance(one, Mixed) or getattr(one, "edge", "constant") != "constant":
        return None
    return {tap for tap in one.taps(position) if 0 <= tap < size}


NO_GRADIENT = {
    "max_unpool": "the pool's indices are made up here",
    "conv_lstm": "the state's window is told as one", "conv_gru": "the state's window is told as one",
    "group_norm": "a group of one value", "take": "indices have none",
}  # fmt: skip
MOST_ELEMENTS, DRAWS = 3000, 12


@pytest.mark.sampled(4)
@pytest.mark.torch
@pytest.mark.parametrize(("layer", "arguments", "x", "output", "parameters", "macs"), table("ACCEPTED"))
def test_gradients_see_what_is_read(layer, arguments, x, output, parameters, macs):
    """At every position of every output axis, the input positions that have a gradient."""
    pytest.importorskip("torch")
    from oracle.case import READS_INDICES

    applied = Applied(find(layer)(**arguments), tuple(shapes_of(x)))
    sizes = [size for shape in (*applied.inputs, *applied.shapes) for size in shape]
    if arguments.get("mode") == "circular" and "-" in str(arguments["padding"]):
        pytest.skip("PyTorch leaves the gradient of what is cut undefined")
    if arguments.keys() & {"causal", "window", "cache"}:
        pytest.skip("PyTorch's queries are the first of the keys, and the builder masks none")
    if layer in NO_GRADIENT or layer in READS_INDICES or not applied.inputs or 0 in sizes:
        pytest.skip("no gradient to compare with")
    if sum(map(volume, (*applied.inputs, *applied.shapes))) > MOST_ELEMENTS:
        pytest.skip("larger than is derived position by position")
    cases = list(read_so(applied))
    for seed in range(DRAWS):
        got = gradients(layer, arguments, applied.inputs, seed)
        for case in cases:
            case.add(got)
        cases = [case for case in cases if case.found != case.expected]
        if not cases:
            return
    first = cases[0]
    assert first.found == first.expected, first.where


class Read:
    """One output position: what is read along one axis of an input, and what has a gradient so far."""

    def __init__(self, where: tuple[int, int | None, int, int, int], expected: set[int]) -> None:
        self.where, self.expected, self.found = where, expected, set()

    def add(self, got: Any) -> None:
        number, along, position, place, axis = self.where
        self.found |= got(number, along, position, place, axis)


def read_so(applied: Applied) -> Any:
    for number, (shape, read) in enumerate(outputs_of(applied)):
        for place, axes in enumerate(read):
            for axis, one in enumerate(axes):
                along = getattr(one, "axis", None)
                for position in range(1 if along is None else shape[along]):
                    expected = seen(one, position, applied.inputs[place][axis])
                    if expected is not None:
                        yield Read((number, along, position, place, axis), expected)


def gradients(layer: str, arguments: dict[str, Any], shapes: Any, seed: int) -> Any:
    """A function: which positions of an input's axis have a gradient of one output position, for random numbers."""
    import torch
    from oracle.pytorch import BUILDERS

    torch.manual_seed(seed)
    built = BUILDERS[layer](arguments, *shapes)
    if built.module is not None:
        built.module.eval().double()
        for weight in built.module.parameters():
            torch.nn.init.uniform_(weight, -0.2, 0.2)
    least = -1.0 if seed % 2 else 0.0  # a power or a logarithm wants numbers above 0
    inputs = [(least + 2 * torch.rand(shape, dtype=torch.float64)).requires_grad_() for shape in shapes]
    given = built.call(*inputs)
    outputs = given if isinstance(given, (list, tuple)) else [given]
    weights = [torch.rand(output.shape, dtype=torch.float64) + 0.5 for output in outputs]

    def found(number: int, along: int | None, position: int, place: int, axis: int) -> set[int]:
        one = outputs[number] * weights[number]
        total = (one if along is None else one.select(along, position)).sum()
        (gradient,) = torch.autograd.grad(total, [inputs[place]], retain_graph=True, allow_unused=True)
        if gradient is None:
            return set()
        others = [other for other in range(gradient.dim()) if other != axis]
        amounts = gradient.abs().amax(dim=others) if others else gradient.abs()
        return {at for at, amount in enumerate(amounts.tolist()) if amount > 1e-12}

    return found


def volume(shape: Any) -> int:
    found = 1
    for size in shape:
        found *= size
    return found
