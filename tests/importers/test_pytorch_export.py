"""Modules that the installed PyTorch exports: figures are those that PyTorch counts, and specs are proved."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import SpecError
from archcalc.importers.imported import Asked
from archcalc.importers.pytorch.reader import read_graph
from archcalc.importers.structure.search import spec_of
from archcalc.sources.file import File

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
nn = torch.nn
F = torch.nn.functional


def exported(module: Any, *inputs: Any, **more: Any) -> File:
    """The bytes that torch.export.save writes."""
    stream = io.BytesIO()
    torch.export.save(torch.export.export(module.eval(), inputs, strict=False, **more), stream)
    return File("net.pt2", stream.getvalue())


def counted(module: Any, *inputs: Any) -> dict[str, int]:
    """What PyTorch counts: multiply-adds of attention and recurrent layers only where kernels are written out."""
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    torch.backends.mha.set_fastpath_enabled(False)
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        module(*inputs)
    return {
        "params": sum(one.numel() for one in module.parameters()),
        "buffers": sum(one.numel() for one in module.buffers()),
        "macs": counter.get_total_flops() // 2,
    }


class Of(nn.Module):
    """A module whose forward is a function of itself and its inputs."""

    def __init__(self, forward: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        for name, part in parts.items():
            if isinstance(part, torch.Tensor) and not isinstance(part, nn.Parameter):
                self.register_buffer(name, part)
            else:
                setattr(self, name, part)
        self.run = forward

    def forward(self, *inputs: Any) -> Any:
        return self.run(self, *inputs)


def image(channels: int = 3, size: int = 16) -> Any:
    return torch.zeros(1, channels, size, size)


def sequence(steps: int = 10, width: int = 24) -> Any:
    return torch.zeros(1, steps, width)


SINGLE: dict[str, Callable[..., Any]] = {
    "statistics": lambda _, x: torch.stack([x.var(2), x.std(2), x.amin(2), x.logsumexp(2), x.prod(2)], 1),
    "norms of vectors": lambda _, x: x.norm(dim=2) + x.norm(1, 2) + torch.linalg.vector_norm(x, float("inf"), 2),
    "largest": lambda _, x: torch.cat([x.topk(3, -1)[0], x.max(2, keepdim=True)[1].float(), x.sort(-1)[0]], 2),
    "chosen places": lambda _, x: x[torch.arange(2), x[..., 0].argmax(-1)],
    "constant places": lambda _, x: x[:, [0, 2, 4]] + x[:, [1, 2, 3]],
    "parts written": lambda _, x: (
        torch.index_put(x, (torch.tensor([0]), torch.tensor([1])), torch.zeros(12)) + written(x)
    ),
    "repeated": lambda _, x: x.repeat_interleave(3, 1).movedim(1, 2).mT.unfold(1, 3, 1),
    "made on the way": lambda _, x: x @ torch.eye(12) + torch.linspace(0, 1, 12) * torch.rand_like(x),
    "functions without a layer": lambda _, x: torch.erfc(x.sinh().trunc().isnan().float()).cumprod(1).diff(),
    "dots": lambda _, x: torch.einsum("...tc,...sc->...ts", x, x),
    "edges": lambda _, x: nn.ReplicationPad1d(2)(nn.ReflectionPad1d(1)(x)),
    "numbers": lambda _, x: (1 - x) ** 3 + 2**x + x.clamp(min=0.1).masked_fill(x > 1, 0),
}
PAIRS: dict[str, Callable[..., Any]] = {
    "of two": lambda _, x, y: torch.maximum(x, y) + torch.where(x > 0, x, y) + torch.atan2(x, y) * (x > y) + x**y,
    "sums with products": lambda _, x, y: (
        torch.addcmul(x, x, y) + torch.addcdiv(x, x, y) + torch.rsub(x, y).lerp(y, 0.3)
    ),
    "distances": lambda _, x, y: torch.cdist(x, y) + F.cosine_similarity(x, y, -1)[:, None],
}


def written(x: Any) -> Any:
    y = x.clone()
    y[:, 1] = x[:, 0] * 2
    y[:, 2:4] = 0
    return y


def stepped(self: Any, x: Any) -> Any:
    """The multiply-adds of a cell, three times."""
    state = None
    for step in range(3):
        state = self.cell(x[:, step], state)
    return state[0]


def window_net() -> Any:
    return nn.Sequential(nn.Conv2d(6, 6, 3, padding=1, groups=2), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(3, 1, 1))


def in_windows(self: Any, x: Any) -> Any:
    """[2, 6, 8, 8] as [2 * 4, 6, 4, 4]."""
    return self.net(x.view(2, 6, 2, 4, 2, 4).permute(0, 2, 4, 1, 3, 5).reshape(8, 6, 4, 4)).view(2, 4, 6, 4, 4)


def made_weights(self: Any, x: Any) -> Any:
    return F.conv2d(x, self.make(self.code).view(4, 6, 3, 3))


def fixed_weights(self: Any, x: Any) -> Any:
    """Convolution and map by buffers, which nobody learns."""
    return F.linear(F.conv2d(x, self.blur, groups=6).permute(0, 2, 3, 1), self.mix)


def sampled(_: Any, x: Any, places: Any) -> Any:
    return F.grid_sample(x, places, align_corners=False)


def modules() -> Iterator[tuple[str, Callable[[], tuple[Any, ...]]]]:
    """(name, what gives a module and its inputs)."""
    yield "conv", lambda: (nn.Conv2d(3, 8, (3, 5), stride=2, padding=(1, 2), dilation=1), image())
    yield "conv same", lambda: (nn.Conv2d(3, 8, 3, padding="same"), image())
    yield "conv1d groups", lambda: (nn.Conv1d(8, 16, 3, groups=4), torch.zeros(1, 8, 20))
    yield "conv3d", lambda: (nn.Conv3d(2, 4, 3, padding=1), torch.zeros(1, 2, 6, 6, 6))
    yield "depthwise", lambda: (nn.Conv2d(6, 12, 3, groups=6, bias=False), image(6))
    yield "transposed", lambda: (nn.ConvTranspose2d(6, 4, 3, stride=2, padding=1, output_padding=1), image(6))
    yield (
        "norms",
        lambda: (
            nn.Sequential(
                nn.BatchNorm2d(6),
                nn.GroupNorm(3, 6),
                nn.InstanceNorm2d(6, affine=True),
                nn.BatchNorm2d(6, affine=False),
            ),
            image(6),
        ),
    )
    yield "layer norms", lambda: (nn.Sequential(nn.LayerNorm(24), nn.LayerNorm((10, 24)), nn.RMSNorm(24)), sequence())
    yield "norm of features", lambda: (nn.Sequential(nn.Linear(24, 12), nn.BatchNorm1d(12)), torch.zeros(1, 24))
    yield "functions", lambda: (
        nn.Sequential(
            nn.ReLU6(), nn.LeakyReLU(0.2), nn.ELU(), nn.GELU(), nn.SiLU(), nn.Hardswish(), nn.Hardsigmoid(),
            nn.Hardtanh(), nn.PReLU(6), nn.Softplus(), nn.Mish(), nn.Softmax(1), nn.LogSoftmax(-1), nn.Tanh(),
            nn.Sigmoid(), nn.Dropout(), nn.GLU(1), nn.CELU(), nn.SELU(), nn.LogSigmoid(), nn.Softsign(), nn.Identity(),
        ),
        image(6),
    )  # fmt: skip
    wide = torch.zeros(2, 5, 12)
    for name, forward in SINGLE.items():
        yield name, lambda forward=forward: (Of(forward), wide)
    for name, forward in PAIRS.items():
        yield name, lambda forward=forward: (Of(forward), wide, wide.clone())
    blur, mix = torch.zeros(6, 1, 3, 3), torch.zeros(4, 6)
    yield "fixed weights", lambda: (Of(fixed_weights, blur=blur, mix=mix), torch.zeros(1, 6, 8, 8))
    yield "one head of keys", lambda: (
        Of(lambda _, q, k: F.scaled_dot_product_attention(q, k, k)), torch.zeros(1, 4, 5, 8), torch.zeros(1, 1, 7, 8)
    )  # fmt: skip
    yield "slices of a turned parameter", lambda: (
        Of(lambda self, x: x @ self.w.t()[:, 2:6][:, :3], w=nn.Parameter(torch.zeros(8, 12))), wide
    )  # fmt: skip
    yield "cells", lambda: (Of(stepped, cell=nn.LSTMCell(6, 8)), torch.zeros(2, 3, 6))
    yield "windows", lambda: (Of(in_windows, net=window_net()), torch.zeros(2, 6, 8, 8))
    yield (
        "made weights",
        lambda: (Of(made_weights, make=nn.Linear(3, 216), code=torch.zeros(3)), torch.zeros(1, 6, 8, 8)),
    )
    yield "samples of a grid", lambda: (Of(sampled), torch.zeros(2, 6, 8, 8), torch.zeros(2, 4, 5, 2))
    yield "bags", lambda: (nn.EmbeddingBag(9, 4), torch.zeros(2, 7, dtype=torch.long))
    yield "tied in part", lambda: (tied_in_part(), torch.zeros(1, 8))
    yield "regions", lambda: (Of(without_gradients, a=nn.Linear(8, 8), b=nn.Linear(8, 8)), torch.zeros(1, 8))
    yield "unread input", lambda: (Of(unread, a=nn.Linear(8, 8)), torch.zeros(1, 8), torch.zeros(1, 3))
    yield "pools", lambda: (
        nn.Sequential(
            nn.MaxPool2d(3, 1, 1), nn.AvgPool2d(2), nn.MaxPool2d(3, 2, ceil_mode=True), nn.AdaptiveAvgPool2d((2, 3)),
            nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(6, 4),
        ),
        image(6),
    )  # fmt: skip
    yield (
        "multi-head attention",
        lambda: (
            Of(
                lambda self, x: self.attention(x, x, x, need_weights=False)[0],
                attention=nn.MultiheadAttention(24, 4, batch_first=True),
            ),
            sequence(),
        ),
    )
    yield (
        "attention with steps first",
        lambda: (
            Of(
                lambda self, x: self.attention(*[x.transpose(0, 1)] * 3, need_weights=False)[0].transpose(0, 1),
                attention=nn.MultiheadAttention(24, 4),
            ),
            sequence(),
        ),
    )
    yield (
        "attention of two sequences",
        lambda: (
            Of(
                lambda self, x, y: self.attention(x, y, y, need_weights=False)[0],
                attention=nn.MultiheadAttention(24, 4, batch_first=True, kdim=16, vdim=16),
            ),
            sequence(),
            sequence(7, 16),
        ),
    )
    yield "decoder layer", lambda: (nn.TransformerDecoderLayer(24, 4, 48, batch_first=True), sequence(), sequence(7))
    yield (
        "embeddings",
        lambda: (
            Of(
                lambda self, x: self.norm(self.words(x) + self.places(torch.arange(x.shape[1]))),
                words=nn.Embedding(50, 8),
                places=nn.Embedding(20, 8),
                norm=nn.LayerNorm(8),
            ),
            torch.zeros(1, 12, dtype=torch.long),
        ),
    )
    yield "tied weights", lambda: (tied(), torch.zeros(1, 12, dtype=torch.long))
    yield (
        "class token",
        lambda: (
            Of(
                lambda self, x: self.head(torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.places)[:, 0],
                token=nn.Parameter(torch.zeros(1, 1, 24)),
                places=nn.Parameter(torch.zeros(1, 11, 24)),
                head=nn.Linear(24, 5),
            ),
            sequence(),
        ),
    )
    yield (
        "unused",
        lambda: (Of(lambda self, x: self.a(x), a=nn.Linear(24, 4), b=nn.Linear(4, 4), c=nn.BatchNorm1d(4)), sequence()),
    )
    yield "pixels", lambda: (
        nn.Sequential(nn.Conv2d(3, 16, 1), nn.PixelShuffle(2), nn.PixelUnshuffle(4), nn.ChannelShuffle(4),
                      nn.Upsample(scale_factor=2), nn.UpsamplingBilinear2d(size=(9, 9)),
                      nn.ZeroPad2d((1, 0, 2, 1)), nn.ReflectionPad2d(1)),
        image(),
    )  # fmt: skip
    yield "moving", lambda: (Of(moved), image(6))
    yield (
        "products",
        lambda: (
            Of(
                lambda self, x: (
                    torch.einsum("bij,bkj->bik", self.a(x), x) @ x
                    + torch.bmm(x, x.transpose(1, 2)) @ x * x
                    - x / (x + x)
                ),
                a=nn.Linear(24, 24),
            ),
            sequence(),
        ),
    )
    yield (
        "reductions",
        lambda: (
            Of(
                lambda self, x: (
                    x.mean((2, 3)) + x.sum(dim=2).mean(-1) + x.amax((2, 3)) + x.mean((2, 3), keepdim=True).flatten(1)
                )
            ),
            image(6),
        ),
    )
    yield "in place", lambda: (Of(written_in_place, conv=nn.Conv2d(3, 3, 1)), image())
    yield (
        "two inputs, two outputs",
        lambda: (
            Of(lambda self, x, y: (self.a(x) + self.a(y), torch.cat([x, y], -1)), a=nn.Linear(24, 8)),
            sequence(),
            sequence(),
        ),
    )
    yield (
        "batch of two",
        lambda: (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(784, 2)), torch.zeros(2, 3, 16, 16)),
    )
    yield "parts of a weight", lambda: (
        Of(lambda self, x: F.linear(x, self.w[:8], self.b[:8]) + F.linear(x, self.w[8:], self.b[8:]),
           w=nn.Parameter(torch.zeros(16, 24)), b=nn.Parameter(torch.zeros(16))),
        sequence(),
    )  # fmt: skip

    yield (
        "weights of a norm",
        lambda: (
            nn.Sequential(
                nn.utils.parametrizations.weight_norm(nn.Conv1d(24, 8, 3)),
                nn.utils.parametrizations.weight_norm(nn.Linear(7, 4)),
            ),
            torch.zeros(1, 24, 9),
        ),
    )
    yield (
        "standardised weights",
        lambda: (Of(standardised, w=nn.Parameter(torch.zeros(4, 3, 3, 3)), g=nn.Parameter(torch.zeros(4))), image()),
    )
    yield "bias in parts", lambda: (
        Of(
            lambda self, x: F.linear(x, self.w, torch.cat([self.q, self.k, self.v])),
            w=nn.Parameter(torch.zeros(24, 24)), q=nn.Parameter(torch.zeros(8)), k=torch.zeros(8),
            v=nn.Parameter(torch.zeros(8)),
        ),
        sequence(),
    )  # fmt: skip
    yield (
        "windows as columns",
        lambda: (nn.Sequential(nn.Unfold(3, padding=1), nn.Fold((16, 16), 3, padding=1)), image()),
    )
    yield (
        "repeated",
        lambda: (Of(lambda self, x: self.b(x).repeat(1, 2, 1), b=nn.Linear(24, 5)), sequence()),
    )


def tied_in_part() -> Any:
    """A matrix with three biases of its own, one of them transposed; a bias of two maps; factors of two norms."""
    made = Of(
        lambda self, x: self.f(self.e(self.d(F.linear(self.b(self.a(x)), self.a.weight.t(), self.c.bias)))),
        a=nn.Linear(8, 8), b=nn.Linear(8, 8), c=nn.Linear(8, 8), d=nn.Linear(8, 8), e=nn.LayerNorm(8),
        f=nn.LayerNorm(8),
    )  # fmt: skip
    made.b.weight = made.a.weight
    made.d.bias = made.a.bias
    made.f.weight = made.e.weight
    return made


def without_gradients(self: Any, x: Any) -> Any:
    """Each region is a graph of its own in the file, one of them inside another."""
    with torch.no_grad():
        y = self.a(x)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        z = self.a(x)
        with torch.no_grad():
            z = self.b(z) + x
    return y + z + self.a(z * 2)


def standardised(self: Any, x: Any) -> Any:
    w = self.w - self.w.mean((1, 2, 3), keepdim=True)
    return F.conv2d(x, w * self.g.view(-1, 1, 1, 1))


class Causal(nn.Module):
    """A decoder of two layers with a mask of its own and one table."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(100, 32), nn.Embedding(20, 32)
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(32, 4, 64, batch_first=True) for _ in range(2))

    def forward(self, ids: Any) -> Any:
        x = self.words(ids) + self.places(torch.arange(ids.shape[1]))
        mask = nn.Transformer.generate_square_subsequent_mask(ids.shape[1])
        for block in self.blocks:
            x = block(x, src_mask=mask)
        return F.linear(x, self.words.weight)


