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
    ("glu", dict(), [4, 7], "glu halves an even axis; axis 1 of [4, 7] is odd", "axis"),
    ("glu", dict(axis=2), [4, 6], "[4, 6] has no axis 2", "axis"),
    ("softmax", dict(axis=2), [4, 6], "[4, 6] has no axis 2", "axis"),
    ("log_softmax", dict(axis=-3), [4, 6], "[4, 6] has no axis -3", "axis"),
]

STRICTER = [
    ("softmax", dict(), [], "[] has no axis -1", "axis"),
    ("prelu", dict(channels="all"), [], "prelu reads at least one axis; the input is []", None),
    ("prelu", dict(channels=2), [2], "channels takes 1 or all, not 2", "channels"),
    ("leaky_relu", dict(slope="steep"), [2], "slope takes a number, not steep", "slope"),
    ("glu", dict(act="swish"), [4, 6], "act takes sigmoid, tanh, relu, silu, gelu or identity, not swish", "act"),
]
