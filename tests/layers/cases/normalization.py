"""Norms: what they learn and keep, and what they refuse to read."""

ACCEPTED = [
    ("batch_norm", dict(), [64], [64], 128, 0),
    ("batch_norm", dict(), [64, 56, 56], [64, 56, 56], 128, 0),
    ("batch_norm", dict(affine=False), [8, 5], [8, 5], 0, 0),
    ("batch_norm", dict(track=False), [8, 4, 5, 6], [8, 4, 5, 6], 16, 0),
    ("layer_norm", dict(), [197, 768], [197, 768], 1536, 0),
    ("layer_norm", dict(bias=False), [768], [768], 768, 0),
    ("layer_norm", dict(affine=False), [768], [768], 0, 0),
    ("layer_norm", dict(axis=[-1, -2]), [3, 4, 5], [3, 4, 5], 40, 0),
    ("layer_norm", dict(axis=0), [96, 56, 56], [96, 56, 56], 192, 0),
    ("rms_norm", dict(), [2048, 4096], [2048, 4096], 4096, 0),
    ("rms_norm", dict(axis=[1, 2], affine=False), [3, 4, 5], [3, 4, 5], 0, 0),
    ("rms_norm", dict(axis=[1, 2]), [3, 4, 5], [3, 4, 5], 20, 0),
    ("group_norm", dict(groups=32), [64, 56, 56], [64, 56, 56], 128, 0),
    ("group_norm", dict(groups=2, affine=False), [4], [4], 0, 0),
    ("instance_norm", dict(), [64, 56, 56], [64, 56, 56], 0, 0),
    ("instance_norm", dict(affine=True, track=True), [8, 1], [8, 1], 16, 0),
    ("local_response_norm", dict(size=5), [64, 55, 55], [64, 55, 55], 0, 0),
    ("local_response_norm", dict(size=50), [4, 3], [4, 3], 0, 0),
]

REJECTED = [
    ("batch_norm", dict(), [], "batch_norm reads [C] or [C, ...spatial] with up to 3 spatial axes; the input is []"),
    (
        "batch_norm",
        dict(),
        [2, 3, 4, 5, 6],
        "batch_norm reads [C] or [C, ...spatial] with up to 3 spatial axes; the input is [2, 3, 4, 5, 6]",
    ),
    ("layer_norm", dict(axis=[]), [4], "layer_norm needs at least one axis"),
    ("layer_norm", dict(axis=-2), [4], "[4] has no axis -2"),
    ("group_norm", dict(groups=5), [8, 9, 9], "input channels (8) must be divisible by groups (5)"),
    (
        "instance_norm",
        dict(),
        [8, 1, 1],
        "instance_norm needs more than one position in a channel; the input is [8, 1, 1]",
    ),
    ("local_response_norm", dict(size=5), [8], "local_response_norm reads at least two axes; the input is [8]"),
]

STRICTER = [
    ("instance_norm", dict(), [8], "instance_norm reads [C, ...spatial] with 1 to 3 spatial axes; the input is [8]"),
    ("layer_norm", dict(), [], "layer_norm reads at least one axis; the input is []"),
    ("layer_norm", dict(axis=[1, -1]), [4, 5], "axis names axis 1 of [4, 5] twice"),
    ("rms_norm", dict(axis=2), [4, 5], "[4, 5] has no axis 2"),
    ("group_norm", dict(groups=1), [], "group_norm reads at least one axis; the input is []"),
    ("group_norm", dict(), [8], "group_norm needs 'groups': a whole number above 0"),
]


def by_rank(name):
    def build(arguments, x):
        from torch import nn

        kind = getattr(nn, f"{name}{max(len(x) - 1, 1)}d")
        tracked = {"track_running_stats": arguments["track"]} if "track" in arguments else {}
        affine = {"affine": arguments["affine"]} if "affine" in arguments else {}
        made = kind(x[0] if x else 1, **affine, **tracked)
        return made, lambda x: made(x[None])[0]

    return build


def over_axes(name):
    def build(arguments, x):
        from torch import nn

        axes = arguments.get("axis", -1)
        axes = sorted(axis % len(x) for axis in ([axes] if isinstance(axes, int) else axes)) if len(x) > 1 else axes
        sizes = [x[axis] for axis in ([axes] if isinstance(axes, int) else axes)]
        bias = {"bias": arguments["bias"]} if "bias" in arguments else {}
        made = getattr(nn, name)(sizes, elementwise_affine=arguments.get("affine", True), **bias)
        # PyTorch normalises trailing axes: channels first go there and back.
        return made, (lambda x: made(x.movedim(0, -1)).movedim(-1, 0)) if axes == [0] else made

    return build


def group_norm(arguments, x):
    from torch import nn

    made = nn.GroupNorm(arguments["groups"], x[0], affine=arguments.get("affine", True))
    return made, lambda x: made(x[None])[0]


def local_response_norm(arguments, x):
    from torch import nn

    made = nn.LocalResponseNorm(arguments["size"])
    return made, lambda x: made(x[None])[0]


PYTORCH = dict(
    batch_norm=by_rank("BatchNorm"),
    instance_norm=by_rank("InstanceNorm"),
    layer_norm=over_axes("LayerNorm"),
    rms_norm=over_axes("RMSNorm"),
    group_norm=group_norm,
    local_response_norm=local_response_norm,
)