def unread(self: Any, x: Any, mask: Any) -> Any:
    return self.a(x)


def tied() -> Any:
    made = Of(lambda self, x: self.head(self.words(x)), words=nn.Embedding(50, 8), head=nn.Linear(8, 50, bias=False))
    made.head.weight = made.words.weight
    return made


def moved(self: Any, x: Any) -> Any:
    a, b = x.chunk(2, 1)
    c, d, e = torch.split(torch.cat([a, b], 1), [1, 2, 3], 1)
    y = torch.stack([c.squeeze(1), d[:, 0], e.select(1, 1)], 1).permute(0, 2, 3, 1).reshape(1, 64, 4, 3)
    y = torch.roll(y.unflatten(1, (8, 8)).transpose(1, 2), 1, 1).flatten(1, 2).unsqueeze(1)
    return y.expand(-1, 2, -1, -1, -1)[:, :, ::2].contiguous().view(1, -1)


def written_in_place(self: Any, x: Any) -> Any:
    y = self.conv(x)
    y.relu_()
    y += x
    y.mul_(2)
    return torch.sigmoid_(y)


MODULES = dict(modules())


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", MODULES)
def test_figures_are_those_of_pytorch(name: str) -> None:
    module, *inputs = MODULES[name]()
    graph = read_graph(exported(module, *inputs), Asked())
    expected = counted(module.eval(), *inputs)
    expected["macs"] //= inputs[0].shape[0]
    assert graph.totals() == expected
    with torch.no_grad():
        given = module(*inputs)
    shapes = [tuple(one.shape[1:]) for one in (given if isinstance(given, tuple) else (given,))]
    assert [value.shape for value in graph.outputs] == shapes
    spec = spec_of(graph)
    assert spec.proof.differences == [], spec.text


