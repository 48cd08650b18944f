"""Dense maps, tables of vectors, and tensors that read nothing."""

ACCEPTED = [
    ("linear", dict(out=8, axis=0), [3, 5, 6], [8, 5, 6], 32, 8 * 3 * 30),
    ("linear", dict(out=8, axis=-2, bias=False), [3, 5, 6], [3, 8, 6], 40, 8 * 5 * 18),
    ("linear", dict(out=1000), [4096], [1000], 4_097_000, 4_096_000),
    ("linear", dict(out=1000, bias=False), [4096], [1000], 4_096_000, 4_096_000),
    ("linear", dict(out=5), [2, 3, 4], [2, 3, 5], 25, 120),
    ("bilinear", dict(out=5), [[3], [4]], [5], 65, 5 * 12 + 5 * 4),
    ("bilinear", dict(out=5, bias=False), [[7, 3], [7, 4]], [7, 5], 60, 7 * 80),
    ("maxout", dict(out=240, pieces=5), [784], [240], 1200 * 785, 1200 * 784),
    ("maxout", dict(out=6, bias=False), [10, 8], [10, 6], 96, 960),
    ("embedding", dict(entries=50257, out=768), [1024], [1024, 768], 38_597_376, 0),
    ("embedding", dict(entries=10, out=4), [], [4], 40, 0),
    ("embedding", dict(entries=10, out=4), [2, 3], [2, 3, 4], 40, 0),
    ("embedding_bag", dict(entries=10, out=4), [7], [4], 40, 0),
    ("parameter", dict(shape=[49, 3]), (), [49, 3], 147, 0),
    ("parameter", dict(shape=[]), (), [], 1, 0),
    ("constant", dict(shape=[49, 49], dtype="int64"), (), [49, 49], 0, 0),
    ("layer_scale", dict(), [96, 56, 56], [96, 56, 56], 96, 0),
    ("layer_scale", dict(axis=-1), [197, 768], [197, 768], 768, 0),
]

REJECTED = [
    ("linear", dict(out=8, axis=3), [3, 5, 6], "[3, 5, 6] has no axis 3", "axis"),
    ("linear", dict(out=5), [], "linear reads at least one axis; the input is []", None),
    ("bilinear", dict(out=5), [[2, 3], [3, 4]], "[2, 3] and [3, 4] must be equal in every axis but the last", None),
    ("bilinear", dict(out=5), [[3], []], "bilinear reads at least one axis; the input is []", None),
    ("bilinear", dict(out=5), [[], [3]], "bilinear reads at least one axis; the input is []", None),
    ("bilinear", dict(out=5), [[2, 3], [3]], "[2, 3] and [3] must be equal in every axis but the last", None),
    ("bilinear", dict(out=3), [[5, 5], [5, 0]], "bilinear reads at least one value a position, not [5, 0]", None),
    ("bilinear", dict(out=3), [[0], [2]], "bilinear reads at least one value a position, not [0]", None),
    ("parameter", dict(shape=[3, -1]), (), "shape takes a list of whole numbers, 0 or more, not -1", "shape"),
]

STRICTER = [
    ("linear", dict(out=0), [5], "out takes a whole number above 0, not 0", "out"),
    ("linear", dict(), [5], "linear needs 'out': a whole number above 0", None),
    ("maxout", dict(out=5), [], "maxout reads at least one axis; the input is []", None),
    ("embedding", dict(out=5), [3], "embedding needs 'entries': a whole number above 0", None),
    (
        "embedding_bag",
        dict(entries=10, out=4),
        [2, 7],
        "embedding_bag reads one axis of indices, [T]; the input is [2, 7]",
        None,
    ),
    (
        "embedding_bag",
        dict(entries=10, out=4),
        [],
        "embedding_bag reads one axis of indices, [T]; the input is []",
        None,
    ),
    (
        "constant",
        dict(shape=[3], dtype="float31"),
        (),
        "dtype takes float64, float32, float16, bfloat16, complex128, complex64, int64, int32, int16, int8, uint8"
        " or bool, not float31",
        "dtype",
    ),
    ("layer_scale", dict(axis=1), [8], "[8] has no axis 1", "axis"),
    ("layer_scale", dict(), [], "[] has no axis 0", "axis"),
]
