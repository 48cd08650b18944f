"""Activations: any shape passes through; softmax and glu have an axis."""

ELEMENTWISE = (
    "relu relu6 elu celu selu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh softplus softsign log_sigmoid"
    " abs exp log sqrt square sin cos"
).split()

ACCEPTED = [
    *((name, dict(), [64, 7, 5], [64, 7, 5], 0, 0) for name in ELEMENTWISE),
    ("relu", dict(), [], [], 0, 0),
    ("leaky_relu", dict(slope=0.2), [64, 7], [64, 7], 0, 0),
    ("leaky_relu", dict(slope=-1), [], [], 0, 0),
    ("prelu", dict(), [64, 7, 7], [64, 7, 7], 1, 0),
    ("prelu", dict(channels=1), [], [], 1, 0),
    ("prelu", dict(channels="all"), [64, 7, 7], [64, 7, 7], 64, 0),
    ("softmax", dict(), [10, 7], [10, 7], 0, 0),
    ("log_softmax", dict(axis=0), [10, 7], [10, 7], 0, 0),
    ("glu", dict(), [100, 2048], [100, 1024], 0, 0),
    ("glu", dict(axis=0, act="silu"), [64, 7, 7], [32, 7, 7], 0, 0),
]

REJECTED = [
    ("glu", dict(), [4, 7], "glu halves an even axis; axis 1 of [4, 7] is odd"),
    ("glu", dict(axis=2), [4, 6], "[4, 6] has no axis 2"),
    ("softmax", dict(axis=2), [4, 6], "[4, 6] has no axis 2"),
    ("log_softmax", dict(axis=-3), [4, 6], "[4, 6] has no axis -3"),
]

STRICTER = [
    ("softmax", dict(), [], "[] has no axis -1"),
    ("prelu", dict(channels="all"), [], "prelu reads at least one axis; the input is []"),
    ("prelu", dict(channels=2), [2], "channels takes 1 or all, not 2"),
    ("leaky_relu", dict(slope="steep"), [2], "slope takes a number, not steep"),
    ("glu", dict(act="swish"), [4, 6], "act takes sigmoid, tanh, relu, silu, gelu or identity, not swish"),
]


def elementwise(name):
    def build(arguments, x):
        import torch

        name_there = {"log_sigmoid": "logsigmoid"}.get(name, name)
        return getattr(torch.nn.functional, name_there, None) or getattr(torch, name_there)

    return build


def leaky_relu(arguments, x):
    from torch import nn

    return nn.LeakyReLU(arguments["slope"])


def prelu(arguments, x):
    from torch import nn

    made = nn.PReLU(x[0] if arguments.get("channels") == "all" else 1)
    return made, lambda x: made(x[None])[0]


def along_axis(name):
    def build(arguments, x):
        import torch

        made = getattr(torch.nn, name)(dim=arguments.get("axis", -1))
        return made, lambda _: made(torch.empty(x, device="cpu"))  # on meta softmax checks no axis

    return build


PYTORCH = dict(
    **{name: elementwise(name) for name in ELEMENTWISE},
    leaky_relu=leaky_relu,
    prelu=prelu,
    softmax=along_axis("Softmax"),
    log_softmax=along_axis("LogSoftmax"),
    glu=along_axis("GLU"),
)