@pytest.mark.parametrize(
    "module, inputs, words",
    [
        (Of(lambda self, x: x[x[:, 0] > 0]), (torch.zeros(4, 3),), "depend"),
        (Of(lambda self, x: torch.fft.rfft(x).abs()), (torch.zeros(1, 8),), "complex numbers"),
    ],
)
def test_what_no_spec_says_is_refused(module: Any, inputs: tuple[Any, ...], words: str) -> None:
    with pytest.raises(SpecError) as error:
        read_graph(exported(module, *inputs), Asked())
    assert words in " ".join(one.message for one in error.value.diagnostics)


@pytest.mark.parametrize(
    "module, shape, gives, macs, said",
    [  # by hand: attention of 7 steps in 2 heads of 4; a product of 10x10 with 10x4 after one of 10x6 with 6x4
        (nn.TransformerEncoderLayer(8, 2, 16), (7, 2, 8), (7, 8), 7 * (4 * 64 + 2 * 128) + 2 * 7 * 7 * 8, "axis 1"),
        (Of(lambda self, x: x @ self.a(x), a=nn.Linear(10, 4)), (10, 10), (10, 4), 2 * 400, "no axis"),
        (Of(lambda self, x: F.softmax(self.a(x), 0), a=nn.Linear(6, 4)), (6,), (4,), 24, "no axis"),
    ],
)  # fmt: skip
def test_the_batch_is_the_axis_that_can_be_left_out(
    module: Any, shape: tuple[int, ...], gives: tuple[int, ...], macs: int, said: str
) -> None:
    torch.backends.mha.set_fastpath_enabled(False)
    graph = read_graph(exported(module, torch.zeros(shape)), Asked())
    assert [value.shape for value in graph.outputs] == [gives]
    assert graph.totals()["macs"] == macs
    assert graph.notes[0].startswith(said)
    assert spec_of(graph).proof.differences == []


