"""Norms: what they learn and keep, and what they refuse to read."""

ACCEPTED = [
    ("batch_norm", dict(), [64], [64], 128, 0),
    ("batch_norm", dict(), [64, 56, 56], [64, 56, 56], 128, 0),
    ("batch_norm", dict(counter=False), [64, 7], [64, 7], 128, 0),
    ("batch_norm", dict(scale=False), [8, 5], [8, 5], 8, 0),  # Keras counts 8 to learn, and 16 that are kept
    ("batch_norm", dict(bias=False), [8, 4, 5], [8, 4, 5], 8, 0),
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
    ("group_norm", dict(groups=4), [4], [4], 8, 0),  # a value a group
    ("group_norm", dict(groups=32), [64, 56, 56], [64, 56, 56], 128, 0),
    ("group_norm", dict(groups=2, affine=False), [4], [4], 0, 0),
    ("instance_norm", dict(), [64, 56, 56], [64, 56, 56], 0, 0),
    ("instance_norm", dict(affine=True, track=True), [8, 1], [8, 1], 16, 0),
    ("local_response_norm", dict(size=5), [64, 55, 55], [64, 55, 55], 0, 0),
    ("local_response_norm", dict(size=50), [4, 3], [4, 3], 0, 0),
]

REJECTED = [
    (
        "batch_norm",
        dict(),
        [],
        "batch_norm reads [C] or [C, ...spatial] with up to 3 spatial axes; the input is []",
        None,
    ),
    (
        "batch_norm",
        dict(),
        [2, 3, 4, 5, 6],
        "batch_norm reads [C] or [C, ...spatial] with up to 3 spatial axes; the input is [2, 3, 4, 5, 6]",
        None,
    ),
    ("layer_norm", dict(axis=[]), [4], "layer_norm needs at least one axis", "axis"),
    ("layer_norm", dict(axis=-2), [4], "[4] has no axis -2", "axis"),
    ("group_norm", dict(groups=5), [8, 9, 9], "input channels (8) must be divisible by groups (5)", "groups"),
    (
        "instance_norm",
        dict(),
        [8, 1, 1],
        "instance_norm needs more than one position in a channel; the input is [8, 1, 1]",
        None,
    ),
    ("local_response_norm", dict(size=5), [8], "local_response_norm reads at least two axes; the input is [8]", None),
]

STRICTER = [
    ("batch_norm", dict(), [0, 3], "batch_norm reads at least one channel; the input is [0, 3]", None),
    ("instance_norm", dict(), [0, 3], "instance_norm reads at least one channel; the input is [0, 3]", None),
    (
        "instance_norm",
        dict(),
        [8],
        "instance_norm reads [C, ...spatial] with 1 to 3 spatial axes; the input is [8]",
        None,
    ),
    ("layer_norm", dict(), [], "layer_norm reads at least one axis; the input is []", None),
    ("layer_norm", dict(axis=[1, -1]), [4, 5], "axis names axis 1 of [4, 5] twice", "axis"),
    ("rms_norm", dict(axis=2), [4, 5], "[4, 5] has no axis 2", "axis"),
    ("group_norm", dict(groups=1), [], "group_norm reads at least one axis; the input is []", None),
    ("group_norm", dict(), [8], "group_norm needs 'groups': a whole number above 0", None),
]
