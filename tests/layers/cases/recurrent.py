"""Recurrent layers. The source document's systems: hidden 64, input 32, no bias."""

ACCEPTED = [
    ("rnn", dict(hidden=64, bias=False), [10, 32], [10, 64], 64 * 96, 10 * 64 * 96),
    ("rnn", dict(hidden=64, biases=1, **{"return": "last"}), [10, 32], [64], 64 * 97, 10 * 64 * 96),
    ("rnn", dict(hidden=64, layers=3), [7, 32], [7, 64], 64 * 98 + 2 * 64 * 130, 7 * (64 * 96 + 2 * 64 * 128)),
    ("lstm", dict(hidden=64), [10, 32], [10, 64], 4 * 64 * 98, 10 * 4 * 64 * 96),
    ("lstm", dict(hidden=64, bias=False), [10, 32], [10, 64], 4 * 64 * 96, 10 * 4 * 64 * 96),
    ("lstm", dict(hidden=64, layers=2, bidirectional=True), [7, 32], [7, 128], 149_504, 7 * 147_456),
    (
        "lstm",
        dict(hidden=64, layers=2, bidirectional=True, projection=16, bias=False, **{"return": "last"}),
        [7, 32],
        [32],
        53_248,
        372_736,
    ),
    ("lstm", dict(hidden=8, projection=0), [2, 3, 4], [2, 3, 8], 448, 6 * 384),
    ("gru", dict(hidden=64), [7, 32], [7, 64], 3 * 64 * 98, 129_024),
    ("gru", dict(hidden=64, bidirectional=True), [7, 32], [7, 128], 6 * 64 * 98, 258_048),
    ("gru", dict(hidden=64, reset_gate=False, bias=False), [10, 32], [10, 64], 2 * 64 * 96, 10 * 2 * 64 * 96),
    ("rnn", dict(hidden=7, states=True), [[9, 5], [1, 7]], [[9, 7], [1, 7]], 7 * 14, 9 * 7 * 12),
    ("lstm", dict(hidden=64, states=True), [10, 32], [[10, 64], [1, 64], [1, 64]], 4 * 64 * 98, 10 * 4 * 64 * 96),
    (
        "lstm",
        dict(hidden=64, layers=2, bidirectional=True, projection=16, bias=False, states=True, **{"return": "last"}),
        [[3, 7, 32], [3, 4, 16], [3, 4, 64]],
        [[3, 32], [3, 4, 16], [3, 4, 64]],
        53_248,
        3 * 372_736,
    ),
    ("gru", dict(hidden=7, layers=2, states=True), [[2, 9, 5], [2, 2, 7]], [[2, 9, 7], [2, 2, 7]], 294 + 336, 18 * 546),
    ("conv_lstm", dict(out=64, kernel=5), [10, 1, 9, 8], [10, 64, 9, 8], 256 * (65 * 25 + 1), 10 * 256 * 65 * 25 * 72),
    ("conv_lstm", dict(out=4, kernel=[3, 1], bias=False), [2, 3, 5, 6], [2, 4, 5, 6], 16 * 7 * 3, 2 * 16 * 7 * 3 * 30),
    # Keras' ConvLSTM1D(4, 3), one direction of it, and ConvLSTM2D(4, 3, padding="same")
    ("conv_lstm", dict(out=4, kernel=3, padding="valid", **{"return": "last"}), [5, 2, 20], [4, 18], 304, 25_920),
    ("conv_lstm", dict(out=4, kernel=3, **{"return": "last"}), [5, 1, 12, 12], [4, 12, 12], 736, 518_400),
    ("conv_lstm", dict(out=2, kernel=3, stride=2, padding=1), [3, 4, 9, 8], [3, 2, 5, 4], 440, 3 * 432 * 20),
    ("conv_lstm", dict(out=2, kernel=2, padding=[[0, 1], 0, 0]), [2, 3, 4, 4, 4], [2, 2, 4, 3, 3], 328, 2 * 320 * 36),
    ("conv_gru", dict(out=4, kernel=3), [5, 2, 9, 8], [5, 4, 9, 8], 660, 5 * 648 * 72),
    (
        "conv_gru",
        dict(out=4, kernel=3, stride=2, bias=False, **{"return": "last"}),
        [5, 2, 20],
        [4, 10],
        216,
        5 * 2_160,
    ),
    (
        "selective_scan",
        dict(),
        [[100, 64], [100, 64], [100, 16], [100, 16]],
        [100, 64],
        64 * 17,
        100 * 64 * 16,
    ),
    ("selective_scan", dict(), [[2, 5, 3], [2, 5, 3], [2, 5, 1], [2, 5, 1]], [2, 5, 3], 6, 30),
]