def test_buffers_that_are_written_to_are_no_outputs() -> None:
    def counting(self: Any, x: Any) -> Any:
        self.seen.add_(1)
        return x * 2

    program = torch.export.export(Of(counting, seen=torch.zeros(3)), (torch.zeros(1, 4),)).run_decompositions()
    stream = io.BytesIO()
    torch.export.save(program, stream)
    assert [one.shape for one in read_graph(File("net.pt2", stream.getvalue()), Asked()).outputs] == [(4,)]


def test_a_mask_that_hides_what_is_later_is_causal() -> None:
    module, ids = Causal(), torch.zeros(1, 12, dtype=torch.long)
    graph = read_graph(exported(module, ids), Asked())
    assert graph.totals()["params"] == sum(one.numel() for one in module.parameters())
    found = spec_of(graph)
    assert found.proof.differences == []
    assert "attention: {heads: 4, causal: true}" in found.text
    assert "repeat: 2" in found.text


def test_control_flow_is_refused() -> None:
    branch = Of(lambda self, x: torch.cond(x.sum() > 0, lambda y: y + 1, lambda y: y - 1, (x,)))
    with pytest.raises(SpecError, match=r"control flow \(cond\)"):
        read_graph(exported(branch, torch.zeros(1, 4)), Asked())


def test_an_open_batch_is_left_out() -> None:
    batch = torch.export.Dim("batch", min=2, max=64)
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(784, 2))
    file = exported(module, torch.zeros(4, 3, 16, 16), dynamic_shapes=({0: batch},))
    graph = read_graph(file, Asked())
    assert [value.shape for value in graph.inputs.values()] == [(3, 16, 16)]
    assert [value.shape for value in graph.outputs] == [(2,)]
    assert graph.notes == ["axis 0 of the inputs is a batch of 4, which is left out: figures are one sample's"]


# torch:MODULE:CALLABLE

MODELS = """\
import torch
from torch import nn

def net():
    print("said while it is built")
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 14 * 14, 10))

class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.head = nn.Embedding(50, 8), nn.Linear(8, 50, bias=False)
        self.head.weight = self.words.weight
    def forward(self, ids):
        return self.head(self.words(ids))

def example():
    return Tied(), (torch.zeros(1, 5, dtype=torch.long),)

def broken():
    raise ValueError("no such size")
"""


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mymodels.py").write_text(MODELS, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("models")
def test_a_module_is_built_where_its_name_is_typed(capsys: pytest.CaptureFixture[str]) -> None:
    # By hand: 3*8*3*3 + 8 and 1568*10 + 10; 216 at 14x14 positions, and 15,680.
    net = archcalc.load("torch:mymodels:net", input=[3, 16, 16])
    assert (net.params, net.macs, net.output) == (224 + 15_690, 216 * 196 + 15_680, (10,))
    assert archcalc.load("torch:mymodels:example").params == 400  # one table, read and multiplied by
    assert archcalc.load("torch:mymodels:Tied", input={"ids": [12]}).output == (12, 50)
    assert main(["convert", "torch:mymodels:example", "--verify"]) == 0
    assert "said while" not in capsys.readouterr().out


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    "name, told",
    [
        ("torch:nowhere:net", "no module 'nowhere'"),
        ("torch:mymodels:nothing", "'mymodels' has no 'nothing'"),
        ("torch:mymodels:broken", "ValueError: no such size"),
        ("torch:mymodels:net", "needs the shapes of its inputs"),
        ("torch:mymodels", "names no module"),
    ],
)
def test_what_goes_wrong_with_a_module_is_told(name: str, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        archcalc.load(name)