SCAN = dict(mac=60, mul=3 * 60 + 2 * 15, add=60 + 15, exp=60 + 12)
OPERATIONS = [
    # an LSTM's cell has 6 additions a unit and a bias a gate, a GRU's 5
    (
        "conv_lstm",
        dict(out=2, kernel=3, stride=2, padding=1, **{"return": "last"}),
        [3, 4, 9, 8],
        dict(mac=25_920, exp=600, add=10 * 120, div=600, mul=360),
    ),
    ("conv_gru", dict(out=4, kernel=3), [5, 2, 6], dict(mac=6_480, exp=360, add=8 * 120, div=360, mul=360)),
    ("conv_gru", dict(out=4, kernel=3, bias=False), [5, 2, 6], dict(mac=6_480, exp=360, add=600, div=360, mul=360)),
    # 5 tokens of 3 channels of 4 states; the exponential of each of 12 A_log stands beside those of 60 steps
    ("selective_scan", dict(), [[5, 3], [5, 3], [5, 4], [5, 4]], SCAN),
]

PADS = [
    ("conv_lstm", dict(out=4, kernel=[3, 2]), [10, 1, 8, 8], [[1, 1], [0, 1]]),
    ("conv_lstm", dict(out=4, kernel=5, stride=2, padding=[1, 2]), [10, 1, 8, 8], [[1, 1], [2, 2]]),
    ("conv_gru", dict(out=4, kernel=3, padding="valid"), [10, 1, 8], [[0, 0]]),
]

REJECTED = [
    (
        "gru",
        dict(hidden=7, states=True),
        [[9, 5], [1, 6]],
        "an initial state is [1, 7], not [1, 6]",
        None,
    ),
    (
        "lstm",
        dict(hidden=7, projection=2, states=True),
        [[9, 5], [1, 2], [1, 2]],
        "an initial state is [1, 7], not [1, 2]",
        None,
    ),
    ("rnn", dict(hidden=64), [32], "rnn reads at least two axes; the input is [32]", None),
    ("lstm", dict(hidden=64), [], "lstm reads at least two axes; the input is []", None),
    ("gru", dict(hidden=64), [0, 32], "gru reads at least one step; the input is [0, 32]", None),
    ("rnn", dict(hidden=7), [2, 0], "rnn reads at least one value a step; the input is [2, 0]", None),
    ("rnn", dict(hidden=7), [3, 2, 0], "rnn reads at least one value a step; the input is [3, 2, 0]", None),
    ("lstm", dict(hidden=64, projection=64), [7, 32], "projection (64) must be smaller than hidden (64)", "projection"),
    (
        "lstm",
        dict(hidden=64, projection=-1),
        [7, 32],
        "projection takes a whole number, 0 or more, not -1",
        "projection",
    ),
]

STRICTER = [
    ("rnn", dict(hidden=7), [[9, 5], [1, 7]], "rnn reads an initial state only with states: true", None),
    ("conv_gru", dict(out=4, kernel=3), [0, 3, 8], "conv_gru reads at least one step; the input is [0, 3, 8]", None),
    (
        "conv_lstm",
        dict(out=4, kernel=9, padding="valid"),
        [2, 3, 8],
        "a window of 9 does not fit into 8 + 0 of padding",
        "kernel",
    ),
    (
        "selective_scan",
        dict(),
        [[5, 3], [5, 4], [5, 4], [5, 4]],
        "x is [5, 3] and delta [5, 4]: they must be equal",
        None,
    ),
    ("selective_scan", dict(), [[5, 3], [5, 3], [5, 4], [5, 3]], "B is [5, 4] and C [5, 3]: they must be equal", None),
    (
        "selective_scan",
        dict(),
        [[5, 3], [5, 3], [6, 4], [6, 4]],
        "[5, 3] and [6, 4] must be equal in every axis but the last",
        None,
    ),
    (
        "selective_scan",
        dict(),
        [[3], [3], [4], [4]],
        "selective_scan reads at least two axes; the input is [3]",
        None,
    ),
    (
        "conv_lstm",
        dict(out=5, kernel=1),
        [0, 1, 9, 9],
        "conv_lstm reads at least one step; the input is [0, 1, 9, 9]",
        None,
    ),
    (
        "conv_lstm",
        dict(out=5, kernel=1),
        [1, 1, 9, 0],
        "conv_lstm reads at least one channel and one position, not [1, 9, 0]",
        None,
    ),
    ("rnn", dict(hidden=0), [7, 32], "hidden takes a whole number above 0, not 0", "hidden"),
    ("rnn", dict(hidden=64, biases=3), [7, 32], "biases is 1 or 2, not 3", "biases"),
    ("lstm", dict(hidden=64, biases=3), [7, 32], "biases is 1 or 2, not 3", "biases"),
    ("rnn", dict(hidden=64, projection=3), [7, 32], "rnn has no argument 'projection'", "projection"),
    ("gru", dict(hidden=64, **{"return": "first"}), [7, 32], "return takes sequence or last, not first", "return"),
    ("gru", dict(hidden=64, layers=0), [7, 32], "layers takes a whole number above 0, not 0", "layers"),
    (
        "conv_lstm",
        dict(out=4, kernel=3),
        [3, 8],
        "conv_lstm reads [T, C, ...spatial] with 1 to 3 spatial axes; the input is [3, 8]",
        None,
    ),
    (
        "conv_lstm",
        dict(out=4, kernel=[3, 3, 3]),
        [2, 3, 8, 8],
        "kernel has 3 numbers, [3, 8, 8] has 2 spatial axes",
        "kernel",
    ),
]
